/**
 * What follows from a node's silence or distress: conditions, taints, pods that are not ready any
 * more, evictions, and the end of pods whose node is no more. Pure but for its actors.
 */
@NullMarked
package io.luotsi.core.controller.nodelifecycle;

import org.jspecify.annotations.NullMarked;
