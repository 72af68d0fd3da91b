package io.luotsi.bench.store;

import io.luotsi.bench.Machine;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All figures of one run; its JSON is this record.
 *
 * @param reference what Luotsi was compared with, or why with nothing
 * @param load averages of the last minute, before and after
 * @param figures by the measures' keys
 * @param ratio Luotsi's median by the reference's, of every figure that both have
 * @param goals those that this run could tell about
 */
public record StoreReport(
    Machine machine,
    String reference,
    List<Double> load,
    StorePlan settings,
    Map<String, Figure> figures,
    Map<String, Double> ratio,
    List<Goal> goals) {

  /**
   * @param sides by their labels
   */
  record Figure(String title, Map<String, Summary> sides) {}

  /**
   * @param median of an even number the mean of the two in the middle
   * @param samples a value a round, or a kill
   */
  record Summary(double median, double worst, List<Double> samples) {}

  /**
   * @param ratio what it came to
   */
  record Goal(String goal, double ratio, boolean met) {}

  /** A goal that is met at the limit and on the better side of it. */
  private record Limit(Measure measure, double ratio, String text) {}

  private static final List<Limit> GOALS =
      List.of(
          new Limit(Measures.writes(500), 5, "writes/s at 500 clients: at least 5 times etcd's"),
          new Limit(Measures.p99(1), 1, "p99 of a write at 1 client: no worse than etcd's"),
          new Limit(
              Measures.MEMORY_WITH_CACHE,
              0.5,
              "memory per object: at most half of etcd and a watch cache"));

  static StoreReport of(StorePlan settings, String reference, List<Double> load, Samples samples) {
    Map<String, Figure> figures = new LinkedHashMap<>();
    Map<String, Double> ratio = new LinkedHashMap<>();
    samples
        .values()
        .forEach(
            (measure, sides) -> {
              Map<String, Summary> summaries = new LinkedHashMap<>();
              sides.forEach(
                  (side, values) -> summaries.put(side.label(), summary(measure, values)));
              figures.put(measure.key(), new Figure(measure.title(), summaries));
              ratio(summaries).ifPresent(value -> ratio.put(measure.key(), value));
            });
    return new StoreReport(
        Machine.own(), reference, List.copyOf(load), settings, figures, ratio, goals(ratio));
  }

  private static Optional<Double> ratio(Map<String, Summary> sides) {
    Summary ours = sides.get(Side.LUOTSI.label());
    Summary theirs = sides.get(Side.ETCD.label());
    return ours == null || theirs == null || theirs.median() == 0
        ? Optional.empty()
        : Optional.of(rounded(ours.median() / theirs.median()));
  }

  private static List<Goal> goals(Map<String, Double> ratio) {
    List<Goal> goals = new ArrayList<>();
    for (Limit limit : GOALS) {
      Double found = ratio.get(limit.measure().key());
      if (found != null) {
        boolean met =
            switch (limit.measure().better()) {
              case MORE -> found >= limit.ratio();
              case LESS -> found <= limit.ratio();
            };
        goals.add(new Goal(limit.text(), found, met));
      }
    }
    return goals;
  }

  private static Summary summary(Measure measure, List<Double> values) {
    List<Double> samples = values.stream().map(StoreReport::rounded).toList();
    double worst =
        switch (measure.better()) {
          case MORE -> Collections.min(samples);
          case LESS -> Collections.max(samples);
        };
    return new Summary(rounded(median(values)), worst, samples);
  }

  public static double median(List<Double> values) {
    List<Double> sorted = values.stream().sorted().toList();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** To four significant digits: nothing here is truer than that. */
  public static double rounded(double value) {
    if (value == 0) {
      return 0;
    }
    double scale = Math.pow(10, 3 - Math.floor(Math.log10(Math.abs(value))));
    return Math.round(value * scale) / scale;
  }

  /** For people. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d cores, Java %s, against %s; load average %s before, %s after%n"
            .formatted(
                machine.cores(), machine.java(), reference, load.getFirst(), load.getLast()));
    text.append(settings.text()).append("%n%n".formatted());
    text.append("%-72s %22s %22s %8s%n".formatted("median (worst)", "luotsi", "etcd", "ratio"));
    figures.forEach(
        (key, figure) ->
            text.append(
                "%-72s %22s %22s %8s%n"
                    .formatted(
                        figure.title(),
                        cell(figure, Side.LUOTSI),
                        cell(figure, Side.ETCD),
                        Optional.ofNullable(ratio.get(key)).map(StoreReport::number).orElse("-"))));
    if (!goals.isEmpty()) {
      text.append("%n".formatted());
    }
    for (Goal goal : goals) {
      text.append(
          "%-7s%s (ratio %s)%n"
              .formatted(goal.met() ? "met" : "MISSED", goal.goal(), number(goal.ratio())));
    }
    return text.toString();
  }

  private static String cell(Figure figure, Side side) {
    return Optional.ofNullable(figure.sides().get(side.label()))
        .map(summary -> number(summary.median()) + " (" + number(summary.worst()) + ")")
        .orElse("-");
  }

  /** With as many digits as mean something. */
  static String number(double value) {
    double size = Math.abs(value);
    if (size >= 100) {
      return "%,.0f".formatted(value);
    }
    return size >= 10 ? "%.1f".formatted(value) : "%.2f".formatted(value);
  }
}
