package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.PODS;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code pods/ephemeralcontainers} and {@code pods/resize}. */
class PodPartsTest {
  private static final ObjectKey X = ObjectKey.of("default", "x");
  private static final String INVALID = "Pod \"x\" is invalid: ";

  private final TestApi server = TestApi.create();
  private final PipelineClient client = server.client();

  @BeforeEach
  void aPod() {
    ok(
        client.create(
            PODS,
            "default",
            json(
                """
                {'metadata': {'name': 'x'}, 'spec': {
                  'volumes': [{'name': 'v', 'emptyDir': {}}],
                  'containers': [
                    {'name': 'a', 'image': 'i', 'resources': {
                      'limits': {'cpu': '200m', 'memory': '64Mi'}, 'requests': {'cpu': '100m'}}},
                    {'name': 'b', 'image': 'i'}]}}
                """)));
  }

  private ObjectNode join(String container) {
    return json(
        ok(client.patch(PODS, X, "ephemeralcontainers", PatchType.STRATEGIC_MERGE, of(container))));
  }

  private String refusal(String container) {
    return message(
        client.patch(PODS, X, "ephemeralcontainers", PatchType.STRATEGIC_MERGE, of(container)));
  }

  private static ObjectNode of(String container) {
    return json("{'spec': {'ephemeralContainers': [{" + container + "}]}}");
  }

  @Test
  void containersJoinAPodAndNothingElseOfItChanges() {
    join("'name': 'one', 'image': 'busybox', 'targetContainerName': 'b'");
    ObjectNode wanted = json(ok(client.get(PODS, X)));
    wanted.withObject("metadata").withObject("labels").put("not", "this");
    wanted.withObject("spec").put("nodeName", "nor-this");
    wanted
        .withObject("spec")
        .withArray("ephemeralContainers")
        .addObject()
        .put("name", "two")
        .put("image", "busybox:1");

    ObjectNode pod = json(ok(client.update(PODS, X, "ephemeralcontainers", wanted)));

    assertThat(pod.at("/spec/ephemeralContainers"))
        .extracting(it -> it.path("name").asText() + " " + it.path("imagePullPolicy").asText())
        .containsExactly("one Always", "two IfNotPresent");
    assertThat(pod.at("/spec/ephemeralContainers/0/terminationMessagePath").asText())
        .isEqualTo("/dev/termination-log");
    assertThat(pod.at("/metadata/labels").isMissingNode()).isTrue();
    assertThat(pod.at("/spec/nodeName").isMissingNode()).isTrue();
    assertThat(pod.at("/metadata/generation").asInt()).isEqualTo(3);
    wanted.withObject("metadata").put("resourceVersion", "");
    wanted.withObject("spec").withArray("ephemeralContainers").addObject().put("name", "three");
    assertThat(message(client.update(PODS, X, "", wanted)))
        .as("only this way")
        .contains("pod updates may not change fields other than");
  }

  @Test
  void whatJoinsIsNoPartOfTheWorkload() {
    assertThat(
            refusal(
                """
                'name': 'a', 'image': 'i', 'ports': [{'containerPort': 80}],
                'resources': {'limits': {'cpu': '1'}}, 'targetContainerName': 'z',
                'volumeMounts': [{'name': 'v', 'mountPath': '/v', 'subPath': 's'}]\
                """))
        .isEqualTo(
            INVALID
                + "[spec.ephemeralContainers[0].name: Duplicate value: \"a\","
                + " spec.ephemeralContainers[0].targetContainerName: Not found: \"z\","
                + " spec.ephemeralContainers[0].ports: Forbidden: cannot be set for an Ephemeral"
                + " Container, spec.ephemeralContainers[0].resources: Forbidden: cannot be set for"
                + " an Ephemeral Container, spec.ephemeralContainers[0].volumeMounts[0].subPath:"
                + " Forbidden: cannot be set for an Ephemeral Container]");
  }

  @Test
  void whatHasJoinedStaysAsItIs() {
    join("'name': 'one', 'image': 'busybox'");

    assertThat(refusal("'name': 'one', 'image': 'other'"))
        .startsWith(
            INVALID
                + "spec.ephemeralContainers: Forbidden: existing ephemeral containers \"one\" may"
                + " not be changed");
    assertThat(refusal("'name': 'one', '$patch': 'delete'"))
        .contains("existing ephemeral containers \"one\" may not be removed");
  }

  private ObjectNode resized(String resources) {
    return json(ok(client.patch(PODS, X, "resize", PatchType.STRATEGIC_MERGE, a(resources))));
  }

  private String notResized(String resources) {
    return message(client.patch(PODS, X, "resize", PatchType.STRATEGIC_MERGE, a(resources)));
  }

  private static ObjectNode a(String resources) {
    return json(
        "{'metadata': {'labels': {'not': 'this'}}, 'spec': {'containers': [{'name': 'a',"
            + " 'resources': {"
            + resources
            + "}}]}}");
  }

  @Test
  void cpuAndMemoryChangeAndNothingElse() {
    ObjectNode pod = resized("'requests': {'cpu': '150m'}, 'limits': {'cpu': '300m'}");

    assertThat(pod.at("/spec/containers/0/resources"))
        .isEqualTo(
            json(
                "{'limits': {'cpu': '300m', 'memory': '64Mi'},"
                    + " 'requests': {'cpu': '150m', 'memory': '64Mi'}}"));
    assertThat(pod.at("/metadata/labels").isMissingNode()).isTrue();
    assertThat(pod.at("/metadata/generation").asInt()).isEqualTo(2);
    assertThat(pod.at("/status/qosClass").asText()).isEqualTo("Burstable");
    assertThat(notResized("'limits': {'ephemeral-storage': '1Gi'}"))
        .contains("spec: Forbidden: only cpu and memory resources are mutable");
    assertThat(notResized("'requests': {'cpu': '2'}"))
        .contains("must be less than or equal to cpu limit of 300m");
  }

  private static Target target(TestApi server, String subresource) {
    return new Target(
        UserInfo.component("admin"),
        server.pipeline().catalog().find(PODS).orElseThrow(),
        X.namespace(),
        X.name(),
        subresource);
  }

  @Test
  @Conformance("In-place Pod Resize, read and replace endpoints")
  void whatIsToBeResizedIsReadAndReplacedThere() {
    Target resize = target(server, "resize");
    ObjectNode pod = json(ok(server.pipeline().get(resize, OptionalLong.empty())));
    assertThat(pod).isEqualTo(json(ok(client.get(PODS, X))));
    ((ObjectNode) pod.at("/spec/containers/0/resources/limits")).put("cpu", "400m");

    ObjectNode resized = json(ok(client.update(PODS, X, "resize", pod)));

    assertThat(resized.at("/spec/containers/0/resources/limits/cpu").asText()).isEqualTo("400m");
    assertThat(resized.at("/spec/containers/0/resources/requests/cpu").asText()).isEqualTo("100m");
    assertThat(json(ok(server.pipeline().get(resize, OptionalLong.empty())))).isEqualTo(resized);
  }

  private long generation(String patch) {
    return json(ok(client.patch(PODS, X, "", PatchType.STRATEGIC_MERGE, json(patch))))
        .at("/metadata/generation")
        .asLong();
  }

  @Test
  @Conformance({"Pods Generation, updates", "Pods Generation, graceful delete"})
  void aPodsGenerationCountsWhatIsWantedOfIt() {
    assertThat(json(ok(client.get(PODS, X))).at("/metadata/generation").asLong()).isEqualTo(1);
    assertThat(generation("{'metadata': {'labels': {'a': 'b'}, 'generation': 99}}")).isEqualTo(1);
    assertThat(generation("{'spec': {'containers': [{'name': 'a', 'image': 'j'}]}}")).isEqualTo(2);
    assertThat(generation("{'spec': {'activeDeadlineSeconds': 100}}")).isEqualTo(3);
    ObjectNode tolerant = json(ok(client.get(PODS, X)));
    tolerant.withArray("/spec/tolerations").addObject().put("key", "k").put("operator", "Exists");
    assertThat(json(ok(client.update(PODS, X, "", tolerant))).at("/metadata/generation").asLong())
        .isEqualTo(4);
    assertThat(join("'name': 'one', 'image': 'busybox'").at("/metadata/generation").asLong())
        .isEqualTo(5);
    assertThat(resized("'requests': {'cpu': '150m'}").at("/metadata/generation").asLong())
        .isEqualTo(6);
    ok(
        client.createSubresource(
            PODS, X, "binding", json("{'target': {'kind': 'Node', 'name': 'n1'}}")));
    assertThat(json(ok(client.get(PODS, X))).at("/metadata/generation").asLong())
        .as("where it runs is not for its owner to want")
        .isEqualTo(6);

    ok(client.delete(PODS, X, DeleteOptions.DEFAULT));
    JsonNode goes = json(ok(client.get(PODS, X))).path("metadata");
    assertThat(goes.path("deletionGracePeriodSeconds").asInt()).isEqualTo(30);
    assertThat(goes.path("generation").asLong()).isEqualTo(7);
  }

  @Test
  @Conformance("Pods Generation, 500 updates")
  void fiveHundredChangesAreFiveHundredGenerations() {
    for (int i = 0; i < 500; i++) {
      generation("{'spec': {'activeDeadlineSeconds': %d}}".formatted(10_000 - i));
    }
    assertThat(json(ok(client.get(PODS, X))).at("/metadata/generation").asLong()).isEqualTo(501);
  }

  @Test
  @Conformance("Pods, QOS")
  void aPodHasItsClassAsSoonAsItIsThere() {
    ObjectNode pod = pod("guaranteed");
    String amounts = "{'cpu': '100m', 'memory': '100Mi'}";
    pod.withObject("/spec/containers/0")
        .set("resources", json("{'requests': " + amounts + ", 'limits': " + amounts + "}"));
    assertThat(json(ok(client.create(PODS, "default", pod))).at("/status/qosClass").asText())
        .isEqualTo("Guaranteed");
    assertThat(json(ok(client.get(PODS, X))).at("/status/qosClass").asText())
        .isEqualTo("Burstable");
  }

  @Test
  @Conformance("Sysctls, reject invalid sysctls")
  void namesOfKernelSettingsAreWellFormed() {
    ObjectNode pod = pod("tuned");
    pod.withObject("/spec")
        .set(
            "securityContext",
            json(
                """
                {'sysctls': [{'name': 'foo-', 'value': 'bar'},
                  {'name': 'kernel.shmmax', 'value': '1'},
                  {'name': 'net/ipv4/ip_forward', 'value': '1'}, {'name': 'bar..', 'value': '4'},
                  {'name': 'kernel.shmmax', 'value': '2'}, {'value': '2'}]}
                """));
    String words =
        "must have at most 253 characters and match regex"
            + " ^([a-z0-9]([-_a-z0-9]*[a-z0-9])?[\\./])*[a-z0-9]([-_a-z0-9]*[a-z0-9])?$";
    String path = "spec.securityContext.sysctls";
    assertThat(message(client.create(PODS, "default", pod)))
        .isEqualTo(
            ("Pod \"tuned\" is invalid: [%1$s[0].name: Invalid value: \"foo-\": %2$s,"
                    + " %1$s[3].name: Invalid value: \"bar..\": %2$s, %1$s[4].name: Duplicate"
                    + " value: \"kernel.shmmax\", %1$s[5].name: Required value]")
                .formatted(path, words));
  }

  @Test
  void whatWasAskedForIsNotTakenBackAndTheClassStays() {
    assertThat(notResized("'limits': {'cpu': null}"))
        .isEqualTo(
            INVALID
                + "spec.containers[0].resources.limits: Forbidden: resource limits cannot be"
                + " removed");
    ok(
        client.create(
            PODS,
            "default",
            json(
                "{'metadata': {'name': 'best'}, 'spec': {'containers': [{'name': 'a', 'image':"
                    + " 'i'}]}}")));
    assertThat(
            message(
                client.patch(
                    PODS,
                    ObjectKey.of("default", "best"),
                    "resize",
                    PatchType.STRATEGIC_MERGE,
                    a("'requests': {'cpu': '1'}"))))
        .isEqualTo(
            "Pod \"best\" is invalid: spec: Invalid value: \"BestEffort\": Pod QOS Class may not"
                + " change as a result of resizing");
  }

  @Test
  void aNodeThatSaysNothingOfResourcesResizesNothing() {
    ok(
        client.patch(
            PODS,
            X,
            "status",
            PatchType.MERGE,
            json(
                "{'status': {'containerStatuses': [{'name': 'a', 'state': {'running': {}}, 'image':"
                    + " 'i', 'imageID': '', 'ready': true, 'restartCount': 0}]}}")));

    assertThat(notResized("'requests': {'cpu': '150m'}"))
        .isEqualTo(INVALID + "spec: Forbidden: Pod running on node without support for resize");
  }
}
