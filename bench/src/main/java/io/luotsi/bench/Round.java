package io.luotsi.bench;

import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

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

  /**
   * The times as they must have been: what is looked for may have been so for a while, and a write
   * that was acknowledged tells that somebody led by then, who had stood for election.
   */
  static Map<Measure, Long> inOrder(Map<Measure, Long> seen) {
    Map<Measure, Long> times = new EnumMap<>(Measure.class);
    times.putAll(seen);
    Optional<Long> write =
        Stream.of(Measure.NEXT_WRITE, Measure.NEXT_SHARED_WRITE)
            .flatMap(measure -> Optional.ofNullable(seen.get(measure)).stream())
            .min(Comparator.naturalOrder());
    write.ifPresent(proof -> times.merge(Measure.LEADS, proof, Math::min));
    Optional.ofNullable(times.get(Measure.LEADS))
        .ifPresent(proof -> times.merge(Measure.STANDS, proof, Math::min));
    return times;
  }

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
