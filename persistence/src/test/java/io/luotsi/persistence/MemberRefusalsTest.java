package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.persistence.raft.Answers;
import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.MemberChange;
import io.luotsi.persistence.raft.Peer;
import io.luotsi.persistence.raft.RaftMember;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What would harm a cluster is refused in clear words, and a change that cannot go on is undone.
 */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class MemberRefusalsTest {
  private static final MemberChange DECIDED = new MemberChange.Decided();

  @TempDir Path directory;

  private static MemberChange refused(String why) {
    return new MemberChange.Refused(why);
  }

  @Test
  void whatIsWrongOrOneTooManyIsRefused() throws Exception {
    try (Crew crew = Crew.found(directory, Groups.ONE, "a", "b", "c")) {
      Trio.One leader = crew.awaitLeader();
      Trio.One follower = crew.living().stream().filter(one -> one != leader).findFirst().get();
      assertThat(await(follower.raft().members().remove("a")))
          .isEqualTo(new MemberChange.Elsewhere(Optional.of(leader.name())));

      assertThat(crew.add("b")).isEqualTo(refused("member 'b' is there already"));
      Peer another = new Peer("b-00000000", "127.0.0.1", 1);
      assertThat(crew.change(members -> members.add(another, "")))
          .isEqualTo(
              refused("there is another member 'b' already; one that was wiped is replaced"));
      Peer squatter = new Peer("d-00000000", "127.0.0.1", crew.peer("a").port());
      assertThat(crew.change(members -> members.add(squatter, "")))
          .isEqualTo(refused("127.0.0.1:" + squatter.port() + " is member 'a'"));
      assertThat(crew.remove("x")).isEqualTo(refused("there is no member 'x'"));
      assertThat(crew.replace("x")).isEqualTo(refused("there is no member 'x' to be replaced"));
      assertThat(crew.change(members -> members.replace(another)))
          .isEqualTo(refused("the member 'b' that is there lives"));

      // One that nobody ever started: it is decided, and nothing comes of it.
      assertThat(crew.add("d")).isEqualTo(DECIDED);
      assertThat(crew.add("e"))
          .isEqualTo(refused("another change of members is under way; try again when it is done"));
      assertThat(crew.remove("c"))
          .isEqualTo(refused("a change of another member is under way; try again when it is done"));
      crew.write(leader.name());
      assertThat(crew.remove("d")).isEqualTo(DECIDED);
      crew.settle("a", "b", "c");

      String dead = leader.name().equals("a") ? "b" : "a";
      String other = follower.name().equals(dead) ? "c" : follower.name();
      String living = leader.name().equals(other) ? "b" : other;
      crew.stop(dead);
      Crew.until(() -> !Answers.from(dead, leader.raft()));
      assertThat(crew.remove(living))
          .isEqualTo(
              refused(
                  "without '%s' only 1 of 2 voters answer, which is no majority"
                      .formatted(living)));
      assertThat(crew.remove(dead)).isEqualTo(DECIDED); // the dead may go
      crew.settle(crew.living().stream().map(Trio.One::name).toArray(String[]::new));
      crew.write(crew.awaitLeader().name());
    }
  }

  @Test
  void theLastMemberStays() throws Exception {
    try (Crew crew = Crew.found(directory, Groups.ONE, "a")) {
      crew.awaitLeader();
      assertThat(crew.remove("a")).isEqualTo(refused("'a' is the last member"));
      crew.join("b");
      assertThat(crew.add("b")).isEqualTo(DECIDED);
      crew.settle("a");
      assertThat(crew.get("b").raft().status().getFirst().role()).isEqualTo("listener");
      crew.stop("a"); // which is no reason for a listener to stand for election
      crew.start("a");
      crew.write("b"); // through the listener
      assertThat(crew.remove("a")).isEqualTo(refused("'a' is the only one with a vote"));
      assertThat(crew.remove("b")).isEqualTo(DECIDED);
      crew.stop("b");
      crew.settle("a");
      assertThat(crew.get("a").raft().members().list()).hasSize(1);
    }
  }

  /** Under an id that may have voted nobody may begin anew. */
  @Test
  void aMemberWhoseJournalAloneIsGoneDoesNotStart() throws Exception {
    try (Crew crew = Crew.found(directory, Groups.ONE, "a")) {
      crew.awaitLeader();
      crew.stop("a");
      Files.move(directory.resolve("a").resolve("raft"), directory.resolve("gone"));
      assertThatThrownBy(() -> crew.start("a"))
          .isInstanceOf(IOException.class)
          .hasMessageContaining("the journal in " + directory.resolve("a") + " is gone");
      Files.move(directory.resolve("gone"), directory.resolve("a").resolve("raft"));
      crew.start("a");
      crew.awaitLeader();
    }
  }

  /** However it is started again: it has no vote until somebody has added it. */
  @Test
  void aMemberThatWaitsIsNoClusterOfItsOwn() throws Exception {
    try (Crew crew = Crew.found(directory, Groups.ONE)) {
      crew.join("b");
      crew.stop("b");
      RaftMember again = crew.start("b").raft();
      assertThat(again.status().getFirst().role()).isEqualTo("listener");
      assertThat(again.status().getFirst().voters()).isEmpty();
      assertThat(again.groups().getFirst().isAlone()).isFalse();
    }
  }
}
