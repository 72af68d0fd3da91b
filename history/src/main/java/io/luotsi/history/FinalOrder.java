package io.luotsi.history;

import io.luotsi.history.Violation.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * All changes of a resource after a version, in the order in which they happened; the truth with
 * which clients' histories are compared. It comes from one watch that was begun after everything
 * had settled.
 */
public final class FinalOrder {
  private final long after;
  private final List<Change> changes;
  private final Map<Long, Change> byVersion = new TreeMap<>();

  /**
   * @param after the version behind which it begins
   * @param changes in the order in which they came
   */
  public FinalOrder(long after, List<Change> changes) {
    this.after = after;
    this.changes = List.copyOf(changes);
    this.changes.forEach(change -> byVersion.put(change.version(), change));
  }

  public List<Change> changes() {
    return changes;
  }

  /** The version behind which it begins. */
  public long after() {
    return after;
  }

  /** The last version it knows of. */
  public long last() {
    return changes.isEmpty() ? after : changes.getLast().version();
  }

  Optional<Change> at(long version) {
    return Optional.ofNullable(byVersion.get(version));
  }

  /** Whether its versions follow each other without a gap, as a resource's own do. */
  public List<Violation> checkGapless(String resource) {
    List<Violation> violations = new ArrayList<>();
    long expected = after + 1;
    for (Change change : changes) {
      if (change.version() != expected) {
        violations.add(
            new Violation(
                Promise.GAPLESS,
                resource,
                "after version %d comes %d".formatted(expected - 1, change.version())));
      }
      expected = change.version() + 1;
    }
    return violations;
  }

  /**
   * Whether a list shows what the changes have made.
   *
   * @param version of the list, at least {@link #after} and at most {@link #last}
   * @param listed all objects whose keys begin with {@code prefix}; none of them older than the
   *     order
   */
  public List<Violation> checkList(long version, String prefix, Collection<Found> listed) {
    Map<String, Found> expected = new TreeMap<>();
    for (Change change : changes) {
      if (change.version() > version || !change.key().startsWith(prefix)) {
        continue;
      }
      switch (change.kind()) {
        case ADDED, MODIFIED ->
            expected.put(
                change.key(),
                new Found(change.key(), change.uid(), change.value(), change.version()));
        case DELETED -> expected.remove(change.key());
      }
    }
    List<Violation> violations = new ArrayList<>();
    for (Found found : listed) {
      Found made = expected.remove(found.key());
      if (!found.equals(made)) {
        violations.add(
            new Violation(
                Promise.KEPT, found.key(), "is listed as " + found + ", and was made " + made));
      }
    }
    expected.forEach(
        (key, made) -> violations.add(new Violation(Promise.KEPT, key, made + " is not listed")));
    return violations;
  }
}
