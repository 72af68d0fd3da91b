package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.PODS;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Quantity;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.quota.QuotaDemand;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;

class QuotaReservationsTest {
  private static final GroupVersionResource QUOTAS = Resources.RESOURCE_QUOTAS;

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  private void quota(String name, String hard, String used, String more) {
    ok(
        client.create(
            QUOTAS,
            "default",
            json(
                "{'metadata': {'name': '%s'}, 'spec': {'hard': {%s}%s}}"
                    .formatted(name, hard, more))));
    // As the controller does.
    ok(
        client.patch(
            QUOTAS,
            ObjectKey.of("default", name),
            "status",
            PatchType.MERGE,
            json("{'status': {'hard': {%s}, 'used': {%s}}}".formatted(hard, used))));
  }

  private String used(String name) {
    return json(ok(client.get(QUOTAS, ObjectKey.of("default", name))))
        .at("/status/used")
        .toString();
  }

  private static ObjectNode sized(String name, String resources) {
    ObjectNode pod = pod(name);
    pod.withObject("/spec/containers/0").set("resources", json("{" + resources + "}"));
    return pod;
  }

  @Test
  void whatIsCreatedIsAddedToWhatIsUsed() {
    quota(
        "q",
        "'pods': '2', 'requests.cpu': '1', 'cpu': '1'",
        "'pods': '0', 'requests.cpu': '0', 'cpu': '0'",
        "");
    ok(client.create(PODS, "default", sized("a", "'requests': {'cpu': '600m'}")));
    assertThat(used("q")).isEqualTo("{\"cpu\":\"600m\",\"pods\":\"1\",\"requests.cpu\":\"600m\"}");
    assertThat(message(client.create(PODS, "default", sized("b", "'requests': {'cpu': '500m'}"))))
        .isEqualTo(
            "pods \"b\" is forbidden: exceeded quota: q, requested: cpu=500m,requests.cpu=500m,"
                + " used: cpu=600m,requests.cpu=600m, limited: cpu=1,requests.cpu=1");
    assertThat(message(client.create(PODS, "default", pod("b"))))
        .isEqualTo(
            "pods \"b\" is forbidden: failed quota: q: must specify cpu for: c; requests.cpu for:"
                + " c");
    ok(client.create(PODS, "default", sized("b", "'requests': {'cpu': '400m'}")));
    assertThat(used("q")).isEqualTo("{\"cpu\":\"1\",\"pods\":\"2\",\"requests.cpu\":\"1\"}");
  }

  @Test
  void manyAtOnceNeverUseMoreThanIsAllowed() {
    quota("q", "'pods': '7'", "'pods': '0'", "");
    quota("r", "'count/pods': '9'", "'count/pods': '0'", "");
    List<CompletionStage<Outcome<StoredObject>>> all = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<CompletionStage<Outcome<StoredObject>>>> begun = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        ObjectNode pod = pod("p" + i);
        // Two pipelines, as on two members: what one batches, the other does not see.
        PipelineClient one = i % 2 == 0 ? client : api.sibling().client(UserInfo.component("b"));
        begun.add(CompletableFuture.supplyAsync(() -> one.create(PODS, "default", pod), threads));
      }
      begun.forEach(stage -> all.add(stage.join()));
    }
    long made = all.stream().filter(it -> it.toCompletableFuture().join().isDone()).count();
    assertThat(made).isEqualTo(7);
    assertThat(ok(client.list(PODS, Selection.inNamespace("default"))).items()).hasSize(7);
    assertThat(used("q")).isEqualTo("{\"pods\":\"7\"}");
    assertThat(used("r")).isEqualTo("{\"count/pods\":\"7\"}");
  }

  @Test
  void whoComesSecondFindsTheQuotaUsed() {
    quota("q", "'pods': '1'", "'pods': '0'", "");
    PipelineClient other = api.sibling().client(UserInfo.component("b"));
    api.store().beforeNextCommit(reservation -> ok(other.create(PODS, "default", pod("first"))));
    assertThat(message(client.create(PODS, "default", pod("second"))))
        .endsWith("exceeded quota: q, requested: pods=1, used: pods=1, limited: pods=1");
    assertThat(used("q")).isEqualTo("{\"pods\":\"1\"}");
    assertThat(ok(client.list(PODS, Selection.inNamespace("default"))).items()).hasSize(1);
  }

  @Test
  void whoDoesNotFitIntoOneQuotaUsesNothingOfAnother() {
    quota("a", "'pods': '5'", "'pods': '0'", "");
    quota("z", "'pods': '0'", "'pods': '0'", "");
    assertThat(message(client.create(PODS, "default", pod("p"))))
        .endsWith("exceeded quota: z, requested: pods=1, used: pods=0, limited: pods=0");
    assertThat(used("a")).isEqualTo("{\"pods\":\"0\"}");
  }

  @Test
  void whatCannotBeStoredUsesNothing() {
    quota("q", "'pods': '5'", "'pods': '0'", "");
    ok(client.create(PODS, "default", pod("p")));
    assertThat(message(client.create(PODS, "default", pod("p"))))
        .isEqualTo("pods \"p\" already exists");
    ObjectNode invalid = pod("x");
    invalid.withObject("/spec").put("restartPolicy", "Sometimes");
    assertThat(message(client.create(PODS, "default", invalid))).contains("is invalid");
    assertThat(used("q")).isEqualTo("{\"pods\":\"1\"}");
  }

  @Test
  void aQuotaThatHasNotBeenCountedYetIsWaitedFor() {
    quota("q", "'pods': '5'", "", "");
    assertThat(message(client.create(PODS, "default", pod("p"))))
        .endsWith("status unknown for quota: q, resources: pods");
  }

  @Test
  void scopesChooseThePodsThatCount() {
    quota("q", "'pods': '1'", "'pods': '0'", ", 'scopes': ['BestEffort']");
    ok(client.create(PODS, "default", pod("a")));
    ok(client.create(PODS, "default", sized("b", "'requests': {'cpu': '1'}")));
    assertThat(message(client.create(PODS, "default", pod("c")))).contains("exceeded quota: q");
  }

  @Test
  void objectsOfAnyKindCount() {
    quota(
        "q",
        "'services': '2', 'count/configmaps': '1', 'configmaps': '1'",
        "'services': '0', 'count/configmaps': '0', 'configmaps': '0'",
        "");
    ok(client.create(Requests.SERVICES, "default", Requests.service("s", "")));
    assertThat(used("q"))
        .isEqualTo("{\"configmaps\":\"0\",\"count/configmaps\":\"0\",\"services\":\"1\"}");
    ok(client.create(Requests.CONFIG_MAPS, "default", json("{'metadata': {'name': 'm'}}")));
    assertThat(
            message(
                client.create(
                    Requests.CONFIG_MAPS, "default", json("{'metadata': {'name': 'n'}}"))))
        .contains("exceeded quota: q, requested: configmaps=1,count/configmaps=1");
  }

  @Test
  void anUpdateUsesWhatItNeedsMore() {
    ObjectNode quota =
        json("{'metadata': {'name': 'q'}, 'status': {'hard': {'services.nodeports': '3'}}}");
    SortedMap<String, Quantity> used = new TreeMap<>(Map.of("services.nodeports", Quantity.of(1)));
    assertThat(demand(service(1), service(3)).check(quota, used))
        .isEqualTo(
            new QuotaDemand.Verdict.Fits(
                new TreeMap<>(Map.of("services.nodeports", Quantity.of(3)))));
    assertThat(demand(service(1), service(4)).check(quota, used))
        .isEqualTo(
            new QuotaDemand.Verdict.Refused(
                "exceeded quota: q, requested: services.nodeports=3, used: services.nodeports=1,"
                    + " limited: services.nodeports=3"));
    assertThat(demand(service(4), service(2)).check(quota, used))
        .isEqualTo(new QuotaDemand.Verdict.Indifferent());
  }

  private static QuotaDemand demand(ObjectNode before, ObjectNode after) {
    return QuotaDemand.of(
        new GroupResource("", "services"), after, Optional.of(before), TestApi.START);
  }

  private static ObjectNode service(int ports) {
    ObjectNode service = json("{'spec': {'type': 'NodePort'}}");
    for (int i = 0; i < ports; i++) {
      service.withObject("/spec").withArray("ports").addObject().put("port", 80 + i);
    }
    return service;
  }
}
