/**
 * Carries what the API server asks of a kubelet to the JVM that is the node, over the Pekko
 * cluster, and the bytes back. Both sides tell each other that they live, so that neither waits for
 * one that is gone, and nobody sends more than was asked for.
 */
@NullMarked
package io.luotsi.node.relay;

import org.jspecify.annotations.NullMarked;
