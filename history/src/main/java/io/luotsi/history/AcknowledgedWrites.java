package io.luotsi.history;

import io.luotsi.history.Violation.Promise;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Whether everything that was acknowledged is there, and nothing that nobody asked for. */
public final class AcknowledgedWrites {
  private AcknowledgedWrites() {}

  /** How many creates, updates and deletes were acknowledged. */
  public static long count(List<Entry> history) {
    return Call.byKey(history).values().stream()
        .flatMap(List::stream)
        .filter(AcknowledgedWrites::isAcknowledgedWrite)
        .count();
  }

  private static boolean isAcknowledgedWrite(Call call) {
    return call.isAcknowledged() && call.beginning().operation() != Operation.READ;
  }

  /**
   * Compares with all changes. Every acknowledged create and update is the change at its version,
   * with its key, uid and value; every acknowledged delete is the one deletion of its uid. Every
   * other change of the history's keys is of a write whose outcome nobody knows, and each of those
   * was done at most once: what was refused was not done.
   *
   * @param order from before the history's first write to after its last
   */
  public static List<Violation> check(List<Entry> history, FinalOrder order) {
    List<Violation> violations = new ArrayList<>();
    Map<String, List<Call>> byKey = Call.byKey(history);
    Set<Change> acknowledged = new HashSet<>();
    Map<String, Change> deletions = new HashMap<>();
    for (Change change : order.changes()) {
      if (change.kind() == Change.Kind.DELETED) {
        deletions.put(change.uid(), change);
      }
    }
    byKey.forEach(
        (key, calls) -> {
          for (Call call : calls) {
            if (isAcknowledgedWrite(call)) {
              Change change = changeOf(call, order, deletions);
              if (!matches(call, change)) {
                violations.add(new Violation(Promise.KEPT, key, call + ", but there is " + change));
              } else if (!acknowledged.add(change)) {
                violations.add(
                    new Violation(Promise.KEPT, key, call + " is the second to be told so"));
              }
            }
          }
        });
    Map<String, List<Call>> unknown = new HashMap<>();
    byKey.forEach(
        (key, calls) ->
            unknown.put(key, new ArrayList<>(calls.stream().filter(Call::isUnknown).toList())));
    for (Change change : order.changes()) {
      List<Call> possible = unknown.get(change.key());
      if (possible != null && !acknowledged.contains(change) && !take(possible, change)) {
        violations.add(
            new Violation(
                Promise.ASKED_FOR, change.key(), change + " is of no write that may be done"));
      }
    }
    return violations;
  }

  /** The change that an acknowledged write must be; a nameless one if there is none. */
  private static Change changeOf(Call call, FinalOrder order, Map<String, Change> deletions) {
    Change none = new Change(0, Change.Kind.DELETED, "", "", "");
    Entry told = call.ending();
    return call.beginning().operation() == Operation.DELETE
        ? deletions.getOrDefault(told.uid(), none)
        : order.at(told.version()).orElse(none);
  }

  private static boolean matches(Call call, Change change) {
    Entry told = call.ending();
    boolean same =
        change.kind() == kind(call)
            && change.key().equals(told.key())
            && change.uid().equals(told.uid());
    if (change.kind() == Change.Kind.DELETED) {
      return same && (told.version() == 0 || told.version() == change.version());
    }
    return same && change.value().equals(call.beginning().value());
  }

  private static Change.Kind kind(Call call) {
    return switch (call.beginning().operation()) {
      case CREATE -> Change.Kind.ADDED;
      case UPDATE -> Change.Kind.MODIFIED;
      case DELETE -> Change.Kind.DELETED;
      case READ, WATCH -> throw new IllegalArgumentException("not a write: " + call);
    };
  }

  /** Takes an unknown write that explains the change; deletions tell not whose they are. */
  private static boolean take(List<Call> possible, Change change) {
    for (Call call : possible) {
      if (kind(call) == change.kind()
          && (change.kind() == Change.Kind.DELETED
              || call.beginning().value().equals(change.value()))) {
        return possible.remove(call);
      }
    }
    return false;
  }

  /**
   * Compares with what is there at the end, where the changes themselves are no longer known. The
   * last acknowledged write of every key stands, unless a later one whose outcome nobody knows may
   * have replaced it.
   *
   * @param listed all that is there of the history's keys
   */
  public static List<Violation> checkState(List<Entry> history, Collection<Found> listed) {
    Map<String, Found> found = new HashMap<>();
    listed.forEach(object -> found.put(object.key(), object));
    List<Violation> violations = new ArrayList<>();
    Call.byKey(history)
        .forEach(
            (key, calls) -> {
              if (!stands(calls, found.get(key))) {
                violations.add(
                    new Violation(
                        Promise.KEPT, key, "is %s after %s".formatted(found.get(key), calls)));
              }
            });
    return violations;
  }

  private static boolean stands(List<Call> calls, @Nullable Found found) {
    Set<String> deleted = new HashSet<>();
    long last = 0;
    String lastUid = "";
    for (Call call : calls) {
      if (isAcknowledgedWrite(call) && call.beginning().operation() == Operation.DELETE) {
        deleted.add(call.ending().uid());
      } else if (isAcknowledgedWrite(call) && call.ending().version() > last) {
        last = call.ending().version();
        lastUid = call.ending().uid();
      }
    }
    if (found == null) {
      return last == 0 || deleted.contains(lastUid) || mayHave(calls, Operation.DELETE);
    }
    if (deleted.contains(found.uid())) {
      return false;
    }
    if (found.version() == last) {
      return found.uid().equals(lastUid);
    }
    boolean replaced = mayHave(calls, Operation.UPDATE) || mayHave(calls, Operation.CREATE);
    return found.version() > last && replaced;
  }

  private static boolean mayHave(List<Call> calls, Operation operation) {
    return calls.stream()
        .anyMatch(call -> call.isUnknown() && call.beginning().operation() == operation);
  }
}
