package io.luotsi.persistence.raft;

import static io.luotsi.persistence.raft.TestMember.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.Founders;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.ratis.util.CodeInjectionForTesting;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Who may say that what it knows is all there is. */
@Timeout(60)
class LeaderRoundsTest {
  private static final String ENTRIES_ARRIVE = "RaftServerImpl.appendEntries";

  @TempDir Path directory;
  private final CompletableFuture<Void> healed = new CompletableFuture<>();

  @AfterEach
  void heal() {
    CodeInjectionForTesting.remove(ENTRIES_ARRIVE);
    healed.complete(null);
  }

  /** Nothing has been written since it last made sure, so Ratis would not ask anybody again. */
  @Test
  void aLeaderWhomNobodyHearsAnyMoreIsSureOfNothing() throws Exception {
    Founders founders = Founders.of(directory, "a", "b");
    try (RaftMember a = founders.start("a");
        RaftMember b = founders.start("b")) {
      RaftGroupMember leader = leader(a, b);
      RaftGroupMember follower = group(leader == group(a) ? b : a);
      for (int i = 0; i < 3; i++) {
        await(leader.caughtUp());
        await(follower.caughtUp());
      }
      CodeInjectionForTesting.put(
          ENTRIES_ARRIVE,
          (local, remote, arguments) -> {
            healed.join();
            return true;
          });
      CompletableFuture<Void> sure = leader.caughtUp().toCompletableFuture();
      CompletableFuture<Void> sureElsewhere = follower.caughtUp().toCompletableFuture();

      assertThat(leader.division().getInfo().isLeader())
          .as("it still thinks that it leads")
          .isTrue();
      assertThat(sure).failsWithin(Duration.ofSeconds(20));
      assertThat(sureElsewhere).failsWithin(Duration.ofSeconds(20));
    }
  }

  private static RaftGroupMember leader(RaftMember... members) {
    while (true) {
      for (RaftMember member : List.of(members)) {
        if (group(member).leadership().readyTerm().isPresent()) {
          return group(member);
        }
      }
      Thread.onSpinWait();
    }
  }

  private static RaftGroupMember group(RaftMember member) {
    return member.groups().getFirst();
  }
}
