/**
 * Who forms and belongs to the Pekko cluster, as Raft's group 0 decides it. No seed nodes and no
 * split-brain resolver.
 */
@NullMarked
package io.luotsi.app.membership;

import org.jspecify.annotations.NullMarked;
