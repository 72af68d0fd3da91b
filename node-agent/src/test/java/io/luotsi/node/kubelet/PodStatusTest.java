package io.luotsi.node.kubelet;

import static io.luotsi.node.kubelet.PodFixture.NOW;
import static io.luotsi.node.kubelet.PodFixture.oneContainer;
import static io.luotsi.node.kubelet.PodFixture.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import io.luotsi.node.kubelet.PodView.Waiting;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodStatusTest {
  private static final PodStatus.Node NODE = new PodStatus.Node("127.0.0.1", "luotsi-process");

  private static JsonNode status(PodFixture fixture) {
    return PodStatus.compute(fixture.view(), NODE);
  }

  private static String phase(PodFixture fixture) {
    return status(fixture).path("phase").asText();
  }

  private static String condition(JsonNode status, String type) {
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        String reason = condition.path("reason").asText("");
        return condition.path("status").asText() + (reason.isEmpty() ? "" : " " + reason);
      }
    }
    return "absent";
  }

  @ParameterizedTest
  @CsvSource({
    "Always, 0, Running", "Always, 1, Running", "OnFailure, 0, Succeeded",
    "OnFailure, 1, Running", "Never, 0, Succeeded", "Never, 1, Failed"
  })
  void phaseOfAPodWhoseContainerHasEnded(String policy, int code, String phase) {
    assertThat(phase(oneContainer(policy).exited("a", 0, code))).isEqualTo(phase);
  }

  @Test
  void phaseIsPendingUntilEveryContainerHasRun() {
    assertThat(phase(oneContainer("Always").withoutSandbox())).isEqualTo("Pending");
    assertThat(
            phase(
                pod("'containers': [{'name': 'a', 'image': 'i'}, {'name': 'b', 'image': 'i'}]")
                    .running("a", 0)))
        .isEqualTo("Pending");
    assertThat(phase(oneContainer("Always").running("a", 0))).isEqualTo("Running");
  }

  @Test
  void phaseThatWasReportedAsTheLastIsNeverTakenBack() {
    assertThat(phase(oneContainer("Always").phase("Failed").running("a", 0))).isEqualTo("Failed");
    assertThat(phase(oneContainer("Always").phase("Succeeded"))).isEqualTo("Succeeded");
  }

  @Test
  void deletedPodEndsInAPhaseOfItsExitCodes() {
    assertThat(phase(oneContainer("Always").deleting().running("a", 0))).isEqualTo("Running");
    assertThat(phase(oneContainer("Always").deleting().exited("a", 0, 0))).isEqualTo("Succeeded");
    assertThat(phase(oneContainer("Always").deleting().exited("a", 0, 143))).isEqualTo("Failed");
  }

  @Test
  void readyPod() {
    JsonNode status = status(oneContainer("Always").exited("a", 1, 9).running("a", 2));

    assertThat(condition(status, "Ready")).isEqualTo("True");
    assertThat(condition(status, "ContainersReady")).isEqualTo("True");
    assertThat(condition(status, "Initialized")).isEqualTo("True");
    assertThat(condition(status, "PodReadyToStartContainers")).isEqualTo("True");
    assertThat(condition(status, "PodScheduled")).isEqualTo("True");
    assertThat(status.path("observedGeneration").asInt()).isEqualTo(3);
    assertThat(status.path("podIP").asText()).isEqualTo("127.1.0.1");
    assertThat(status.at("/podIPs/0/ip").asText()).isEqualTo("127.1.0.1");
    assertThat(status.path("hostIP").asText()).isEqualTo("127.0.0.1");
    JsonNode container = status.at("/containerStatuses/0");
    assertThat(container.path("restartCount").asInt()).isEqualTo(2);
    assertThat(container.path("containerID").asText()).isEqualTo("luotsi-process://a2");
    assertThat(container.path("imageID").asText()).isEqualTo("i@id");
    assertThat(container.path("started").asBoolean()).isTrue();
    assertThat(container.at("/state/running/startedAt").asText()).isEqualTo("2026-01-01T11:59:55Z");
    assertThat(container.at("/lastState/terminated/exitCode").asInt()).isEqualTo(9);
  }

  @Test
  void ephemeralContainersAreToldOfApartAndChangeNothingElse() {
    String spec =
        "'restartPolicy': 'Always', 'containers': [{'name': 'a', 'image': 'i'}],"
            + " 'ephemeralContainers': [{'name': 'e', 'image': 'i'}]";
    JsonNode waiting = status(pod(spec).running("a", 0));
    JsonNode over = status(pod(spec).running("a", 0).exited("e", 0, 3));

    assertThat(waiting.path("phase").asText()).isEqualTo("Running");
    assertThat(condition(waiting, "Ready")).isEqualTo("True");
    assertThat(waiting.at("/ephemeralContainerStatuses/0/state/waiting/reason").asText())
        .isEqualTo("ContainerCreating");
    assertThat(over.path("phase").asText()).isEqualTo("Running");
    assertThat(over.at("/ephemeralContainerStatuses/0/state/terminated/exitCode").asInt())
        .as("it is not started again, whatever the pod's policy")
        .isEqualTo(3);
    assertThat(over.at("/ephemeralContainerStatuses/0/ready").asBoolean(true)).isFalse();
    assertThat(over.path("containerStatuses")).hasSize(1);
  }

  @Test
  void unreadyContainersAreNamed() {
    String spec =
        "'containers': [{'name': 'a', 'image': 'i', 'readinessProbe': {'tcpSocket': {'port': 1}}},"
            + "{'name': 'b', 'image': 'i', 'startupProbe': {'tcpSocket': {'port': 1}}}]";
    JsonNode status = status(pod(spec).running("a", 0).running("b", 0));
    assertThat(condition(status, "Ready")).isEqualTo("False ContainersNotReady");
    assertThat(status.path("conditions").toString())
        .contains("containers with unready status: [a b]");
    assertThat(status.at("/containerStatuses/0/started").asBoolean()).isTrue();
    assertThat(status.at("/containerStatuses/1/started").asBoolean()).isFalse();

    ContainerMemory probed = ContainerMemory.NOTHING.withReady(true).withStarted(true);
    JsonNode after =
        status(pod(spec).running("a", 0).running("b", 0).memory("a", probed).memory("b", probed));
    assertThat(condition(after, "Ready")).isEqualTo("True");
  }

  @Test
  void initContainersThatAreNotThroughKeepThePodPending() {
    String spec =
        "'initContainers': [{'name': 'x', 'image': 'i'}], 'containers': [{'name': 'a', 'image':"
            + " 'i'}]";
    JsonNode status = status(pod(spec).running("x", 0));
    assertThat(status.path("phase").asText()).isEqualTo("Pending");
    assertThat(condition(status, "Initialized")).isEqualTo("False ContainersNotInitialized");
    assertThat(status.at("/containerStatuses/0/state/waiting/reason").asText())
        .isEqualTo("PodInitializing");

    JsonNode through = status(pod(spec).exited("x", 0, 0).running("a", 0));
    assertThat(through.path("phase").asText()).isEqualTo("Running");
    assertThat(condition(through, "Initialized")).isEqualTo("True");
    assertThat(through.at("/initContainerStatuses/0/ready").asBoolean()).isTrue();
  }

  @Test
  void completedPodIsNotReadyBecauseItIsComplete() {
    JsonNode status = status(oneContainer("Never").exited("a", 0, 0));
    assertThat(condition(status, "Ready")).isEqualTo("False PodCompleted");
    assertThat(condition(status, "ContainersReady")).isEqualTo("False PodCompleted");
    assertThat(condition(status, "Initialized")).isEqualTo("True PodCompleted");
  }

  @Test
  void containerInItsBackoffShowsHowLongAndHowItEndedLast() {
    RestartBackoff backoff = RestartBackoff.NONE.next(NOW.minusSeconds(300)).next(NOW);
    ContainerMemory memory =
        new ContainerMemory(
            Optional.empty(), NOW, backoff, false, false, Optional.empty(), Optional.empty());
    JsonNode container =
        status(oneContainer("Always").exited("a", 3, 1).memory("a", memory))
            .at("/containerStatuses/0");
    assertThat(container.at("/state/waiting/reason").asText()).isEqualTo("CrashLoopBackOff");
    assertThat(container.at("/state/waiting/message").asText())
        .isEqualTo("back-off 20s restarting failed container=a pod=p_default(u)");
    assertThat(container.at("/lastState/terminated/exitCode").asInt()).isEqualTo(1);
    assertThat(container.path("restartCount").asInt()).isEqualTo(3);
  }

  @Test
  void containerThatCannotBeStartedSaysWhy() {
    ContainerMemory failed =
        ContainerMemory.NOTHING.failed(new Waiting("ErrImagePull", "do this"), NOW);
    JsonNode state =
        status(oneContainer("Always").memory("a", failed)).at("/containerStatuses/0/state");
    assertThat(state.at("/waiting/reason").asText()).isEqualTo("ErrImagePull");
    assertThat(state.at("/waiting/message").asText()).isEqualTo("do this");
  }

  @Test
  void transitionTimesStayWhileAConditionStays() {
    PodFixture fixture = oneContainer("Always").running("a", 0);
    JsonNode first = status(fixture);
    fixture.pod().setStatus(Json.convert(first, io.fabric8.kubernetes.api.model.PodStatus.class));
    PodView later =
        new PodView(
            fixture.pod(),
            fixture.view().sandbox(),
            fixture.view().containers(),
            fixture.view().memory(),
            Optional.empty(),
            NOW.plusSeconds(100));
    assertThat(PodStatus.compute(later, NODE)).isEqualTo(first);
  }

  @Test
  void durationsAreWrittenAsGoWritesThem() {
    assertThat(PodStatus.goDuration(10)).isEqualTo("10s");
    assertThat(PodStatus.goDuration(80)).isEqualTo("1m20s");
    assertThat(PodStatus.goDuration(300)).isEqualTo("5m0s");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "'name': 'a' | BestEffort",
        "'name': 'a', 'resources': {'requests': {'cpu': '1'}} | Burstable",
        "'name': 'a', 'resources': {'limits': {'cpu': '1'}} | Burstable",
        "'name': 'a', 'resources': {'limits': {'cpu': '1', 'memory': '1Gi'}} | Guaranteed",
        "'name': 'a', 'resources': {'limits': {'cpu': '1', 'memory': '1Gi'},"
            + " 'requests': {'cpu': '1000m', 'memory': '1024Mi'}} | Guaranteed",
        "'name': 'a', 'resources': {'limits': {'cpu': '1', 'memory': '1Gi'},"
            + " 'requests': {'cpu': '500m'}} | Burstable"
      },
      quoteCharacter = '~')
  void qosClassFollowsFromRequestsAndLimits(String container, String expected) {
    assertThat(PodSpecs.qosClass(pod("'containers': [{" + container + "}]").pod()))
        .isEqualTo(expected);
  }
}
