package io.luotsi.bench;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One fault and what came of it.
 *
 * @param leader who was killed or paused
 * @param millis what was measured
 * @param acknowledged writes, in all the round
 * @param refused writes that were certainly not done
 * @param unknown writes of which nobody knows
 * @param broken promises, in words
 */
record Round(
    String leader,
    Map<Measure, Long> millis,
    long acknowledged,
    long refused,
    long unknown,
    List<String> broken) {
  /**
   * @param median of an even number the higher of the two in the middle
   */
  record Summary(long median, long worst) {}

  /** What was measured in any of the rounds. */
  static Map<Measure, Summary> summarise(List<Round> rounds) {
    Map<Measure, Summary> summaries = new EnumMap<>(Measure.class);
    for (Measure measure : Measure.values()) {
      List<Long> sorted =
          rounds.stream()
              .flatMap(round -> Optional.ofNullable(round.millis().get(measure)).stream())
              .sorted()
              .toList();
      if (!sorted.isEmpty()) {
        summaries.put(measure, new Summary(sorted.get(sorted.size() / 2), sorted.getLast()));
      }
    }
    return summaries;
  }
}
