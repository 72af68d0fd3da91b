package io.luotsi.app.membership;

import static org.awaitility.Awaitility.await;

import io.luotsi.app.certificates.TestMembers;
import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.MemberIdentity;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.Peer;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.registry.ResourceSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** Three members over a real Raft group of three, which speak with each other as real ones do. */
final class RaftTrio implements AutoCloseable {
  static final Duration SOON = Duration.ofSeconds(20);

  private final Path directory;
  private final List<Peer> peers = new ArrayList<>();
  private final Map<String, RaftMember> rafts = new ConcurrentHashMap<>();
  final Trio trio;

  RaftTrio(Path directory) throws IOException {
    this.directory = directory;
    for (String name : Trio.NAMES) {
      MemberIdentity identity =
          MemberIdentity.loadOrCreate(directory.resolve(name), name, new Random());
      peers.add(new Peer(identity.peerId(), "127.0.0.1", Wires.freePort()));
    }
    trio = new Trio(this::startRaft);
  }

  private Peer peer(String name) {
    return peers.get(Trio.NAMES.indexOf(name));
  }

  /** Where the member's Raft listens. */
  int raftPort(String name) {
    return peer(name).port();
  }

  private Authority startRaft(String name) {
    Peer self = peer(name);
    MemberSettings.Tuning tuning =
        MemberSettings.standard(name, directory, self.host(), self.port()).tuning();
    try {
      RaftMember raft =
          RaftMember.start(
              new MemberSettings(
                      name, directory.resolve(name), self.host(), self.port(), tuning, peers)
                  .with(TestMembers.tls(name, this::memberAt).forRaft()),
              resource -> ResourceSettings.DEFAULT);
      rafts.put(name, raft);
      return new RaftAuthority(raft);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> memberAt(String host, int port) {
    return peers.stream()
        .filter(peer -> peer.host().equals(host) && peer.port() == port)
        .map(Peer::name)
        .findFirst();
  }

  void kill(String name) {
    trio.wires.cut(name);
    try {
      Optional.ofNullable(rafts.remove(name)).orElseThrow().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    trio.kill(name);
  }

  String leader() {
    await()
        .atMost(SOON)
        .until(() -> trio.living().stream().anyMatch(one -> one.authority().leads()));
    return trio.living().stream()
        .filter(one -> one.authority().leads())
        .map(Trio.One::name)
        .findFirst()
        .orElseThrow();
  }

  ClusterState decided() {
    return trio.get(leader()).authority().decided();
  }

  /** As the living have it. */
  List<Long> terms() {
    return rafts.values().stream().map(raft -> raft.status().getFirst().term()).toList();
  }

  @Override
  public void close() {
    List.copyOf(trio.living()).forEach(one -> kill(one.name()));
    trio.close();
  }
}
