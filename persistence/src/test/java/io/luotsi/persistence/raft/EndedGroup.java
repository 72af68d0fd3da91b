package io.luotsi.persistence.raft;

import java.io.IOException;

/** A group that a member no longer takes part in, as after a failure of its log. */
public final class EndedGroup {
  private EndedGroup() {}

  public static void end(RaftGroupMember group) throws IOException {
    group.division().close();
  }
}
