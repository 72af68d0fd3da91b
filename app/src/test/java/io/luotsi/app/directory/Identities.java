package io.luotsi.app.directory;

import java.util.List;

/** Clusters that have not been founded. */
final class Identities {
  private Identities() {}

  /** Of one member, on ports that nobody is asked for. */
  static ClusterIdentity alone(String uid) {
    Seating seating = new Seating(20_000, List.of(Seating.alone(20_000)));
    return ClusterIdentity.draft(uid, seating, ClusterIdentity.Choices.NONE);
  }
}
