package io.luotsi.history;

import io.luotsi.history.Recorder.Begun;
import java.util.List;

/** Tells a history of one key, line by line. */
final class Story {
  static final String KEY = "default/k";

  private final Recorder recorder = new Recorder(() -> 0);

  List<Entry> entries() {
    return recorder.entries();
  }

  Begun create(int process, String value) {
    return recorder.begin(process, Operation.CREATE, KEY, "", value, 0);
  }

  Begun read(int process) {
    return recorder.begin(process, Operation.READ, KEY, "", "", 0);
  }

  /** Compares with a version; 0 for any. */
  Begun update(int process, String value, long version) {
    return recorder.begin(process, Operation.UPDATE, KEY, "", value, version);
  }

  Begun delete(int process) {
    return recorder.begin(process, Operation.DELETE, KEY, "", "", 0);
  }

  Begun watch(int process, long version) {
    return recorder.begin(process, Operation.WATCH, "", "", "", version);
  }

  void saw(int process, Change change) {
    recorder.saw(process, change);
  }

  void bookmark(int process, long version) {
    recorder.sawBookmark(process, version);
  }

  static Change added(long version, String uid, String value) {
    return new Change(version, Change.Kind.ADDED, KEY, uid, value);
  }

  static Change modified(long version, String uid, String value) {
    return new Change(version, Change.Kind.MODIFIED, KEY, uid, value);
  }

  static Change deleted(long version, String uid, String value) {
    return new Change(version, Change.Kind.DELETED, KEY, uid, value);
  }
}
