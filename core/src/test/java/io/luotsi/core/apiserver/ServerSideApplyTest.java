package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.CONFIG_MAPS;
import static io.luotsi.core.apiserver.Requests.DEPLOYMENTS;
import static io.luotsi.core.apiserver.Requests.PODS;
import static io.luotsi.core.apiserver.Requests.deployment;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.pod;
import static io.luotsi.core.apiserver.Requests.refused;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.client.ApiClient.PatchType;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Apply and managedFields through the whole pipeline. */
class ServerSideApplyTest {
  private static final ObjectKey X = ObjectKey.of("default", "x");

  private final AtomicReference<Instant> now = new AtomicReference<>(TestApi.START);
  private final TestApi api = TestApi.create(now::get);
  private final PipelineClient client = api.client();

  private CompletionStage<Outcome<Written>> apply(
      GroupVersionResource resource, String subresource, String manager, ObjectNode config) {
    return apply(api, resource, subresource, manager, config, false);
  }

  private static CompletionStage<Outcome<Written>> apply(
      TestApi api,
      GroupVersionResource resource,
      String subresource,
      String manager,
      ObjectNode config,
      boolean dryRun) {
    Target target =
        new Target(
            UserInfo.component("admin"),
            api.pipeline().catalog().find(resource).orElseThrow(),
            "default",
            "x",
            subresource);
    WriteOptions options = new WriteOptions(dryRun, manager, FieldValidation.STRICT);
    return api.pipeline().patch(target, PatchType.APPLY, config, false, options);
  }

  private static ObjectNode map(String data) {
    return json(
        "{'apiVersion': 'v1', 'kind': 'ConfigMap', 'metadata': {'name': 'x'}, 'data': {"
            + data
            + "}}");
  }

  private static ObjectNode scale(int replicas) {
    return json(
        "{'apiVersion': 'autoscaling/v1', 'kind': 'Scale', 'spec': {'replicas': %d}}"
            .formatted(replicas));
  }

  private static List<String> managers(StoredObject object) {
    List<String> managers = new ArrayList<>();
    for (JsonNode entry : json(object).at("/metadata/managedFields")) {
      String part = entry.path("subresource").asText("");
      managers.add(
          entry.path("manager").asText()
              + " "
              + entry.path("operation").asText()
              + (part.isEmpty() ? "" : " " + part));
    }
    return managers;
  }

  @Test
  void whatIsAppliedAndNotThereIsCreatedAndWhatIsAsItWasIsNotWritten() {
    Written made = ok(apply(CONFIG_MAPS, "", "a", map("'k': '1'")));
    assertThat(made.created()).isTrue();
    now.set(TestApi.START.plusSeconds(60));

    Written again = ok(apply(CONFIG_MAPS, "", "a", map("'k': '1'")));
    Written changed = ok(apply(CONFIG_MAPS, "", "a", map("'k': '2'")));

    assertThat(again.created()).isFalse();
    assertThat(again.object().resourceVersion()).isEqualTo(made.object().resourceVersion());
    assertThat(again.object().json()).isEqualTo(made.object().json());
    assertThat(changed.object().resourceVersion()).isEqualTo(made.object().resourceVersion() + 1);
    assertThat(json(changed.object()).at("/metadata/managedFields/0/time").asText())
        .isEqualTo("2026-01-02T03:05:05Z");
  }

  @Test
  void aDryRunShowsWhatWouldBeAndStoresNothing() {
    Written shown = ok(apply(api, CONFIG_MAPS, "", "a", map("'k': '1'"), true));

    assertThat(json(shown.object()).at("/data/k").asText()).isEqualTo("1");
    assertThat(refused(client.get(CONFIG_MAPS, X)))
        .isEqualTo(new Rejection.NotFound(CONFIG_MAPS.groupResource(), "x"));
  }

  @Test
  void preconditionsInTheConfigurationHold() {
    ObjectNode named = map("'k': '1'");
    named.withObject("metadata").put("uid", "other");
    assertThat(refused(apply(CONFIG_MAPS, "", "a", named)))
        .isEqualTo(
            new Rejection.Conflict(
                CONFIG_MAPS.groupResource(),
                "x",
                "uid mismatch: the provided object specified uid other, and no existing object was"
                    + " found"));
    StoredObject made = ok(apply(CONFIG_MAPS, "", "a", map("'k': '1'"))).object();
    assertThat(refused(apply(CONFIG_MAPS, "", "a", named))).isInstanceOf(Rejection.Invalid.class);
    ObjectNode versioned = map("'k': '2'");
    versioned.withObject("metadata").put("resourceVersion", "999");
    assertThat(refused(apply(CONFIG_MAPS, "", "a", versioned)))
        .isInstanceOf(Rejection.Conflict.class);
    versioned.withObject("metadata").put("resourceVersion", "" + made.resourceVersion());
    assertThat(ok(apply(CONFIG_MAPS, "", "a", versioned)).created()).isFalse();
  }

  @Test
  void whoMayOnlyPatchCannotCreateByApplying() {
    TestApi guarded =
        TestApi.create(
            (user, attributes) ->
                attributes instanceof Authorizer.Attributes.Resource resource
                        && resource.verb().equals("create")
                        && resource.resource().equals("configmaps")
                    ? Optional.of(new Rejection.ForbiddenPath("may not create"))
                    : Optional.empty());

    assertThat(refused(apply(guarded, CONFIG_MAPS, "", "a", map("'k': '1'"), false)))
        .isEqualTo(new Rejection.ForbiddenPath("may not create"));
  }

  @Test
  void anApplyThatLosesARaceIsMergedAnew() {
    ok(apply(CONFIG_MAPS, "", "a", map("'k': '1'")));
    api.store().beforeNextCommit(write -> ok(apply(CONFIG_MAPS, "", "b", map("'other': '1'"))));

    Written written = ok(apply(CONFIG_MAPS, "", "a", map("'k': '2'")));

    assertThat(json(written.object()).path("data")).isEqualTo(json("{'k': '2', 'other': '1'}"));
    assertThat(managers(written.object())).containsExactlyInAnyOrder("a Apply", "b Apply");
  }

  @Test
  void statusIsAppliedThroughItsSubresourceAloneAndNeverMakesAnObject() {
    ObjectNode status =
        json(
            "{'apiVersion': 'apps/v1', 'kind': 'Deployment', 'metadata': {'name': 'x'},"
                + " 'spec': {'paused': true}, 'status': {'replicas': 4}}");
    assertThat(refused(apply(DEPLOYMENTS, "status", "s", status)))
        .isInstanceOf(Rejection.NotFound.class);
    ok(client.create(DEPLOYMENTS, "default", deployment("x")));

    StoredObject written = ok(apply(DEPLOYMENTS, "status", "s", status)).object();

    assertThat(json(written).at("/status/replicas").asInt()).isEqualTo(4);
    assertThat(json(written).at("/spec/paused").isMissingNode()).isTrue();
    assertThat(managers(written)).containsExactly("s Apply status", "admin Update");
    assertThat(json(written).at("/metadata/managedFields/0/fieldsV1"))
        .isEqualTo(json("{'f:status': {'f:replicas': {}}}"));
    StoredObject main = ok(apply(DEPLOYMENTS, "", "s", status)).object();
    assertThat(json(main).at("/status/replicas").asInt()).isEqualTo(4);
    assertThat(managers(main)).containsExactly("s Apply", "s Apply status", "admin Update");
    assertThat(json(main).at("/metadata/managedFields/0/fieldsV1"))
        .as("what a request cannot write, it does not own")
        .isEqualTo(json("{'f:spec': {'f:paused': {}}}"));
  }

  @Test
  void replicasAreOwnedThroughTheScale() {
    ObjectNode config = deployment("x").put("apiVersion", "apps/v1").put("kind", "Deployment");
    ok(apply(DEPLOYMENTS, "", "a", config));

    ok(client.patch(DEPLOYMENTS, X, "scale", PatchType.MERGE, json("{'spec': {'replicas': 5}}")));
    StoredObject scaled = ok(client.get(DEPLOYMENTS, X));

    assertThat(managers(scaled)).containsExactly("a Apply", "admin Update scale");
    assertThat(json(scaled).at("/metadata/managedFields/1"))
        .as("as upstream: without a time")
        .isEqualTo(
            json(
                "{'manager': 'admin', 'operation': 'Update', 'apiVersion': 'apps/v1', 'fieldsType':"
                    + " 'FieldsV1', 'fieldsV1': {'f:spec': {'f:replicas': {}}}, 'subresource':"
                    + " 'scale'}"));
    assertThat(refused(apply(DEPLOYMENTS, "", "a", config)))
        .isInstanceOfSatisfying(
            Rejection.ApplyConflict.class,
            why ->
                assertThat(why.message())
                    .isEqualTo(
                        "Apply failed with 1 conflict: conflict with \"admin\" with subresource"
                            + " \"scale\" using apps/v1: .spec.replicas"));
    assertThat(refused(apply(DEPLOYMENTS, "scale", "s", scale(6))))
        .isInstanceOfSatisfying(
            Rejection.ApplyConflict.class,
            why -> assertThat(why.message()).endsWith(" using autoscaling/v1: .spec.replicas"));
    config.withObject("spec").remove("replicas");
    StoredObject given = ok(apply(DEPLOYMENTS, "", "a", config)).object();
    assertThat(json(given).at("/spec/replicas").asInt()).isEqualTo(5);
    StoredObject same = ok(apply(DEPLOYMENTS, "scale", "s", scale(5))).object();
    assertThat(json(same).path("kind").asText()).isEqualTo("Scale");
    assertThat(managers(ok(client.get(DEPLOYMENTS, X))))
        .containsExactly("s Apply scale", "a Apply", "admin Update scale");
  }

  @Test
  void theKubeletOwnsWhatItReportsOfAPodAndABindingIsNobodys() {
    PipelineClient manager =
        new PipelineClient(
            api.pipeline(), UserInfo.component("replicaset-controller"), "kube-controller-manager");
    ok(manager.create(PODS, "default", pod("x")));
    ok(
        client.createSubresource(
            PODS, X, "binding", json("{'metadata': {'name': 'x'}, 'target': {'name': 'n'}}")));

    StoredObject running =
        ok(
            api.client(UserInfo.node("n"))
                .patch(
                    PODS,
                    X,
                    "status",
                    PatchType.STRATEGIC_MERGE,
                    json(
                        "{'status': {'phase': 'Running', 'podIP': '127.1.0.5', 'podIPs': [{'ip':"
                            + " '127.1.0.5'}], 'conditions': [{'type': 'Ready', 'status':"
                            + " 'True'}]}}")));

    assertThat(managers(running))
        .containsExactly("kube-controller-manager Update", "kubelet Update status");
    assertThat(json(running).at("/metadata/managedFields/1/fieldsV1"))
        .isEqualTo(
            json(
                "{'f:status': {'f:conditions': {'k:{\\'type\\':\\'Ready\\'}': {'.': {}, 'f:status':"
                    + " {}, 'f:type': {}}}, 'f:phase': {}, 'f:podIP': {}, 'f:podIPs': {'.': {},"
                    + " 'k:{\\'ip\\':\\'127.1.0.5\\'}': {'.': {}, 'f:ip': {}}}}}"));
    assertThat(json(running).at("/metadata/managedFields/0/fieldsV1/f:spec").toString())
        .as("what admission adds is nobody's")
        .doesNotContain("f:tolerations", "f:nodeName");
  }
}
