package io.luotsi.persistence;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.create;
import static io.luotsi.persistence.Drafts.done;
import static io.luotsi.persistence.Drafts.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.LogProbe;
import io.luotsi.persistence.raft.MemberChange;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A leader ends while it changes who votes, with both configurations in the log. */
@Tag("long")
@Timeout(value = 180, unit = TimeUnit.SECONDS)
class InterruptedChangesTest {
  private static final MemberChange DECIDED = new MemberChange.Decided();

  @TempDir Path directory;

  /**
   * Holds a follower when it is about to log a configuration that leads from one to another, until
   * the leader has ended: so the entry is in the leader's log and not committed.
   */
  private static final class Moment implements AutoCloseable {
    private final CompletableFuture<String> reached = new CompletableFuture<>();
    private final CompletableFuture<Void> passed = new CompletableFuture<>();
    private final LogProbe probe;

    /**
     * @param followers peer ids of those who may be held, each with the id of whom it would be
     *     about
     */
    Moment(Map<String, String> followers) {
      Map<String, String> watched = Map.copyOf(followers);
      probe =
          new LogProbe(
              "org.apache.ratis.server.RaftServer$Division",
              line ->
                  watched.forEach(
                      (follower, newcomer) -> {
                        if (isStepOf(follower, newcomer, line)) {
                          reached.complete(newcomer);
                          passed.orTimeout(60, TimeUnit.SECONDS).join();
                        }
                      }));
    }

    private static boolean isStepOf(String follower, String newcomer, String line) {
      int old = line.indexOf("old=peers");
      return line.startsWith(follower)
          && line.contains("set configuration")
          && old > 0
          && isVoter(newcomer, line.substring(0, old)) != isVoter(newcomer, line.substring(old));
    }

    private static boolean isVoter(String peer, String configuration) {
      int from = configuration.indexOf("peers:[");
      return configuration.substring(from, configuration.indexOf(']', from)).contains(peer);
    }

    /** Peer id of whom it is about. */
    String await() throws Exception {
      return reached.get(60, TimeUnit.SECONDS);
    }

    void pass() {
      passed.complete(null);
    }

    @Override
    public void close() {
      pass();
      probe.close();
    }
  }

  @Test
  void anAdmissionInWhichTheLeaderEndsIsFinishedWhenItIsBack() throws Exception {
    AtomicInteger interrupted = new AtomicInteger();
    try (Crew crew = Crew.found(directory, Groups.ONE, "a")) {
      done(crew.get("a").store().commit(CONFIG_MAPS, create("before")));
      crew.join("b");
      assertThat(crew.add("b")).isEqualTo(DECIDED);
      crew.settle("a");
      crew.join("c");
      // Who is admitted first is not promised: one whose step fails has to wait for another turn.
      Map<String, String> waiting = new HashMap<>();
      for (String newcomer : List.of("b", "c")) {
        waiting.put(crew.peer(newcomer).id(), crew.peer(newcomer).id());
      }
      try (Moment moment = new Moment(waiting)) {
        assertThat(crew.add("c")).isEqualTo(DECIDED);
        waiting.remove(moment.await());
        interrupted.incrementAndGet();
        crew.stop("a");
      }
      try (Moment moment = new Moment(waiting)) {
        crew.start("a"); // which goes on by itself
        moment.await();
        interrupted.incrementAndGet();
        crew.stop("a");
      }
      crew.start("a");
      crew.settle("a", "b", "c");
      assertThat(interrupted).hasValue(2);
      crew.write("c");
      assertThat(crew.get("c").group().replica().state(CONFIG_MAPS).objects())
          .containsKey(key("before"));
      crew.stop("a");
      crew.write("b");
    }
  }

  @Test
  void aRemovalInWhichTheLeaderEndsIsFinishedByTheNext() throws Exception {
    try (Crew crew = Crew.found(directory, Groups.ONE, "a", "b", "c", "d", "e")) {
      Trio.One leader = crew.awaitLeader();
      done(leader.store().commit(CONFIG_MAPS, create("before")));
      List<Trio.One> others = crew.living().stream().filter(one -> one != leader).toList();
      String gone = others.getFirst().name();
      String witness = crew.peer(others.getLast().name()).id();
      try (Moment moment = new Moment(Map.of(witness, crew.peer(gone).id()))) {
        MemberChange removal = crew.remove(gone);
        while (removal instanceof MemberChange.Refused(String why) && why.contains("answer")) {
          removal = crew.remove(gone); // some founders are still being connected with
        }
        assertThat(removal).isEqualTo(DECIDED);
        moment.await();
        crew.stop(leader.name()); // for good
      }
      Crew.until(
          () ->
              crew.leader()
                  .filter(next -> !Crew.votersOf(next.raft()).contains(gone))
                  .filter(next -> next.raft().members().isSettled())
                  .isPresent());
      assertThat(crew.leader().orElseThrow().name()).isNotEqualTo(leader.name());
      // the same wish again
      assertThat(crew.remove(gone))
          .isEqualTo(new MemberChange.Refused("there is no member '%s'".formatted(gone)));
      for (Trio.One one : others.subList(1, 4)) {
        crew.write(one.name());
      }
    }
  }

  /** Ratis gives up serving a listener when it gives up a newcomer. */
  @Test
  void aListenerIsServedOnWhenANewcomerNeverAnswers() throws Exception {
    try (Crew crew = Crew.found(directory, Groups.ONE, "a")) {
      crew.join("b");
      assertThat(crew.add("b")).isEqualTo(DECIDED);
      crew.settle("a");
      long term = crew.get("a").group().leadership().readyTerm().orElseThrow();
      assertThat(crew.add("c")).isEqualTo(DECIDED); // which has an address, and does not run
      Crew.until(() -> crew.get("a").group().leadership().readyTerm().orElse(term) > term);
      crew.write("a");
      long version = crew.get("a").group().replica().state(CONFIG_MAPS).version();
      Crew.until(() -> crew.get("b").group().replica().state(CONFIG_MAPS).version() >= version);
      assertThat(crew.remove("c")).isEqualTo(DECIDED);
      crew.settle("a");
      crew.write("b");
    }
  }
}
