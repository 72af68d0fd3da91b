package io.luotsi.history;

import io.luotsi.history.Entry.Type;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A request and how it ended.
 *
 * @param begunAt place of its beginning in the history
 * @param endedAt place of its end; {@link #NEVER} if nobody knows whether it was done
 * @param ending the end, or the beginning again if nothing was heard
 */
record Call(int begunAt, int endedAt, Entry beginning, Entry ending) {
  static final int NEVER = Integer.MAX_VALUE;

  /** Why a write that the rules refuse is refused: each tells something of the object. */
  enum Refusal {
    ALREADY_EXISTS("AlreadyExists"),
    NOT_FOUND("NotFound"),
    CONFLICT("Conflict");

    private final String reason;

    Refusal(String reason) {
      this.reason = reason;
    }
  }

  boolean isAcknowledged() {
    return ending.type() == Type.OK;
  }

  /** Whether it may or may not have been done. */
  boolean isUnknown() {
    return endedAt == NEVER;
  }

  boolean isRefused(Refusal refusal) {
    return ending.type() == Type.FAIL && ending.value().equals(refusal.reason);
  }

  /** Whether the answer tells nothing of the object, as when there was no leader. */
  private boolean tellsNothing() {
    return ending.type() == Type.FAIL
        && !isRefused(Refusal.ALREADY_EXISTS)
        && !isRefused(Refusal.NOT_FOUND)
        && !isRefused(Refusal.CONFLICT);
  }

  @Override
  public String toString() {
    String end =
        isUnknown() ? "unknown" : ending.type() + " " + ending.value() + " @" + ending.version();
    return "process %d %s %s @%d -> %s (lines %d to %s)"
        .formatted(
            beginning.process(),
            beginning.operation(),
            beginning.value(),
            beginning.version(),
            end,
            begunAt + 1,
            isUnknown() ? "-" : Integer.toString(endedAt + 1));
  }

  /**
   * All requests about single objects that tell something of them or may have changed them, by key,
   * in the order of their beginnings.
   *
   * @throws IllegalArgumentException if an end has no beginning (a recorder's bug)
   */
  static Map<String, List<Call>> byKey(List<Entry> history) {
    List<Call> calls = new ArrayList<>();
    Map<Integer, Integer> open = new HashMap<>(); // process -> place in calls
    for (int at = 0; at < history.size(); at++) {
      Entry entry = history.get(at);
      if (entry.operation() == Operation.WATCH) {
        continue;
      }
      if (entry.type() == Type.INVOKE) {
        open.put(entry.process(), calls.size());
        calls.add(new Call(at, NEVER, entry, entry));
        continue;
      }
      Integer place = open.remove(entry.process());
      if (place == null || !calls.get(place).beginning().key().equals(entry.key())) {
        throw new IllegalArgumentException("line " + (at + 1) + " ends what was never begun");
      }
      Call begun = calls.get(place);
      int ended = entry.type() == Type.INFO ? NEVER : at;
      calls.set(place, new Call(begun.begunAt(), ended, begun.beginning(), entry));
    }
    Map<String, List<Call>> byKey = new LinkedHashMap<>();
    for (Call call : calls) {
      boolean readOfNothing = call.isUnknown() && call.beginning().operation() == Operation.READ;
      if (!call.tellsNothing() && !readOfNothing) {
        byKey.computeIfAbsent(call.beginning().key(), key -> new ArrayList<>()).add(call);
      }
    }
    return byKey;
  }
}
