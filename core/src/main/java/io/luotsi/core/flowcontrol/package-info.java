/**
 * API Priority and Fairness: by which FlowSchema a request goes to which priority level, and who is
 * served, waits or is refused when a level has no seat left (ADR 23). All of it plain functions and
 * data; {@code io.luotsi.http.flowcontrol} lets requests through by it.
 */
@NullMarked
package io.luotsi.core.flowcontrol;

import org.jspecify.annotations.NullMarked;
