/**
 * Nodes as the cluster sees them: the sharded {@link io.luotsi.node.agent.NodeAgent}, which is the
 * writer of a node's object and lease, for real nodes on their own JVM and for hollow ones on any.
 */
@NullMarked
package io.luotsi.node.agent;

import org.jspecify.annotations.NullMarked;
