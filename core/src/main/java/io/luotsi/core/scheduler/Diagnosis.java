package io.luotsi.core.scheduler;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Why no node could take a pod, and how upstream puts it into words.
 *
 * @param nodes how many there are
 * @param preFilter why none was looked at, or empty
 * @param reasons how many nodes gave each
 * @param preemption absent if something could be said only by one who preempts
 * @see "Source: kube-scheduler framework FitError"
 */
record Diagnosis(
    int nodes,
    String preFilter,
    SortedMap<String, Integer> reasons,
    Optional<Preemption> preemption) {

  /** Why preempting other pods does not help. */
  sealed interface Preemption {
    /** The pod says so itself. */
    record NotEligible() implements Preemption {}

    /**
     * @param helpless nodes that would not do even if they were empty
     * @param victimless nodes that have no pod of lower priority
     */
    record NoHelp(int helpless, int victimless) implements Preemption {}
  }

  Diagnosis {
    reasons = Collections.unmodifiableSortedMap(new TreeMap<>(reasons));
  }

  String message() {
    if (nodes == 0) {
      return "no nodes available to schedule pods";
    }
    String message = available(preFilter.isEmpty() ? histogram(reasons) : preFilter);
    return preemption.map(p -> message + " preemption: " + words(p)).orElse(message);
  }

  private String words(Preemption preemption) {
    return switch (preemption) {
      case Preemption.NotEligible() -> "not eligible due to preemptionPolicy=Never.";
      case Preemption.NoHelp(int helpless, int victimless) ->
          available(
              histogram(
                  Map.of(
                      "Preemption is not helpful for scheduling", helpless,
                      "No preemption victims found for incoming pod", victimless)));
    };
  }

  private String available(String why) {
    return "0/" + nodes + " nodes are available: " + why + ".";
  }

  private static String histogram(Map<String, Integer> counts) {
    List<String> words = new ArrayList<>();
    counts.forEach(
        (reason, count) -> {
          if (count > 0) {
            words.add(count + " " + reason);
          }
        });
    Collections.sort(words);
    return String.join(", ", words);
  }
}
