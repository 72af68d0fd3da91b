/**
 * Raft under the store: the member that runs Ratis, the state machine that fences writers and feeds
 * the replica, snapshots, and the Pekko Persistence plugins over them.
 */
@NullMarked
package io.luotsi.persistence.raft;

import org.jspecify.annotations.NullMarked;
