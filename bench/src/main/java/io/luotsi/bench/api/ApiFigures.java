package io.luotsi.bench.api;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What was measured so far, in the order in which it was first measured. */
final class ApiFigures {
  private final Map<ApiMeasure, Map<Side, List<Double>>> values = new LinkedHashMap<>();

  void add(Side side, ApiMeasure measure, double value) {
    values
        .computeIfAbsent(measure, first -> new EnumMap<>(Side.class))
        .computeIfAbsent(side, first -> new ArrayList<>())
        .add(value);
  }

  Map<ApiMeasure, Map<Side, List<Double>>> values() {
    return values;
  }
}
