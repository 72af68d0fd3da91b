package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.PODS;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.pod;
import static io.luotsi.core.apiserver.Requests.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Resources;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class PodEvictionsTest {
  private static final ObjectKey BUDGET = ObjectKey.of("default", "b");

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  private void running(String name, boolean ready) {
    ObjectNode pod = pod(name);
    pod.withObject("metadata").putObject("labels").put("app", "x");
    pod.withObject("spec").put("nodeName", "n1");
    ok(client.create(PODS, "default", pod));
    ok(
        client.patch(
            PODS,
            ObjectKey.of("default", name),
            "status",
            PatchType.MERGE,
            json(
                "{'status': {'phase': 'Running', 'conditions': [{'type': 'Ready', 'status': '%s'}]}}"
                    .formatted(ready ? "True" : "False"))));
  }

  private void budget(String spec, int healthy, int desired, int allowed) {
    ok(
        client.create(
            Resources.DISRUPTION_BUDGETS,
            "default",
            json(
                "{'metadata': {'name': 'b'}, 'spec': {'selector': {'matchLabels': {'app': 'x'}}%s}}"
                    .formatted(spec))));
    // As the controller does.
    ok(
        client.patch(
            Resources.DISRUPTION_BUDGETS,
            BUDGET,
            "status",
            PatchType.MERGE,
            json(
                """
                {'status': {'observedGeneration': 1, 'currentHealthy': %d, 'desiredHealthy': %d,
                  'disruptionsAllowed': %d, 'expectedPods': 3}}
                """
                    .formatted(healthy, desired, allowed))));
  }

  private CompletionStage<Outcome<StoredObject>> evict(String name, String options) {
    return evict(client, name, options);
  }

  private static CompletionStage<Outcome<StoredObject>> evict(
      PipelineClient as, String name, String options) {
    return as.createSubresource(
        PODS,
        ObjectKey.of("default", name),
        "eviction",
        json(
            """
            {'apiVersion': 'policy/v1', 'kind': 'Eviction', 'metadata': {'name': '%s'}%s}
            """
                .formatted(name, options)));
  }

  private ObjectNode get(String name) {
    return json(ok(client.get(PODS, ObjectKey.of("default", name))));
  }

  private ObjectNode status() {
    return (ObjectNode) json(ok(client.get(Resources.DISRUPTION_BUDGETS, BUDGET))).path("status");
  }

  @Test
  void aPodWithoutABudgetIsToldToGoAndWhy() {
    running("p", true);
    ok(evict("p", ""));
    ObjectNode pod = get("p");
    assertThat(pod.at("/metadata/deletionTimestamp").isTextual()).isTrue();
    assertThat(pod.at("/status/conditions/1").toString())
        .contains("\"type\":\"DisruptionTarget\"")
        .contains("\"status\":\"True\"")
        .contains("\"reason\":\"EvictionByEvictionAPI\"")
        .contains("\"message\":\"Eviction API: evicting\"");
  }

  @Test
  @Conformance("PodDisruptionBudget: block an eviction until the PDB is updated to allow it")
  void aBudgetIsTakenFromAndRefusesWhenItIsSpent() {
    running("p", true);
    running("q", true);
    budget(", 'minAvailable': 1", 2, 1, 1);
    ok(evict("p", ""));
    assertThat(status().path("disruptionsAllowed").asInt()).isZero();
    assertThat(status().path("disruptedPods").has("p")).isTrue();
    assertThat(Statuses.of(refused(evict("q", ""))).toString())
        .isEqualTo(
            "{\"kind\":\"Status\",\"apiVersion\":\"v1\",\"metadata\":{},\"status\":\"Failure\","
                + "\"message\":\"Cannot evict pod as it would violate the pod's disruption"
                + " budget.\",\"reason\":\"TooManyRequests\",\"details\":{\"causes\":[{\"reason\":"
                + "\"DisruptionBudget\",\"message\":\"The disruption budget b needs 1 healthy pods"
                + " and has 2 currently\"}]},\"code\":429}");
    assertThat(get("q").at("/metadata/deletionTimestamp").isMissingNode()).isTrue();
  }

  @Test
  void manyAtOnceNeverTakeMoreThanThereIs() {
    for (int i = 0; i < 12; i++) {
      running("p" + i, true);
    }
    budget(", 'minAvailable': 8", 12, 8, 4);
    List<CompletionStage<Outcome<StoredObject>>> all = new ArrayList<>();
    PipelineClient other = api.sibling().client();
    for (int i = 0; i < 12; i++) {
      all.add(evict(i % 2 == 0 ? client : other, "p" + i, ""));
    }
    assertThat(all.stream().filter(it -> it.toCompletableFuture().join().isDone())).hasSize(4);
    assertThat(status().path("disruptedPods")).hasSize(4);
    assertThat(status().path("disruptionsAllowed").asInt()).isZero();
  }

  @Test
  void aBudgetThatHasNotBeenCountedYetIsWaitedFor() {
    running("p", true);
    ok(
        client.create(
            Resources.DISRUPTION_BUDGETS,
            "default",
            json(
                "{'metadata': {'name': 'b'}, 'spec': {'selector': {'matchLabels': {'app':"
                    + " 'x'}}}}")));
    ObjectNode refusal = Statuses.of(refused(evict("p", "")));
    assertThat(refusal.at("/details/causes/0/message").asText())
        .isEqualTo("The disruption budget b is still being processed by the server.");
    assertThat(refusal.at("/details/retryAfterSeconds").asInt()).isEqualTo(10);
  }

  @Test
  void aPodThatIsNotReadyMayGoIfEnoughAre() {
    running("p", false);
    budget(", 'minAvailable': 2", 2, 2, 0);
    ok(evict("p", ""));
    assertThat(status().has("disruptedPods")).isFalse();
  }

  @Test
  void aPodThatIsNotReadyStaysIfTooFewAreUnlessTheBudgetSaysOtherwise() {
    running("p", false);
    budget(", 'minAvailable': 2", 1, 2, 0);
    assertThat(message(evict("p", ""))).startsWith("Cannot evict pod");
    ok(
        client.patch(
            Resources.DISRUPTION_BUDGETS,
            BUDGET,
            "",
            PatchType.MERGE,
            json(
                "{'metadata': {'resourceVersion': '%d'}, 'spec': {'unhealthyPodEvictionPolicy': 'AlwaysAllow'}}"
                    .formatted(
                        ok(client.get(Resources.DISRUPTION_BUDGETS, BUDGET)).resourceVersion()))));
    ok(evict("p", ""));
  }

  @Test
  void aPodThatHasNotBegunIsNoDisruption() {
    ObjectNode pod = pod("p");
    pod.withObject("metadata").putObject("labels").put("app", "x");
    ok(client.create(PODS, "default", pod));
    budget(", 'minAvailable': 1", 0, 1, 0);
    ok(evict("p", ""));
  }

  @Test
  void aDryRunTakesNothing() {
    running("p", true);
    budget(", 'minAvailable': 1", 2, 1, 1);
    ok(evict("p", ", 'deleteOptions': {'dryRun': ['All']}"));
    assertThat(get("p").at("/metadata/deletionTimestamp").isMissingNode()).isTrue();
    assertThat(get("p").at("/status/conditions")).hasSize(1);
    assertThat(status().path("disruptionsAllowed").asInt()).isOne();
  }

  @Test
  void deleteOptionsAreThoseOfTheEviction() {
    running("p", true);
    assertThat(
            message(evict("p", ", 'deleteOptions': {'preconditions': {'uid': 'somebody-else'}}")))
        .startsWith("Operation cannot be fulfilled on pods \"p\"");
    ok(evict("p", ", 'deleteOptions': {'gracePeriodSeconds': 7}"));
    assertThat(get("p").at("/metadata/deletionGracePeriodSeconds").asInt()).isEqualTo(7);
  }

  @Test
  void whatCannotBeEvictedIsRefused() {
    running("p", true);
    assertThat(message(evict("nobody", ""))).isEqualTo("pods \"nobody\" not found");
    assertThat(
            message(
                client.createSubresource(
                    PODS,
                    ObjectKey.of("default", "p"),
                    "eviction",
                    json("{'metadata': {'name': 'q'}}"))))
        .isEqualTo("name in URL does not match name in Eviction object");
    assertThat(message(evict(api.client(UserInfo.node("n2")), "p", "")))
        .endsWith("node \"n2\" can only evict pods with spec.nodeName set to itself");
    ok(evict(api.client(UserInfo.node("n1")), "p", ""));
  }

  @Test
  void twoBudgetsForOnePodAreMoreThanAnEvictionUnderstands() {
    running("p", true);
    budget(", 'minAvailable': 1", 2, 1, 1);
    ok(
        client.create(
            Resources.DISRUPTION_BUDGETS,
            "default",
            json(
                "{'metadata': {'name': 'c'}, 'spec': {'selector': {'matchLabels': {'app':"
                    + " 'x'}}}}")));
    assertThat(message(evict("p", "")))
        .isEqualTo(
            "This pod has more than one PodDisruptionBudget, which the eviction subresource does"
                + " not support.");
  }
}
