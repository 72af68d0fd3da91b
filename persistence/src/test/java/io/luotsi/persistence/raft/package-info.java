/** Tests of entries, snapshots and fencing. Those that need a member start a real one. */
@NullMarked
package io.luotsi.persistence.raft;

import org.jspecify.annotations.NullMarked;
