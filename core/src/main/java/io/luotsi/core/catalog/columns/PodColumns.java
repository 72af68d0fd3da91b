package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.TableColumns;
import io.luotsi.core.catalog.TableColumns.RowCondition;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** How pods are shown: what upstream makes of a pod's many states in READY, STATUS and RESTARTS. */
public final class PodColumns {
  public static final TableColumns TABLE =
      KindTable.of(
              List.of(
                  "Name",
                  "Ready",
                  "Status",
                  "Restarts",
                  "Age",
                  "IP/p1",
                  "Node/p1",
                  "Nominated Node/p1",
                  "Readiness Gates/p1"),
              PodColumns::cells)
          .withConditions(PodColumns::conditions);

  private final Row pod;
  private final Set<String> sidecars = new HashSet<>();
  private String reason;
  private int total;
  private int ready;
  private long restarts;
  private long sidecarRestarts;
  private Instant lastRestart = Instant.MIN;
  private Instant lastSidecarRestart = Instant.MIN;

  private PodColumns(Row pod) {
    this.pod = pod;
    this.reason = pod.textOr("/status/reason", pod.text("/status/phase"));
  }

  private static List<Object> cells(Row pod) {
    return new PodColumns(pod).cells();
  }

  private static List<RowCondition> conditions(Row pod) {
    return switch (pod.text("/status/phase")) {
      case "Succeeded" ->
          List.of(
              new RowCondition(
                  "Completed", "True", "Succeeded", "The pod has completed successfully."));
      case "Failed" -> List.of(new RowCondition("Completed", "True", "Failed", "The pod failed."));
      default -> List.of();
    };
  }

  private List<Object> cells() {
    boolean gated =
        pod.condition("PodScheduled")
            .filter(condition -> condition.path("reason").asText("").equals("SchedulingGated"))
            .isPresent();
    if (gated) {
      reason = "SchedulingGated";
    }
    countContainers();
    boolean initializing = readInitContainers();
    if (!initializing || pod.conditionIsTrue("Initialized")) {
      readContainers();
    }
    if (pod.at("/metadata/deletionTimestamp").isTextual()) {
      if (pod.text("/status/reason").equals("NodeLost")) {
        reason = "Unknown";
      } else if (!Set.of("Succeeded", "Failed").contains(pod.text("/status/phase"))) {
        reason = "Terminating";
      }
    }
    return List.of(
        pod.name(),
        ready + "/" + total,
        reason,
        restarts(),
        pod.age(),
        pod.textOr("/status/podIPs/0/ip", Row.NONE),
        pod.textOr("/spec/nodeName", Row.NONE),
        pod.textOr("/status/nominatedNodeName", Row.NONE),
        readinessGates());
  }

  private void countContainers() {
    total = pod.at("/spec/containers").size();
    for (JsonNode container : pod.at("/spec/initContainers")) {
      if (container.path("restartPolicy").asText("").equals("Always")) {
        sidecars.add(container.path("name").asText(""));
        total++;
      }
    }
  }

  /**
   * @return whether an init container is not done yet
   */
  private boolean readInitContainers() {
    int position = 0;
    for (JsonNode status : pod.at("/status/initContainerStatuses")) {
      Instant restarted = lastTermination(status);
      restarts += status.path("restartCount").asLong(0);
      lastRestart = later(lastRestart, restarted);
      boolean sidecar = sidecars.contains(status.path("name").asText(""));
      if (sidecar) {
        sidecarRestarts += status.path("restartCount").asLong(0);
        lastSidecarRestart = later(lastSidecarRestart, restarted);
      }
      JsonNode terminated = status.at("/state/terminated");
      boolean succeeded = terminated.isObject() && terminated.path("exitCode").asInt(0) == 0;
      boolean serving = sidecar && status.path("started").asBoolean(false);
      if (!succeeded && serving && status.path("ready").asBoolean(false)) {
        ready++;
      }
      if (!succeeded && !serving) {
        reason = "Init:" + initReason(status, position);
        return true;
      }
      position++;
    }
    return false;
  }

  private String initReason(JsonNode status, int position) {
    JsonNode terminated = status.at("/state/terminated");
    if (terminated.isObject()) {
      return terminationReason(terminated);
    }
    String waiting = status.at("/state/waiting/reason").asText("");
    return waiting.isEmpty() || waiting.equals("PodInitializing")
        ? position + "/" + pod.at("/spec/initContainers").size()
        : waiting;
  }

  /** From the last to the first, so that the first that has something to say says it. */
  private void readContainers() {
    restarts = sidecarRestarts;
    lastRestart = lastSidecarRestart;
    boolean anyRunning = false;
    JsonNode statuses = pod.at("/status/containerStatuses");
    for (int i = statuses.size() - 1; i >= 0; i--) {
      JsonNode status = statuses.get(i);
      restarts += status.path("restartCount").asLong(0);
      lastRestart = later(lastRestart, lastTermination(status));
      String waiting = status.at("/state/waiting/reason").asText("");
      JsonNode terminated = status.at("/state/terminated");
      if (!waiting.isEmpty()) {
        reason = waiting;
      } else if (terminated.isObject()) {
        reason = terminationReason(terminated);
      } else if (status.path("ready").asBoolean(false) && status.at("/state/running").isObject()) {
        anyRunning = true;
        ready++;
      }
    }
    if (reason.equals("Completed") && anyRunning) {
      reason = pod.conditionIsTrue("Ready") ? "Running" : "NotReady";
    }
  }

  private static String terminationReason(JsonNode terminated) {
    String said = terminated.path("reason").asText("");
    int signal = terminated.path("signal").asInt(0);
    if (!said.isEmpty()) {
      return said;
    }
    return signal != 0 ? "Signal:" + signal : "ExitCode:" + terminated.path("exitCode").asInt(0);
  }

  private static Instant lastTermination(JsonNode status) {
    Optional<Instant> finished = Row.time(status.at("/lastState/terminated/finishedAt"));
    return finished.orElse(Instant.MIN);
  }

  private static Instant later(Instant one, Instant other) {
    return one.isAfter(other) ? one : other;
  }

  private String restarts() {
    return restarts != 0 && lastRestart.isAfter(Instant.MIN)
        ? "%d (%s ago)".formatted(restarts, pod.since(lastRestart))
        : Long.toString(restarts);
  }

  private String readinessGates() {
    JsonNode gates = pod.at("/spec/readinessGates");
    if (gates.isEmpty()) {
      return Row.NONE;
    }
    int open = 0;
    for (JsonNode gate : gates) {
      if (pod.conditionIsTrue(gate.path("conditionType").asText(""))) {
        open++;
      }
    }
    return open + "/" + gates.size();
  }
}
