package io.luotsi.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToLongFunction;

/**
 * All figures of one run; its JSON is this record.
 *
 * @param builds each build's starts, in their order
 */
record StartReport(Machine machine, int idleSeconds, Map<String, List<StartFigures>> builds) {

  /** One row of the table for people. */
  private record Row(String title, ToLongFunction<StartFigures> figure) {}

  private static final List<Row> ROWS =
      List.of(
          new Row("API listens, ms", StartFigures::listens),
          new Row("first request answered, ms", StartFigures::answers),
          new Row("node Ready, ms", StartFigures::ready),
          new Row("processor time to the first answer, ms", StartFigures::processorMillis),
          new Row("resident when idle, MiB", StartFigures::residentMiB),
          new Row("of that mapped from files, MiB", StartFigures::mappedMiB),
          new Row("processor when idle, per mille of one", StartFigures::idlePerMille));

  static StartReport of(int idleSeconds, Map<String, List<StartFigures>> builds) {
    Map<String, List<StartFigures>> copy = new LinkedHashMap<>();
    builds.forEach((name, figures) -> copy.put(name, List.copyOf(figures)));
    return new StartReport(Machine.own(), idleSeconds, Collections.unmodifiableMap(copy));
  }

  /** The middle one; of an even number the lower of the two in the middle. */
  static long median(List<Long> values) {
    List<Long> sorted = new ArrayList<>(values);
    Collections.sort(sorted);
    return sorted.get((sorted.size() - 1) / 2);
  }

  /** For people. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d cores, Java %s, memory after %d s%n%n"
            .formatted(machine.cores(), machine.java(), idleSeconds));
    text.append("%-40s".formatted("median / worst"));
    builds.forEach(
        (name, figures) -> text.append("%18s".formatted(name + ", " + figures.size() + " starts")));
    text.append(System.lineSeparator());
    for (Row row : ROWS) {
      text.append("%-40s".formatted(row.title()));
      builds
          .values()
          .forEach(
              figures -> {
                List<Long> values = figures.stream().map(row.figure()::applyAsLong).toList();
                text.append("%18s".formatted(median(values) + " / " + Collections.max(values)));
              });
      text.append(System.lineSeparator());
    }
    return text.toString();
  }
}
