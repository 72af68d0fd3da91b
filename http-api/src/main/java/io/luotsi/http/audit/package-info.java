/**
 * The audit log: who asked for what, and what came of it, as far as an operator's policy wants it
 * written down (ADR 25).
 */
@NullMarked
package io.luotsi.http.audit;

import org.jspecify.annotations.NullMarked;
