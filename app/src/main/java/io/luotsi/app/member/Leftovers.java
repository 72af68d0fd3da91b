package io.luotsi.app.member;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.node.runtime.process.ProcessRuntime;
import java.io.IOException;
import java.time.Duration;

/** What members that are dead have left running. */
public final class Leftovers {
  private Leftovers() {}

  /**
   * Ends the containers of all members of a cluster; none of its members may run.
   *
   * @param grace what they get to end by themselves
   * @return how many ran
   */
  public static int end(DataDirectory directory, Duration grace) {
    int ended = 0;
    for (MemberDirectory member : directory.members()) {
      ended += end(member, grace);
    }
    return ended;
  }

  /** The same for one member, which does not run. */
  public static int end(MemberDirectory member, Duration grace) {
    try {
      return ProcessRuntime.cleanUp(member.pods(), grace);
    } catch (IOException e) {
      throw new PlainFailure("cannot end the pods of " + member.name() + ": " + e.getMessage(), e);
    }
  }
}
