package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Processes;
import io.luotsi.app.member.Leftovers;
import io.luotsi.app.settings.ClusterSettings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The end of a cluster's members, all of them side by side. */
final class ClusterEnd {
  private static final Duration POLITELY = Duration.ofSeconds(60);
  private static final Duration FORCIBLY = Duration.ofSeconds(20);

  private ClusterEnd() {}

  static String announcement(ClusterSettings settings) {
    return "Ending the cluster and its pods; containers get up to %s to end."
        .formatted(Announcement.seconds(settings.shutdownGrace()));
  }

  /**
   * Ends all members with all pods, those of members that died, too. A member that does not end in
   * time is killed; what it leaves ends with the rest.
   *
   * @return how many containers of dead members were ended
   */
  static int withPods(DataDirectory directory, ClusterSettings settings) {
    List<MemberRecord> ending = new ArrayList<>();
    for (MemberDirectory member : directory.members()) {
      Optional<MemberRecord> running = member.running();
      if (running.isPresent()) {
        member.markEnd();
        stop(running.get());
        ending.add(running.get());
      }
    }
    ending.forEach(ClusterEnd::await);
    directory.members().forEach(MemberDirectory::clearEnd);
    return Leftovers.end(directory, settings.shutdownGrace());
  }

  /** Ends one member with its pods. */
  static void withPods(MemberDirectory member, MemberRecord running) {
    member.markEnd();
    stop(running);
    await(running);
    member.clearEnd();
  }

  /** Stops all members and leaves their pods running. */
  static void leavingPods(DataDirectory directory) {
    List<MemberRecord> stopping =
        directory.members().stream().flatMap(member -> member.running().stream()).toList();
    stopping.forEach(ClusterEnd::stop);
    stopping.forEach(ClusterEnd::await);
  }

  /** A paused process would never hear of it. */
  private static void stop(MemberRecord member) {
    if (Processes.isPaused(member.pid())) {
      Processes.resume(member.pid());
    }
    ProcessHandle.of(member.pid()).ifPresent(process -> send(process.destroy(), member));
  }

  private static void send(boolean sent, MemberRecord member) {
    if (!sent && member.alive()) {
      throw new PlainFailure(
          "may not end process " + member.pid() + ": is the cluster another user's?");
    }
  }

  private static void await(MemberRecord member) {
    if (!Patience.until(() -> !member.alive(), POLITELY)) {
      kill(member);
    }
  }

  /** As {@code kill -9} does, also a paused one. */
  static void kill(MemberRecord member) {
    ProcessHandle.of(member.pid()).ifPresent(process -> send(process.destroyForcibly(), member));
    if (!Patience.until(() -> !member.alive(), FORCIBLY)) {
      throw new PlainFailure("process " + member.pid() + " does not end");
    }
  }
}
