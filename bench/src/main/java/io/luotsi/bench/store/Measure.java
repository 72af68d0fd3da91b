package io.luotsi.bench.store;

/**
 * Something that is measured on both sides.
 *
 * @param key in JSON, also of the ratio
 * @param title for people, with the unit
 * @param better which of two values is the better one
 */
record Measure(String key, String title, Better better) {
  enum Better {
    MORE,
    LESS
  }

  static Measure more(String key, String title) {
    return new Measure(key, title, Better.MORE);
  }

  static Measure less(String key, String title) {
    return new Measure(key, title, Better.LESS);
  }

  /** The same with so many members: {@code writes_64}, {@code writes_64_members_3}. */
  Measure with(int members) {
    return members == 1
        ? this
        : new Measure(key + "_members_" + members, title + ", " + members + " members", better);
  }
}
