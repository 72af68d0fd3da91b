package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.await;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.latest;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.MemberChange;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Members come and go while clients write. */
@Timeout(value = 90, unit = TimeUnit.SECONDS)
class ChangingMembersTest {
  /** What is written is in another group than what decides about members. */
  private static final Groups GROUPS = new Groups(2, Map.of(CONFIG_MAPS, 1));

  private static final MemberChange DECIDED = new MemberChange.Decided();
  private static final int WRITES_A_STAGE = 60;

  @TempDir Path directory;

  /** Clients of one member, and what they were told. */
  private static final class Clients {
    private final Told told = new Told();
    private final Writers writers;

    Clients(ReplicatedStore store) {
      writers = new Writers(store, "w", 2, told);
    }

    /** Waits for so many more acknowledged writes. */
    void more(int writes) throws InterruptedException {
      told.more(writes);
    }

    void end() throws InterruptedException {
      writers.end();
    }

    /** Fails unless every member has each acknowledged write at its version, and nothing else. */
    void check(List<Trio.One> members, int atLeast) throws Exception {
      told.checkNothingWrong(atLeast);
      long last = latest(members.getFirst().store(), CONFIG_MAPS).version();
      for (Trio.One one : members) {
        assertThat(latest(one.store(), CONFIG_MAPS).version()).as(one.name()).isEqualTo(last);
        told.check(History.events(one.store(), last));
      }
    }
  }

  @Test
  void oneBecomesThreeBecomesFiveBecomesThreeUnderWriters() throws Exception {
    List<String> changed = new ArrayList<>();
    try (Crew crew = Crew.found(directory, GROUPS, "a")) {
      Clients clients = new Clients(crew.get("a").store());
      clients.more(WRITES_A_STAGE);
      for (List<String> voters :
          List.of(
              List.of("a"),
              List.of("a", "b", "c"),
              List.of("a", "b", "c"),
              List.of("a", "b", "c", "d", "e"))) {
        String name = List.of("b", "c", "d", "e").get(changed.size());
        crew.join(name);
        assertThat(crew.add(name)).isEqualTo(DECIDED);
        crew.settle(voters.toArray(String[]::new));
        changed.add("+" + name);
        clients.more(WRITES_A_STAGE);
      }
      // whoever leads goes first
      for (int left = 4; left >= 3; left--) {
        Trio.One going = crew.awaitLeader();
        if (going.name().equals("a")) { // whose clients write
          String other = left == 4 ? "b" : "c";
          io.luotsi.persistence.raft.TransferredLeadership.transfer(
              going.group(), crew.get(other).raft());
          going = crew.get(other);
        }
        String name = going.name();
        assertThat(crew.change(members -> members.remove(name))).isEqualTo(DECIDED);
        await(going.raft().removed());
        Crew.until(() -> Crew.votersOf(crew.get("a").raft()).size() <= 4);
        crew.stop(name);
        List<String> rest = crew.living().stream().map(Trio.One::name).toList();
        crew.settle(rest.toArray(String[]::new));
        assertThat(rest).hasSize(left);
        changed.add("-" + name);
        clients.more(WRITES_A_STAGE);
      }
      clients.end();
      assertThat(changed).hasSize(6);
      clients.check(crew.living(), 7 * WRITES_A_STAGE);
    }
  }

  @Test
  @Tag("long")
  void aWipedMemberComesBackAsANewPeerAndCatchesUpBySnapshot() throws Exception {
    try (Crew crew = Crew.found(directory, GROUPS, "a", "b", "c")) {
      String old = crew.peer("c").id();
      Clients clients = new Clients(crew.get("a").store());
      clients.more(2 * WRITES_A_STAGE); // past the first snapshot
      crew.stop("c");
      crew.wipe("c");
      clients.more(2 * WRITES_A_STAGE);
      crew.join("c");
      MemberChange change = crew.replace("c");
      while (change instanceof MemberChange.Refused(String why) && why.contains("lives")) {
        change = crew.replace("c"); // the old one has been heard of a moment ago
      }
      assertThat(change).isEqualTo(DECIDED);
      crew.settle("a", "b", "c");
      assertThat(crew.get("a").raft().members().list())
          .extracting(member -> member.peer().id())
          .contains(crew.peer("c").id())
          .doesNotContain(old);
      crew.stop("b"); // from now on the new one's vote counts
      clients.more(WRITES_A_STAGE);
      clients.end();
      clients.check(crew.living(), 5 * WRITES_A_STAGE);
    }
  }

  /** Ratis does not look at whom a request is for. */
  @Test
  @Tag("long")
  void whatIsMeantForAWipedMemberIsNotHeardByItsSuccessor() throws Exception {
    try (Crew crew = Crew.found(directory, Groups.ONE, "a", "b", "c")) {
      crew.write("a");
      crew.stop("c");
      crew.wipe("c");
      Trio.One leader = crew.awaitLeader();
      String other = leader.name().equals("a") ? "b" : "a";
      crew.join("c"); // at the old address, and nobody has added it
      crew.stop(other);
      // The leader alone is no majority; what the newcomer took would make it one.
      assertThat(await(leader.store().commit(CONFIG_MAPS, create("alone"))).isDone()).isFalse();
      assertThat(crew.get("c").group().replica().state(CONFIG_MAPS).version()).isZero();
      crew.start(other);
      crew.write(other);
    }
  }
}
