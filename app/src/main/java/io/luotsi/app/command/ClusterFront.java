package io.luotsi.app.command;

import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.settings.ClusterSettings;
import java.time.LocalTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A cluster of several JVMs as the command sees it that has started it and stays in the foreground:
 * tells who ends, starts, pauses and leads. SIGINT ends the cluster with its pods; SIGTERM and a
 * terminal that hangs up stop the members and leave their pods.
 */
final class ClusterFront {
  private static final long LOOK_EVERY_MILLIS = 250;
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm:ss");

  private final DataDirectory directory;
  private final ClusterSettings settings;
  private final ClusterIdentity identity;
  private final CompletableFuture<MemberRun.Ending> ending = new CompletableFuture<>();

  ClusterFront(DataDirectory directory, ClusterSettings settings, ClusterIdentity identity) {
    this.directory = directory;
    this.settings = settings;
    this.identity = identity;
  }

  /**
   * Starts all members; returns when they have ended.
   *
   * @param whenReady runs once, while the cluster goes on
   */
  void run(Runnable whenReady) {
    Signals.on("INT", () -> ending.complete(MemberRun.Ending.END_PODS));
    for (String signal : List.of("TERM", "HUP")) {
      Signals.on(signal, () -> ending.complete(MemberRun.Ending.LEAVE_PODS));
    }
    directory.watched();
    try {
      Launch.Outcome outcome = Launch.start(directory, identity, identity.seats(), ending);
      if (outcome == Launch.Outcome.READY) {
        List<Sighting> first = look();
        System.out.println(Announcement.listening(identity));
        Announcement.print(directory, identity);
        Sighting.leader(first)
            .ifPresent(leader -> say(leader.name() + " leads, in term " + leader.term()));
        Thread guest = Terminal.begin(whenReady);
        System.out.println("Ctrl-C ends the cluster and its pods.");
        watch(first);
        guest.interrupt();
      }
      finish(ending.join());
    } finally {
      directory.unwatched();
    }
  }

  private List<Sighting> look() {
    return identity.seats().stream().map(seat -> Sighting.of(directory, seat)).toList();
  }

  private void watch(List<Sighting> first) {
    List<Sighting> before = first;
    while (!endsWithin(LOOK_EVERY_MILLIS)) {
      List<Sighting> now = look();
      Sighting.changes(before, now).forEach(ClusterFront::say);
      before = now;
    }
  }

  private boolean endsWithin(long millis) {
    try {
      ending.get(millis, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException | ExecutionException e) {
      throw new IllegalStateException(e);
    }
  }

  private void finish(MemberRun.Ending how) {
    if (ClusterState.firstRunning(directory).isEmpty() && how == MemberRun.Ending.LEAVE_PODS) {
      System.out.println("No member runs any more.");
      return;
    }
    switch (how) {
      case END_PODS -> {
        System.out.println(ClusterEnd.announcement(settings));
        ClusterEnd.withPods(directory, settings);
      }
      case LEAVE_PODS -> {
        System.out.println("Stopping all members; pods stay.");
        ClusterEnd.leavingPods(directory);
      }
    }
  }

  private static void say(String what) {
    System.out.println(LocalTime.now().format(TIME) + "  " + what);
  }
}
