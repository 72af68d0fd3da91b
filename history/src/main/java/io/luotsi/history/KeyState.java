package io.luotsi.history;

import io.luotsi.history.Call.Refusal;
import java.util.Optional;

/**
 * What an object is at a moment, as far as its clients can know: the rules of a store for one key.
 *
 * @param uid empty while nobody was told it
 * @param version 0 while nobody was told it
 * @param floor every later version is higher
 */
record KeyState(boolean present, String uid, String value, long version, long floor) {
  static final KeyState BEFORE_ALL = new KeyState(false, "", "", 0, 0);

  /**
   * What is there if the call is done now; empty if it cannot have been done now.
   *
   * @param call a call whose outcome is unknown is taken as done
   */
  Optional<KeyState> after(Call call) {
    return switch (call.beginning().operation()) {
      case CREATE -> created(call);
      case READ -> read(call.ending());
      case UPDATE -> updated(call);
      case DELETE -> deleted(call);
      case WATCH -> throw new IllegalArgumentException("a watch is about no single object");
    };
  }

  private Optional<KeyState> created(Call call) {
    if (call.isRefused(Refusal.ALREADY_EXISTS)) {
      return onlyIf(present);
    }
    if (present) {
      return Optional.empty();
    }
    return stored(call, "");
  }

  private Optional<KeyState> read(Entry seen) {
    if (seen.version() == 0) {
      return onlyIf(!present);
    }
    if (!present || !fits(seen.uid(), seen.version()) || !value.equals(seen.value())) {
      return Optional.empty();
    }
    return Optional.of(new KeyState(true, seen.uid(), value, seen.version(), seen.version()));
  }

  private Optional<KeyState> updated(Call call) {
    Entry wanted = call.beginning();
    if (call.isRefused(Refusal.NOT_FOUND)) {
      return onlyIf(!present);
    }
    if (call.isRefused(Refusal.CONFLICT)) {
      return onlyIf(present && mayDiffer(wanted));
    }
    if (!present || !fits(wanted.uid(), wanted.version())) {
      return Optional.empty();
    }
    return stored(call, uid);
  }

  private Optional<KeyState> deleted(Call call) {
    Entry wanted = call.beginning();
    if (call.isRefused(Refusal.NOT_FOUND)) {
      return onlyIf(!present);
    }
    if (call.isRefused(Refusal.CONFLICT)) {
      return onlyIf(present && mayDiffer(wanted));
    }
    Entry told = call.ending();
    boolean acknowledged = call.isAcknowledged();
    if (!present
        || !fits(wanted.uid(), wanted.version())
        || (acknowledged && !fits(told.uid(), 0))
        || (acknowledged && told.version() != 0 && told.version() <= floor)) {
      return Optional.empty();
    }
    long least = acknowledged ? Math.max(floor, told.version()) : floor;
    return Optional.of(new KeyState(false, "", "", 0, Math.max(least, wanted.version())));
  }

  private Optional<KeyState> stored(Call call, String sameUid) {
    Entry wanted = call.beginning();
    long least = Math.max(floor, wanted.version());
    if (!call.isAcknowledged()) {
      return Optional.of(new KeyState(true, sameUid, wanted.value(), 0, least));
    }
    Entry told = call.ending();
    boolean otherUid = !sameUid.isEmpty() && !sameUid.equals(told.uid());
    if (otherUid || told.version() <= least) {
      return Optional.empty();
    }
    return Optional.of(
        new KeyState(true, told.uid(), wanted.value(), told.version(), told.version()));
  }

  /** Whether the object can be that very one; what is unknown can be anything later. */
  private boolean fits(String otherUid, long otherVersion) {
    boolean sameUid = otherUid.isEmpty() || uid.isEmpty() || otherUid.equals(uid);
    boolean sameVersion =
        otherVersion == 0 || otherVersion == version || (version == 0 && otherVersion > floor);
    return sameUid && sameVersion;
  }

  /** Whether the object can be another than the one that a write demands. */
  private boolean mayDiffer(Entry wanted) {
    boolean differs = wanted.version() != 0 && (version == 0 || wanted.version() != version);
    boolean another = !wanted.uid().isEmpty() && (uid.isEmpty() || !wanted.uid().equals(uid));
    return differs || another;
  }

  private Optional<KeyState> onlyIf(boolean condition) {
    return condition ? Optional.of(this) : Optional.empty();
  }

  @Override
  public String toString() {
    return present ? "'%s' @%s uid %s".formatted(value, version == 0 ? "?" : version, uid) : "none";
  }
}
