package io.luotsi.bench;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All figures of one run; its JSON is this record.
 *
 * @param broken promises; empty if all held
 */
record FailoverReport(
    Machine machine, Settings settings, Faults kills, Faults pauses, List<String> broken) {
  /**
   * @param targets each gets {@code writesPerSecond}
   */
  record Settings(int jvms, List<String> targets, int writesPerSecond, long pauseSeconds) {}

  /** Faults of one kind. */
  record Faults(int count, Map<Measure, Round.Summary> summary, List<Round> rounds) {
    static Faults of(List<Round> rounds) {
      return new Faults(rounds.size(), Round.summarise(rounds), List.copyOf(rounds));
    }
  }

  static FailoverReport of(Settings settings, List<Round> kills, List<Round> pauses) {
    return new FailoverReport(
        Machine.own(),
        settings,
        Faults.of(kills),
        Faults.of(pauses),
        Stream.concat(kills.stream(), pauses.stream())
            .flatMap(round -> round.broken().stream())
            .toList());
  }

  private long total(java.util.function.ToLongFunction<Round> figure) {
    return Stream.of(kills, pauses)
        .flatMap(faults -> faults.rounds().stream())
        .mapToLong(figure)
        .sum();
  }

  /** For people. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d JVMs on %d cores, %d writes a second at each of %d ports%n%n"
            .formatted(
                settings.jvms(),
                machine.cores(),
                settings.writesPerSecond(),
                settings.targets().size()));
    text.append(
        "%-54s %18s %18s%n%-54s %9s %8s %9s %8s%n"
            .formatted(
                "milliseconds",
                kills.count() + " kills",
                pauses.count() + " pauses",
                "",
                "median",
                "worst",
                "median",
                "worst"));
    for (Measure measure : Measure.values()) {
      text.append(
          "%-54s %s %s%n"
              .formatted(
                  measure.meaning(),
                  columns(kills.summary(), measure),
                  columns(pauses.summary(), measure)));
    }
    text.append(
        "%n%d writes acknowledged, %d refused, %d without an answer%n"
            .formatted(total(Round::acknowledged), total(Round::refused), total(Round::unknown)));
    text.append(
        broken.isEmpty()
            ? "every acknowledged write is there, every watcher saw everything once%n".formatted()
            : "BROKEN PROMISES%n".formatted());
    broken.forEach(promise -> text.append("  ").append(promise).append(System.lineSeparator()));
    return text.toString();
  }

  private static String columns(Map<Measure, Round.Summary> summary, Measure measure) {
    return Optional.ofNullable(summary.get(measure))
        .map(found -> "%9d %8d".formatted(found.median(), found.worst()))
        .orElse("%9s %8s".formatted("-", "-"));
  }
}
