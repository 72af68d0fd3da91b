/**
 * Keeps the FlowSchemas and priority levels that a cluster begins with, and says of a FlowSchema
 * whether its level is there.
 */
@NullMarked
package io.luotsi.core.controller.flowcontrol;

import org.jspecify.annotations.NullMarked;
