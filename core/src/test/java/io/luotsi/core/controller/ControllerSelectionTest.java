package io.luotsi.core.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ControllerSelectionTest {
  private static boolean runs(String name, String... said) {
    return new ControllerSelection(List.of(said)).runs(name);
  }

  @Test
  void theFirstWordAboutAControllerCountsAndTheStarStandsForTheRest() {
    assertThat(runs("job-controller", "*")).isTrue();
    assertThat(runs("job-controller", "*", "-job-controller")).isFalse();
    assertThat(runs("job-controller", "-job-controller", "job-controller")).isFalse();
    assertThat(runs("job-controller", "namespace-controller")).isFalse();
    assertThat(runs("namespace-controller", "namespace-controller")).isTrue();
    assertThat(runs("scheduler", "*", "-scheduler")).isFalse();
  }

  @Test
  void whatUpstreamKeepsInItsApiServerAlwaysRuns() {
    assertThat(runs("kubernetes-service-controller", "scheduler")).isTrue();
  }

  @Test
  void namesThatNobodyHasAreComplainedOf() {
    assertThat(ControllerSelection.complaint(List.of("*", "-scheduler", "job-controller")))
        .isEmpty();
    assertThat(ControllerSelection.complaint(List.of("*", "-jobs")))
        .contains("'-jobs' is not in the list of known controllers");
    assertThat(ControllerSelection.complaint(List.of(""))).isPresent();
  }
}
