package io.luotsi.history;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.history.Recorder.Begun;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LinearizabilityTest {
  private final Story story = new Story();

  private void accepted() {
    assertThat(Linearizability.check(story.entries())).isEmpty();
  }

  private void rejected() {
    assertThat(Linearizability.check(story.entries()))
        .singleElement()
        .satisfies(violation -> assertThat(violation.subject()).isEqualTo(Story.KEY))
        .satisfies(violation -> assertThat(violation.finding()).doesNotContain("undecided"));
  }

  private void created() {
    story.create(1, "a").ok("u", "a", 2);
  }

  @Test
  void oneAfterTheOtherIsAccepted() {
    story.read(1).ok("", "", 0);
    created();
    story.create(2, "b").fail("AlreadyExists");
    story.update(2, "c", 2).ok("u", "c", 3);
    story.update(1, "d", 2).fail("Conflict");
    story.read(3).ok("u", "c", 3);
    story.delete(3).ok("u", "", 0);
    story.update(1, "e", 3).fail("NotFound");
    story.delete(1).fail("NotFound");
    story.create(1, "f").ok("v", "f", 5);
    story.read(2).ok("v", "f", 5);
    accepted();
  }

  @Test
  void concurrentReadsMaySeeOldAndNew() {
    created();
    Begun update = story.update(1, "b", 2);
    Begun before = story.read(2);
    before.ok("u", "a", 2);
    story.read(2).ok("u", "b", 3);
    update.ok("u", "b", 3);
    accepted();
  }

  @Test
  void aStaleReadAfterANewerOneIsRejected() {
    created();
    Begun update = story.update(1, "b", 2);
    story.read(2).ok("u", "b", 3);
    story.read(3).ok("u", "a", 2);
    update.ok("u", "b", 3);
    rejected();
  }

  @Test
  void aReadThatMissesAnAcknowledgedWriteIsRejected() {
    created();
    story.read(2).ok("", "", 0);
    rejected();
  }

  @Test
  void aLostUpdateIsRejected() {
    created();
    story.update(1, "b", 0).ok("u", "b", 3);
    story.update(2, "c", 2).ok("u", "c", 4); // compared with what was replaced
    rejected();
  }

  @Test
  void twoSuccessesOfOneCompareAndSetAreRejectedEvenIfConcurrent() {
    created();
    Begun one = story.update(1, "b", 2);
    Begun two = story.update(2, "c", 2);
    one.ok("u", "b", 3);
    two.ok("u", "c", 4);
    rejected();
  }

  @Test
  void twoSuccessesOfOneCreateAreRejectedEvenIfConcurrent() {
    Begun one = story.create(1, "a");
    Begun two = story.create(2, "b");
    one.ok("u", "a", 2);
    two.ok("v", "b", 3);
    rejected();
  }

  @Test
  void aResurrectedObjectIsRejected() {
    created();
    story.delete(1).ok("u", "", 0);
    story.read(2).ok("u", "a", 2);
    rejected();
  }

  @Test
  void aSecondDeletionOfTheSameObjectIsRejected() {
    created();
    story.delete(1).ok("u", "", 0);
    story.delete(2).ok("u", "", 0);
    rejected();
  }

  @Test
  void anUpdateThatChangesTheUidIsRejected() {
    created();
    story.update(1, "b", 2).ok("v", "b", 3);
    rejected();
  }

  @Test
  void aVersionThatGoesBackIsRejected() {
    created();
    story.update(1, "b", 0).ok("u", "b", 2);
    rejected();
  }

  @Test
  void staleRefusalsAreRejected() {
    created();
    story.update(2, "b", 2).fail("NotFound");
    rejected();
  }

  @Test
  void aConflictWithTheVersionThatIsThereIsRejected() {
    created();
    story.update(2, "b", 2).fail("Conflict");
    rejected();
  }

  @Test
  void alreadyExistsOfWhatIsGoneIsRejected() {
    created();
    story.delete(1).ok("u", "", 0);
    story.create(2, "b").fail("AlreadyExists");
    rejected();
  }

  @Test
  void aWriteThatNobodyHeardOfMayHaveBeenDoneLater() {
    created();
    story.update(1, "b", 2).unknown("timeout");
    story.read(2).ok("u", "a", 2);
    story.read(2).ok("u", "b", 3);
    accepted();
  }

  @Test
  void aWriteThatNobodyHeardOfMayNeverHaveBeenDone() {
    created();
    story.delete(1).unknown("cut off");
    story.create(1, "b").unknown("cut off");
    story.update(2, "c", 2).ok("u", "c", 3);
    accepted();
  }

  @Test
  void aWriteThatNobodyHeardOfIsDoneAtMostOnce() {
    story.create(1, "a").unknown("timeout");
    story.read(2).ok("u", "a", 2);
    story.delete(2).ok("u", "", 0);
    story.read(2).ok("v", "a", 4);
    rejected();
  }

  @Test
  void aWriteThatNobodyHeardOfIsNotDoneBeforeItsBeginning() {
    created();
    story.read(2).ok("u", "b", 3);
    story.update(1, "b", 2).unknown("timeout");
    rejected();
  }

  @Test
  void aWriteThatWasNotEvenTriedIsNotDone() {
    created();
    story.update(1, "b", 2).fail("TooManyRequests");
    story.read(2).ok("u", "b", 3);
    rejected();
  }

  @Test
  void aReadThatFailedTellsNothing() {
    created();
    story.read(2).unknown("cut off");
    story.read(2).fail("Timeout");
    story.delete(1).ok("u", "", 0);
    accepted();
  }

  @Test
  void aRecorderThatLosesLinesIsNoticed() {
    Begun read = story.read(1);
    read.ok("", "", 0);
    read.ok("", "", 0);
    assertThatThrownBy(() -> Linearizability.check(story.entries()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("line 3 ends what was never begun");
  }

  /** Whatever a true store does under concurrent clients, and however little they hear of it. */
  @ParameterizedTest
  @ValueSource(ints = {1, 2, 3, 4, 5, 6, 7, 8})
  void everyHistoryOfATrueStoreIsAccepted(int seed) {
    for (int run = 0; run < 50; run++) {
      List<Entry> history = new TrueStore(seed * 1_000L + run).history(6, 120);
      assertThat(Linearizability.check(history)).as("seed %d run %d", seed, run).isEmpty();
    }
  }

  /** One that answers reads from a copy that lags is caught nearly always, and never undecided. */
  @Test
  void aStoreThatServesStaleReadsIsCaught() {
    int caught = 0;
    for (int seed = 0; seed < 100; seed++) {
      TrueStore store = new TrueStore(seed);
      store.staleReads = true;
      List<Violation> found = Linearizability.check(store.history(3, 120));
      assertThat(found).noneMatch(violation -> violation.finding().contains("undecided"));
      caught += found.isEmpty() ? 0 : 1;
    }
    assertThat(caught).isGreaterThan(90);
  }

  /** A register with clients whose requests take effect somewhere between sending and hearing. */
  private static final class TrueStore {
    private final Random random;
    private final Story story = new Story();
    private final Map<Integer, Long> knownVersion = new HashMap<>();
    private boolean staleReads;
    private boolean present;
    private String uid = "";
    private String value = "";
    private long version = 1;

    TrueStore(long seed) {
      random = new Random(seed);
    }

    /** Requests on their way: each is done in one step, and answered in a later one. */
    List<Entry> history(int clients, int requests) {
      List<Runnable> steps = new ArrayList<>();
      List<Integer> idle = new ArrayList<>();
      for (int client = 0; client < clients; client++) {
        idle.add(client);
      }
      int begun = 0;
      while (begun < requests || !steps.isEmpty()) {
        Collections.shuffle(idle, random);
        if (begun < requests && !idle.isEmpty() && random.nextBoolean()) {
          int client = idle.removeLast();
          begin(client, "v" + begun++, steps, idle);
        } else if (!steps.isEmpty()) {
          steps.remove(random.nextInt(steps.size())).run();
        }
      }
      return story.entries();
    }

    private void begin(int client, String written, List<Runnable> steps, List<Integer> idle) {
      long seen = random.nextInt(4) == 0 ? 0 : knownVersion.getOrDefault(client, 0L);
      int what = random.nextInt(10);
      Begun begun =
          what < 2
              ? story.create(client, written)
              : what < 6
                  ? story.read(client)
                  : what < 9 ? story.update(client, written, seen) : story.delete(client);
      boolean heard = random.nextInt(8) > 0;
      if (!heard && random.nextBoolean()) {
        begun.unknown("lost on its way");
        idle.add(client);
        return;
      }
      if (!heard) {
        begun.unknown("done later");
        idle.add(client);
        steps.add(() -> apply(client, begun.beginning()));
        return;
      }
      steps.add(
          () -> {
            Runnable answer = answer(client, begun);
            steps.add(
                () -> {
                  answer.run();
                  idle.add(client);
                });
          });
    }

    private Runnable answer(int client, Begun begun) {
      Entry asked = begun.beginning();
      String refusal = apply(client, asked);
      if (!refusal.isEmpty()) {
        return () -> begun.fail(refusal);
      }
      boolean there = present;
      String u = uid;
      String v = value;
      long at = version;
      if (asked.operation() == Operation.READ) {
        knownVersion.put(client, at);
        boolean stale = staleReads && random.nextInt(4) == 0; // from before the first write
        boolean found = there && !stale;
        return () -> begun.ok(found ? u : "", found ? v : "", found ? at : 0);
      }
      return () -> begun.ok(u, v, asked.operation() == Operation.DELETE ? 0 : at);
    }

    private String apply(int client, Entry asked) {
      boolean differs = asked.version() != 0 && asked.version() != version;
      switch (asked.operation()) {
        case CREATE -> {
          if (present) {
            return "AlreadyExists";
          }
          present = true;
          uid = "u" + version;
          store(client, asked.value());
        }
        case UPDATE -> {
          if (!present || differs) {
            return present ? "Conflict" : "NotFound";
          }
          store(client, asked.value());
        }
        case DELETE -> {
          if (!present) {
            return "NotFound";
          }
          present = false;
          version++;
        }
        case READ -> {}
        case WATCH -> throw new IllegalArgumentException();
      }
      return "";
    }

    private void store(int client, String written) {
      value = written;
      version++;
      knownVersion.put(client, version);
    }
  }
}
