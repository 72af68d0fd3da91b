package io.luotsi.app.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.ClusterState.Member;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Three members over a real Raft group of three: who leads is what Raft says. */
class MembersOverRaftTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir Path directory;

  private final List<Peer> peers = new ArrayList<>();
  private final Map<String, RaftMember> rafts = new ConcurrentHashMap<>();
  private Trio trio;

  @BeforeEach
  void found() throws IOException {
    for (String name : Trio.NAMES) {
      MemberIdentity identity =
          MemberIdentity.loadOrCreate(directory.resolve(name), name, new Random());
      peers.add(new Peer(identity.peerId(), "127.0.0.1", Wires.freePort()));
    }
    trio = new Trio(this::startRaft);
  }

  @AfterEach
  void stop() {
    List.copyOf(trio.living()).forEach(one -> kill(one.name()));
    trio.close();
  }

  private Authority startRaft(String name) {
    Peer self = peers.get(Trio.NAMES.indexOf(name));
    MemberSettings.Tuning tuning =
        MemberSettings.standard(name, directory, self.host(), self.port()).tuning();
    try {
      RaftMember raft =
          RaftMember.start(
              new MemberSettings(
                  name, directory.resolve(name), self.host(), self.port(), tuning, peers),
              resource -> ResourceSettings.DEFAULT);
      rafts.put(name, raft);
      return new RaftAuthority(raft);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void kill(String name) {
    trio.wires.cut(name);
    try {
      Optional.ofNullable(rafts.remove(name)).orElseThrow().close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    trio.kill(name);
  }

  private String leader() {
    await()
        .atMost(SOON)
        .until(() -> trio.living().stream().anyMatch(one -> one.authority().leads()));
    return trio.living().stream()
        .filter(one -> one.authority().leads())
        .map(Trio.One::name)
        .findFirst()
        .orElseThrow();
  }

  private ClusterState decided() {
    return trio.get(leader()).authority().decided();
  }

  @Test
  void oneClusterIsFormedAndOutlivesItsLeadersAndIsFormedAnewWhenAllReturn() {
    Trio.NAMES.forEach(trio::start);
    await().atMost(SOON).until(() -> trio.areOneCluster("a", "b", "c"));
    assertThat(decided().incarnation()).isEqualTo(1);
    for (int kills = 0; kills < 2; kills++) {
      String first = leader();
      Member killed = trio.get(first).lives().self();
      kill(first);
      if (kills == 0) { // the other time it is back before anybody misses it
        await().atMost(SOON).until(() -> decided().isDown(killed));
        assertThat(trio.get(leader()).name()).isNotEqualTo(first);
      }
      trio.start(first);
      await().atMost(SOON).until(() -> trio.areOneCluster("a", "b", "c"));
      assertThat(decided().incarnation()).as("formed once").isEqualTo(1);
    }
    assertThat(decided().down()).as("declared down").hasSizeBetween(1, 2);
    Trio.NAMES.forEach(this::kill);
    Trio.NAMES.forEach(trio::start);
    await().atMost(SOON).until(() -> trio.areOneCluster("a", "b", "c"));
    assertThat(decided().incarnation()).isEqualTo(2);
    assertThat(decided().down()).isEmpty();
  }
}
