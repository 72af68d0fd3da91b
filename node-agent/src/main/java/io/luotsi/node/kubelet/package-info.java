/**
 * One node's kubelet: what should run there is read from the API, what does run from a {@link
 * io.luotsi.node.runtime.ContainerRuntime}, and pure functions say what to do next and what to
 * report. Local actors, one a pod and one a probe, do it; they need nobody but the API, and go on
 * without it.
 */
@NullMarked
package io.luotsi.node.kubelet;

import org.jspecify.annotations.NullMarked;
