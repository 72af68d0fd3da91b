package io.luotsi.bench.api;

import io.luotsi.bench.Machine;
import io.luotsi.bench.store.StoreReport;
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
 * @param ratio Luotsi's by the reference's, of every figure that both have
 */
record ApiReport(
    Machine machine,
    String reference,
    List<Double> load,
    ApiPlan settings,
    Map<String, Figure> figures,
    Map<String, Double> ratio) {

  /**
   * @param sides medians of the rounds, by the sides' labels
   */
  record Figure(String title, String goal, Map<String, Double> sides) {}

  static ApiReport of(ApiPlan settings, String reference, List<Double> load, ApiFigures measured) {
    Map<String, Figure> figures = new LinkedHashMap<>();
    Map<String, Double> ratio = new LinkedHashMap<>();
    measured
        .values()
        .forEach(
            (measure, sides) -> {
              Map<String, Double> medians = new LinkedHashMap<>();
              sides.forEach(
                  (side, values) ->
                      medians.put(side.label(), StoreReport.rounded(StoreReport.median(values))));
              figures.put(measure.key(), new Figure(measure.title(), measure.goal(), medians));
              Double ours = medians.get(Side.LUOTSI.label());
              Double theirs = medians.get(Side.REFERENCE.label());
              if (ours != null && theirs != null && theirs != 0) {
                ratio.put(measure.key(), StoreReport.rounded(ours / theirs));
              }
            });
    return new ApiReport(Machine.own(), reference, List.copyOf(load), settings, figures, ratio);
  }

  /** For people. */
  String text() {
    StringBuilder text = new StringBuilder();
    text.append(
        "%d cores, Java %s, against %s; load average %s before, %s after%n"
            .formatted(
                machine.cores(), machine.java(), reference, load.getFirst(), load.getLast()));
    text.append(settings.text()).append("%n%n".formatted());
    String row = "%-62s %10s %10s %7s %10s  %s%n";
    text.append(row.formatted("median", "luotsi", "reference", "ratio", "empty", "goal"));
    for (Map.Entry<String, Figure> entry : figures.entrySet()) {
      Figure figure = entry.getValue();
      text.append(
          row.formatted(
                  figure.title(),
                  cell(figure, Side.LUOTSI),
                  cell(figure, Side.REFERENCE),
                  Optional.ofNullable(ratio.get(entry.getKey())).map(ApiReport::number).orElse("-"),
                  cell(figure, Side.EMPTY),
                  figure.goal())
              .stripTrailing());
      text.append("%n".formatted());
    }
    text.append(
        "%nempty: an HTTP handler that does nothing, under the same client, settings and TLS.%n"
            .formatted());
    text.append(
        "goal: by what Kubernetes 1.28.7 with etcd was measured to do elsewhere; a ratio counts.%n"
            .formatted());
    return text.toString();
  }

  private static String cell(Figure figure, Side side) {
    return Optional.ofNullable(figure.sides().get(side.label())).map(ApiReport::number).orElse("-");
  }

  private static String number(double value) {
    return value >= 1_000 ? "%,.0f".formatted(value) : "%.4g".formatted(value);
  }
}
