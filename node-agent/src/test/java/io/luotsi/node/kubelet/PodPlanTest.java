package io.luotsi.node.kubelet;

import static io.luotsi.node.kubelet.PodFixture.NOW;
import static io.luotsi.node.kubelet.PodFixture.oneContainer;
import static io.luotsi.node.kubelet.PodFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.node.kubelet.PodPlan.Step;
import io.luotsi.node.kubelet.PodPlan.Victim;
import io.luotsi.node.kubelet.PodView.Waiting;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodPlanTest {
  private static final String TWO_INITS =
      "'initContainers': [{'name': 'x', 'image': 'i'}, {'name': 'y', 'image': 'i'}],"
          + " 'containers': [{'name': 'a', 'image': 'i'}, {'name': 'b', 'image': 'i'}]";

  private static List<Step> steps(PodFixture fixture) {
    return PodPlan.decide(fixture.view()).steps();
  }

  @Test
  void sandboxComesFirstAndThenAllContainers() {
    assertThat(steps(oneContainer("Always").withoutSandbox()))
        .containsExactly(new Step.CreateSandbox());
    assertThat(
            steps(pod("'containers': [{'name': 'a', 'image': 'i'}, {'name': 'b', 'image': 'i'}]")))
        .containsExactly(new Step.Start("a", 0), new Step.Start("b", 0));
  }

  @Test
  void runningPodIsLeftAlone() {
    PodPlan plan = PodPlan.decide(oneContainer("Always").running("a", 0).view());
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.again()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Always, 0, true", "Always, 1, true", "OnFailure, 0, false",
    "OnFailure, 1, true", "Never, 0, false", "Never, 1, false"
  })
  void restartPolicyDecidesAboutEndedContainers(String policy, int code, boolean restarts) {
    List<Step> steps = steps(oneContainer(policy).exited("a", 4, code));
    assertThat(steps).isEqualTo(restarts ? List.of(new Step.Start("a", 5)) : List.of());
  }

  @Test
  void containerThatKeepsFailingWaitsForItsBackoff() {
    RestartBackoff tenSeconds = RestartBackoff.NONE.next(NOW.minusSeconds(6));
    ContainerMemory memory =
        new ContainerMemory(
            Optional.empty(), NOW, tenSeconds, false, false, Optional.empty(), Optional.empty());
    PodPlan plan =
        PodPlan.decide(oneContainer("Always").exited("a", 1, 1).memory("a", memory).view());
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.again()).contains(NOW.plusSeconds(9));
  }

  @Test
  void containerThatCouldNotBeStartedIsTriedAgainAfterItsBackoff() {
    ContainerMemory failed =
        ContainerMemory.NOTHING.failed(new Waiting("ErrImagePull", "no"), NOW.minusSeconds(4));
    PodPlan plan = PodPlan.decide(oneContainer("Never").memory("a", failed).view());
    assertThat(plan.steps()).isEmpty();
    assertThat(plan.again()).contains(NOW.plusSeconds(6));

    ContainerMemory longAgo =
        ContainerMemory.NOTHING.failed(new Waiting("ErrImagePull", "no"), NOW.minusSeconds(10));
    assertThat(steps(oneContainer("Never").memory("a", longAgo)))
        .containsExactly(new Step.Start("a", 0));
  }

  @Test
  void initContainersRunOneAfterTheOtherAndBeforeTheRest() {
    assertThat(steps(pod(TWO_INITS))).containsExactly(new Step.Start("x", 0));
    assertThat(steps(pod(TWO_INITS).running("x", 0))).isEmpty();
    assertThat(steps(pod(TWO_INITS).exited("x", 0, 0))).containsExactly(new Step.Start("y", 0));
    assertThat(steps(pod(TWO_INITS).exited("x", 0, 1))).containsExactly(new Step.Start("x", 1));
    assertThat(steps(pod(TWO_INITS).exited("x", 0, 0).exited("y", 0, 0)))
        .containsExactly(new Step.Start("a", 0), new Step.Start("b", 0));
  }

  @Test
  void ephemeralContainersJoinAtAnyTimeAndRunOnce() {
    String looksOn = "'ephemeralContainers': [{'name': 'e', 'image': 'i'}], ";
    assertThat(steps(pod(looksOn + TWO_INITS).running("x", 0)))
        .containsExactly(new Step.Start("e", 0));
    assertThat(steps(pod(looksOn + TWO_INITS).running("x", 0).exited("e", 0, 1))).isEmpty();
  }

  @Test
  void failedInitContainerOfAPodThatNeverRestartsIsTheEnd() {
    assertThat(steps(pod("'restartPolicy': 'Never', " + TWO_INITS).exited("x", 0, 1))).isEmpty();
  }

  @Test
  void sidecarStaysAndTheOthersStartBesideIt() {
    String spec =
        "'restartPolicy': 'Never',"
            + "'initContainers': [{'name': 'x', 'image': 'i', 'restartPolicy': 'Always'}],"
            + " 'containers': [{'name': 'a', 'image': 'i'}]";
    assertThat(steps(pod(spec))).containsExactly(new Step.Start("x", 0));
    assertThat(steps(pod(spec).running("x", 0))).containsExactly(new Step.Start("a", 0));
    assertThat(steps(pod(spec).running("a", 0).exited("x", 0, 0)))
        .containsExactly(new Step.Start("x", 1));
  }

  @Test
  void unhealthyContainerIsKilledOnceAndNoOther() {
    PodFixture fixture =
        pod("'containers': [{'name': 'a', 'image': 'i'}, {'name': 'b', 'image': 'i'}]")
            .running("a", 0)
            .running("b", 0)
            .memory("a", ContainerMemory.NOTHING.withUnhealthy("dead"));
    assertThat(steps(fixture))
        .containsExactly(new Step.Kill(List.of(new Victim("a0", "a", "dead")), 30));
  }

  @Test
  void deletedPodIsEndedWithItsGraceAndThenLetGo() {
    assertThat(steps(oneContainer("Always").running("a", 0).deleting()))
        .containsExactly(new Step.Kill(List.of(new Victim("a0", "a", "Stopping container a")), 30));
    assertThat(steps(oneContainer("Always").exited("a", 0, 0).deleting()))
        .containsExactly(new Step.Finish());
    assertThat(steps(oneContainer("Always").withoutSandbox().deleting()))
        .containsExactly(new Step.Finish());
  }

  @Test
  void nothingIsStartedInAPodThatIsOver() {
    for (String phase : List.of("Succeeded", "Failed")) {
      assertThat(steps(oneContainer("Always").phase(phase))).isEmpty();
      assertThat(steps(oneContainer("Always").phase(phase).running("a", 0)))
          .hasOnlyElementsOfType(Step.Kill.class)
          .hasSize(1);
    }
    assertThat(steps(oneContainer("Always").failed("Evicted"))).isEmpty();
  }

  @Test
  void podThatHasItsDeadlineBehindItFails() {
    String spec = "'activeDeadlineSeconds': 60, 'containers': [{'name': 'a', 'image': 'i'}]";
    assertThat(steps(pod(spec).running("a", 0))).hasOnlyElementsOfType(Step.Fail.class).hasSize(1);
    PodPlan early = PodPlan.decide(pod(spec.replace("60", "61")).running("a", 0).view());
    assertThat(early.steps()).isEmpty();
    assertThat(early.again()).contains(NOW.plus(Duration.ofSeconds(1)));
  }
}
