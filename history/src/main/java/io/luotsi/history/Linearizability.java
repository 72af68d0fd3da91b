package io.luotsi.history;

import io.luotsi.history.Violation.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Whether each object behaves as if all requests to it had been done one after the other, each at
 * some moment between its beginning and its end. A request whose outcome nobody knows may have been
 * done at any moment since its beginning, or never; both are tried. Refusals count as well: {@code
 * AlreadyExists}, {@code NotFound} and {@code Conflict} each say something of the object.
 *
 * <p>Keys are independent of each other, so each is searched alone: depth first over the calls that
 * may come next, never twice from the same set of calls done and the same state.
 *
 * @see "Source: J. Wing, C. Gong, Testing and Verifying Concurrent Objects, 1993; G. Lowe, Testing
 *     for Linearizability, 2017 (the memo)"
 */
public final class Linearizability {
  private static final int MOST_CONFIGURATIONS = 1_000_000;

  /** Calls done so far, and what they have made. */
  private record Configuration(BitSet done, KeyState state) {}

  private Linearizability() {}

  /**
   * @return one for each object for which no order explains its history; also for one whose history
   *     has more possibilities than can be tried (a million), which says so
   * @throws IllegalArgumentException if an end has no beginning (a recorder's bug)
   */
  public static List<Violation> check(List<Entry> history) {
    List<Violation> violations = new ArrayList<>();
    for (Map.Entry<String, List<Call>> key : Call.byKey(history).entrySet()) {
      new Search(key.getValue())
          .finding()
          .map(finding -> new Violation(Promise.LINEARIZABLE, key.getKey(), finding))
          .ifPresent(violations::add);
    }
    return violations;
  }

  /** The search through one key's history. */
  private static final class Search {
    private final List<Call> calls;
    private final int definite;
    private final Set<Configuration> seen = new HashSet<>();
    private final Deque<Configuration> open = new ArrayDeque<>();
    private Configuration furthest = new Configuration(new BitSet(), KeyState.BEFORE_ALL);
    private int furthestDefinite = -1;

    Search(List<Call> calls) {
      this.calls = calls;
      this.definite = (int) calls.stream().filter(call -> !call.isUnknown()).count();
    }

    /** What is wrong; empty if an order was found. */
    Optional<String> finding() {
      visit(furthest);
      while (!open.isEmpty()) {
        Configuration configuration = open.pop();
        int done = definiteOf(configuration.done());
        if (done > furthestDefinite) {
          furthest = configuration;
          furthestDefinite = done;
        }
        if (done == definite) {
          return Optional.empty();
        }
        if (seen.size() > MOST_CONFIGURATIONS) {
          return Optional.of(
              "undecided: more than %d possibilities in %d calls"
                  .formatted(MOST_CONFIGURATIONS, calls.size()));
        }
        expand(configuration);
      }
      return Optional.of(describe());
    }

    private int definiteOf(BitSet done) {
      return (int) done.stream().filter(place -> !calls.get(place).isUnknown()).count();
    }

    /** Pushes what may come next; calls with a known outcome are then tried first. */
    private void expand(Configuration configuration) {
      List<Integer> candidates = candidates(configuration.done());
      for (boolean unknown : new boolean[] {true, false}) {
        for (int place : candidates.reversed()) {
          Call call = calls.get(place);
          if (call.isUnknown() == unknown) {
            configuration
                .state()
                .after(call)
                // To do what nobody heard of, without an effect, explains nothing.
                .filter(after -> !unknown || !after.equals(configuration.state()))
                .ifPresent(after -> visit(next(configuration, place, after)));
          }
        }
      }
    }

    private static Configuration next(Configuration before, int place, KeyState after) {
      BitSet done = (BitSet) before.done().clone();
      done.set(place);
      return new Configuration(done, after);
    }

    private void visit(Configuration configuration) {
      if (seen.add(configuration)) {
        open.push(configuration);
      }
    }

    /** Calls not done that began before any other call not done had ended. */
    private List<Integer> candidates(BitSet done) {
      List<Integer> candidates = new ArrayList<>();
      int firstEnd = Call.NEVER;
      for (int i = done.nextClearBit(0); i < calls.size(); i = done.nextClearBit(i + 1)) {
        if (calls.get(i).begunAt() > firstEnd) {
          break;
        }
        candidates.add(i);
        firstEnd = Math.min(firstEnd, calls.get(i).endedAt());
      }
      return candidates;
    }

    private String describe() {
      StringBuilder text =
          new StringBuilder(
              "no order explains its %d calls; after %d of them it is %s, and next may come none of"
                  .formatted(calls.size(), furthest.done().cardinality(), furthest.state()));
      for (int place : candidates(furthest.done())) {
        text.append("\n    ").append(calls.get(place));
      }
      return text.toString();
    }
  }
}
