/**
 * Lets requests through by FlowSchemas and priority levels: the shell around {@link
 * io.luotsi.core.flowcontrol}.
 */
@NullMarked
package io.luotsi.http.flowcontrol;

import org.jspecify.annotations.NullMarked;
