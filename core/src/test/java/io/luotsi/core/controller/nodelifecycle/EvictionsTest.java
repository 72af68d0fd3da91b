package io.luotsi.core.controller.nodelifecycle;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.nodelifecycle.Evictions.Taint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvictionsTest {
  private static final Instant SINCE = Instant.parse("2026-01-01T12:00:00Z");
  private static final Taint UNREACHABLE = new Taint("node.kubernetes.io/unreachable", "");

  private static StoredObject object(String kind, String text) {
    ObjectNode json = Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
    json.withObject("/metadata").put("name", kind).put("uid", "u");
    return ObjectDraft.of(json, SelectableFields.NONE).seal(3);
  }

  private static StoredObject pod(String tolerations) {
    return object(
        "pod", "{'metadata':{'namespace':'ns'},'spec':{'tolerations':[" + tolerations + "]}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "                                                                        | 0   | 0",
        "{'operator':'Exists'}                                                   | 0   | never",
        "{'key':'node.kubernetes.io/unreachable','operator':'Exists'}            | 0   | never",
        "{'key':'node.kubernetes.io/unreachable','operator':'Exists','effect':'NoSchedule'} | 0 |"
            + " 0",
        "{'key':'node.kubernetes.io/unreachable','operator':'Exists','tolerationSeconds':60} | 0 |"
            + " 60",
        "{'key':'node.kubernetes.io/unreachable','operator':'Exists','tolerationSeconds':300} | 0 |"
            + " 300",
        "{'key':'node.kubernetes.io/unreachable','operator':'Exists','tolerationSeconds':300} | 20"
            + " | 20",
        "{'key':'node.kubernetes.io/unreachable','operator':'Exists','tolerationSeconds':60} | 20 |"
            + " 60",
        "{'key':'node.kubernetes.io/unreachable','operator':'Exists','tolerationSeconds':0} | 0 |"
            + " 0",
        "{'key':'node.kubernetes.io/unreachable','value':'x'}                    | 0   | 0",
        "{'key':'node.kubernetes.io/unreachable'}                                | 0   | never",
      })
  @Conformance("Pod Eviction, Toleration limits")
  void aPodStaysAsLongAsItTolerates(String tolerations, int shortened, String expected) {
    String given = Optional.ofNullable(tolerations).orElse("");

    Optional<Duration> patience =
        Evictions.patience(pod(given), List.of(UNREACHABLE), Duration.ofSeconds(shortened));

    assertThat(patience.map(stays -> Long.toString(stays.toSeconds())).orElse("never"))
        .isEqualTo(expected);
  }

  @Test
  void whatAPodToleratesForTheShortestTimeDecides() {
    String toleration = "{'key':'%s','operator':'Exists','tolerationSeconds':%d}";
    StoredObject pod = pod(toleration.formatted("a", 60) + "," + toleration.formatted("b", 20));
    Taint a = new Taint("a", "");
    Taint b = new Taint("b", "");

    assertThat(Evictions.patience(pod, List.of(a), Duration.ZERO)).hasValue(Duration.ofSeconds(60));
    assertThat(Evictions.patience(pod, List.of(a, b), Duration.ZERO))
        .hasValue(Duration.ofSeconds(20));
    assertThat(Evictions.patience(pod, List.of(a, UNREACHABLE), Duration.ZERO))
        .hasValue(Duration.ZERO);
    assertThat(Evictions.patience(pod, List.of(), Duration.ZERO)).isEmpty();
  }

  @Test
  void aPodsTimeBeginsWhenItIsFirstSeenToSufferAndIsKeptUntilItNeedNotGo() {
    EvictionSchedule schedule = new EvictionSchedule();
    ObjectKey pod = ObjectKey.of("ns", "pod");
    Duration minute = Duration.ofMinutes(1);

    Instant due = schedule.due(pod, "u1", minute, SINCE);
    assertThat(due).isEqualTo(SINCE.plus(minute));
    Instant later = SINCE.plusSeconds(40);
    assertThat(schedule.due(pod, "u1", minute.multipliedBy(2), later))
        .as("with another taint")
        .isEqualTo(due);
    assertThat(schedule.due(pod, "u1", Duration.ZERO, later)).as("at once").isEqualTo(later);
    assertThat(schedule.due(pod, "u2", minute, later))
        .as("another pod of that name")
        .isEqualTo(later.plus(minute));
    assertThat(new EvictionSchedule().due(pod, "u2", minute, later.plusSeconds(1)))
        .as("by another leader")
        .isEqualTo(later.plusSeconds(1).plus(minute));

    assertThat(schedule.cancel(pod)).hasValue("u2");
    assertThat(schedule.holds(pod)).isFalse();
    assertThat(schedule.cancel(pod)).isEmpty();
    assertThat(schedule.due(pod, "u2", minute, later.plusSeconds(5)))
        .isEqualTo(later.plusSeconds(5).plus(minute));
  }

  @Test
  void aBuriedPodHasFailedFirstAndGoesAtOnce() {
    StoredObject pod =
        object(
            "pod", "{'metadata':{'namespace':'ns'},'status':{'phase':'Running','conditions':[]}}");

    List<Action> actions = Evictions.bury(pod, SINCE);

    ObjectNode status = (ObjectNode) ((Action.Patch) actions.getFirst()).patch().get("status");
    assertThat(status.get("phase").asText()).isEqualTo("Failed");
    assertThat(status.at("/conditions/0/reason").asText()).isEqualTo("DeletionByPodGC");
    assertThat(((Action.Delete) actions.getLast()).options().gracePeriodSeconds()).hasValue(0);
  }

  @ParameterizedTest
  @CsvSource({
    "True, false, ''",
    "False, false, node.kubernetes.io/not-ready:NoSchedule node.kubernetes.io/not-ready:NoExecute",
    "Unknown, false, node.kubernetes.io/unreachable:NoSchedule"
        + " node.kubernetes.io/unreachable:NoExecute",
    "True, true, node.kubernetes.io/unschedulable:NoSchedule",
  })
  void taintsFollowConditions(String ready, boolean unschedulable, String expected) {
    StoredObject node =
        object(
            "node",
            """
            {'spec':{'unschedulable':%s,'taints':[
              {'key':'node.kubernetes.io/not-ready','effect':'NoSchedule'},
              {'key':'mine','effect':'NoExecute'}]},
             'status':{'conditions':[{'type':'Ready','status':'%s'}]}}
            """
                .formatted(unschedulable, ready));

    Action.Patch patch = (Action.Patch) NodeLifecycle.taint(node, SINCE).orElseThrow();

    StringBuilder taints = new StringBuilder();
    boolean foreign = false;
    for (JsonNode taint : patch.patch().at("/spec/taints")) {
      if (taint.path("key").asText().equals("mine")) {
        foreign = true;
      } else {
        taints.append(taints.isEmpty() ? "" : " ");
        taints.append(taint.path("key").asText()).append(':').append(taint.path("effect").asText());
      }
    }
    assertThat(foreign).isTrue();
    assertThat(taints.toString()).isEqualTo(expected);
  }

  @Test
  void aSilentNodeIsSaidToBeUnknownOnce() {
    StoredObject node =
        object(
            "n1",
            """
            {'status':{'conditions':[
              {'type':'Ready','status':'True','reason':'KubeletReady','lastHeartbeatTime':'t'},
              {'type':'NetworkUnavailable','status':'False'}]}}
            """);

    List<Action> actions = NodeLifecycle.declareUnknown(node, SINCE);

    ObjectNode status = (ObjectNode) ((Action.Patch) actions.getFirst()).patch().get("status");
    assertThat(status.get("conditions").toString())
        .contains(
            "{\"type\":\"Ready\",\"status\":\"Unknown\",\"reason\":\"NodeStatusUnknown\"",
            "{\"type\":\"NetworkUnavailable\",\"status\":\"False\"}",
            "{\"type\":\"PIDPressure\",\"status\":\"Unknown\",\"reason\":\"NodeStatusNeverUpdated\"");
    assertThat(((Action.Event) actions.getLast()).message())
        .isEqualTo("Node n1 status is now: NodeNotReady");
    ObjectNode unknown = Json.object();
    unknown.putObject("metadata");
    unknown.set("status", status);
    assertThat(NodeLifecycle.declareUnknown(object("n1", unknown.toString()), SINCE)).isEmpty();
  }
}
