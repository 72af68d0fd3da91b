package io.luotsi.app.command;

import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import java.time.Duration;

/** What {@code up} says of a cluster that is ready. */
final class Announcement {
  private Announcement() {}

  static String listening(ClusterIdentity identity) {
    String survivors = identity.controlPlane().size() > 1 ? ", whichever of its JVMs live" : "";
    return "Luotsi listens at https://" + identity.apiAddress() + survivors;
  }

  static void print(DataDirectory directory, ClusterIdentity identity) {
    identity
        .choices()
        .evictionAfter()
        .ifPresent(
            time ->
                System.out.println(
                    "pods of a lost node are replaced after %s (node.eviction-after; upstream 300 s)"
                        .formatted(seconds(time))));
    System.out.println(directory.exportKubeconfig());
  }

  /** Whole seconds where that is exact. */
  static String seconds(Duration time) {
    return time.toMillisPart() == 0 ? time.toSeconds() + " s" : time.toMillis() + " ms";
  }
}
