package io.luotsi.core.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;

/**
 * Indexes of a Job's pods as its fields spell them, such as {@code 1,3-5,7}.
 *
 * @param intervals in rising order, none empty
 * @see "Source: kubernetes pkg/apis/batch/validation validateIndexesFormat"
 */
record JobIndexes(List<Interval> intervals) {
  /** Both ends belong to it. */
  record Interval(int first, int last) {}

  JobIndexes {
    intervals = List.copyOf(intervals);
  }

  /**
   * @param completions how many indexes there are
   * @throws IllegalArgumentException in upstream's words
   */
  static JobIndexes parse(String text, int completions) {
    List<Interval> intervals = new ArrayList<>();
    for (String part : text.isEmpty() ? List.<String>of() : List.of(text.split(",", -1))) {
      Interval interval = interval(part, completions);
      if (!intervals.isEmpty()) {
        rising(intervals.getLast().last(), interval.first());
      }
      intervals.add(interval);
    }
    return new JobIndexes(intervals);
  }

  private static Interval interval(String text, int completions) {
    String[] ends = text.split("-", -1);
    if (ends.length > 2) {
      throw new IllegalArgumentException(
          "the fragment \""
              + text
              + "\" violates the requirement that an index interval can have at most two parts"
              + " separated by '-'");
    }
    int first = index(ends[0], completions);
    if (ends.length == 1) {
      return new Interval(first, first);
    }
    int last = index(ends[1], completions);
    rising(first, last);
    return new Interval(first, last);
  }

  private static int index(String text, int completions) {
    int index;
    try {
      index = Integer.parseInt(text);
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "cannot convert string to integer for index: \"" + text + "\"", e);
    }
    if (index >= completions) {
      throw new IllegalArgumentException("too large index: \"" + text + "\"");
    }
    return index;
  }

  private static void rising(int previous, int current) {
    if (previous >= current) {
      throw new IllegalArgumentException(
          "non-increasing order, previous: " + previous + ", current: " + current);
    }
  }

  int count() {
    return intervals.stream().mapToInt(i -> i.last() - i.first() + 1).sum();
  }

  /** The lowest index of both. */
  OptionalInt common(JobIndexes other) {
    return intervals.stream()
        .flatMapToInt(
            mine ->
                other.intervals.stream()
                    .filter(its -> mine.first() <= its.last() && its.first() <= mine.last())
                    .mapToInt(its -> Math.max(mine.first(), its.first())))
        .min();
  }
}
