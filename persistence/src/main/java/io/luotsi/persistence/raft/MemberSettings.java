package io.luotsi.persistence.raft;

import io.luotsi.persistence.registry.WindowLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What a member must be told to start.
 *
 * @param name unique in the cluster; the name of its node
 * @param directory where it keeps everything; made if it is absent
 * @param host and {@code port}: where the other members reach it
 * @param tuning of groups, windows and snapshots
 * @param peers who founds the cluster, this member among them; the same list on each of them.
 *     Heeded only at the first start, when the groups are made; from then on their logs say who
 *     takes part. Empty for a member that is a cluster by itself; not heeded by one that joins, see
 *     {@link MemberIdentity#markJoining}
 * @param tls of all connections between members; without it they speak plain text, as a test may
 */
public record MemberSettings(
    String name,
    Path directory,
    String host,
    int port,
    Tuning tuning,
    List<Peer> peers,
    Optional<RaftTls> tls) {
  public MemberSettings {
    peers = List.copyOf(peers);
  }

  /** A member that speaks plain text. */
  public MemberSettings(
      String name, Path directory, String host, int port, Tuning tuning, List<Peer> peers) {
    this(name, directory, host, port, tuning, peers, Optional.empty());
  }

  /** A member that is a cluster by itself, and speaks plain text. */
  public MemberSettings(String name, Path directory, String host, int port, Tuning tuning) {
    this(name, directory, host, port, tuning, List.of());
  }

  /** The same member, which speaks with its peers as {@code how} says, and with nobody else. */
  public MemberSettings with(RaftTls how) {
    return new MemberSettings(name, directory, host, port, tuning, peers, Optional.of(how));
  }

  /**
   * @param groups which has what
   * @param window how much of the past is kept for watchers
   * @param snapshots when they are written
   */
  public record Tuning(Groups groups, WindowLimits window, SnapshotPolicy snapshots) {}

  /** One group, and limits as the design has them. */
  public static MemberSettings standard(String name, Path directory, String host, int port) {
    return new MemberSettings(
        name,
        directory,
        host,
        port,
        new Tuning(Groups.ONE, WindowLimits.standard(), SnapshotPolicy.STANDARD));
  }
}
