package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.apiserver.KindSamples.Sample;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Verb;
import io.luotsi.core.certificate.SampleRequests;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of all kinds alike, shown of each row of the catalog. */
class EveryKindTest {
  private static final WriteOptions STRICT =
      new WriteOptions(false, "test", FieldValidation.STRICT);

  /** Upstream's kinds whose generation is not counted, or not from one on. */
  private static final Set<String> NOT_COUNTED =
      Set.of(
          "apiservices",
          "certificatesigningrequests",
          "clusterrolebindings",
          "clusterroles",
          "configmaps",
          "controllerrevisions",
          "csidrivers",
          "csinodes",
          "csistoragecapacities",
          "endpoints",
          "events",
          "horizontalpodautoscalers",
          "ipaddresses",
          "leases",
          "limitranges",
          "namespaces",
          "nodes",
          "persistentvolumeclaims",
          "persistentvolumes",
          "resourceclaims",
          "resourceclaimtemplates",
          "resourcequotas",
          "rolebindings",
          "roles",
          "runtimeclasses",
          "secrets",
          "serviceaccounts",
          "servicecidrs",
          "services",
          "storageclasses",
          "volumeattachments",
          "volumeattributesclasses");

  /** Kinds with which the whole of a cluster works today. */
  private static final Set<String> ACTED_ON =
      Set.of(
          "apiservices",
          "certificatesigningrequests",
          "clusterrolebindings",
          "clusterroles",
          "configmaps",
          "controllerrevisions",
          "deployments",
          "endpoints",
          "endpointslices",
          "events",
          "flowschemas",
          "ingressclasses",
          "ipaddresses",
          "leases",
          "limitranges",
          "namespaces",
          "nodes",
          "pods",
          "poddisruptionbudgets",
          "podtemplates",
          "priorityclasses",
          "prioritylevelconfigurations",
          "replicasets",
          "replicationcontrollers",
          "customresourcedefinitions",
          "resourcequotas",
          "rolebindings",
          "roles",
          "secrets",
          "serviceaccounts",
          "services");

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  static Stream<ResourceType> kinds() {
    return BuiltInCatalog.load().types().stream()
        .filter(type -> type.verbs().containsAll(Set.of(Verb.LIST, Verb.CREATE))); // or not stored
  }

  static Stream<ResourceType> changeableKinds() {
    return kinds()
        .filter(type -> !KindSamples.of(type.groupResource().toString()).change().isEmpty());
  }

  static Stream<ResourceType> kindsWithStatus() {
    return kinds().filter(type -> type.subresource("status").isPresent());
  }

  /**
   * A kubelet says all it knows of its node; definitions and API services are called by what they
   * serve.
   */
  static Stream<ResourceType> kindsWhoseStatusIsOthers() {
    return kindsWithStatus()
        .filter(
            type ->
                !Set.of("nodes", "customresourcedefinitions", "apiservices")
                    .contains(type.plural()));
  }

  @Test
  void thereIsARowForEachKindThatIsWalked() {
    assertThat(kinds()).hasSizeGreaterThanOrEqualTo(55);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void anObjectIsMadeReadListedShownAndRemoved(ResourceType type) {
    GroupVersionResource resource = type.groupVersionResource();
    ObjectKey key = key(type);

    Written written = ok(make(type));
    StoredObject read = ok(client.get(resource, key));
    JsonNode object = json(read);

    assertThat(written.created()).isTrue();
    assertThat(read.json()).isEqualTo(written.object().json());
    assertThat(object.path("kind").asText()).isEqualTo(type.kind().kind());
    assertThat(object.path("apiVersion").asText()).isEqualTo(type.kind().apiVersion());
    assertThat(ok(client.list(resource, Selection.EVERYTHING)).items())
        .extracting(StoredObject::key)
        .contains(key);
    assertThat(type.columns().cells(json(read), TestApi.START))
        .hasSameSizeAs(type.columns().columns());
    assertThat(message(make(type))).contains("\"" + key.name() + "\" already exists");

    ok(client.delete(resource, key, DeleteOptions.DEFAULT));
    // Some a controller empties first.
    if (!List.of("namespaces", "customresourcedefinitions").contains(type.plural())) {
      assertThat(message(client.get(resource, key))).endsWith("\"" + key.name() + "\" not found");
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whatIsReadCanBeWrittenBackAndChangesNothing(ResourceType type) {
    StoredObject made = ok(make(type)).object();

    Written again =
        ok(api.pipeline().update(target(type, ""), new Body(json(made), List.of()), STRICT));

    assertThat(again.object().resourceVersion()).isEqualTo(made.resourceVersion());
  }

  @ParameterizedTest
  @MethodSource("changeableKinds")
  void generationsCountWhatIsWanted(ResourceType type) {
    Sample sample = KindSamples.of(type.groupResource().toString());
    ok(make(type));

    JsonNode changed = json(patch(type, "", sample.change()));
    JsonNode labelled = json(patch(type, "", "{'metadata': {'labels': {'a': 'b'}}}"));

    assertContains(changed, json(sample.change()));
    long counted = NOT_COUNTED.contains(type.plural()) ? 0 : 2;
    assertThat(changed.at("/metadata/generation").asLong()).isEqualTo(counted);
    assertThat(labelled.at("/metadata/generation").asLong()).isEqualTo(counted);
  }

  @ParameterizedTest
  @MethodSource("kindsWithStatus")
  @Conformance({
    "Namespace, apply changes to a namespace status",
    "ResourceQuota, apply changes to a ResourceQuota status"
  })
  void statusAndTheRestAreWrittenApart(ResourceType type) {
    Sample sample = KindSamples.of(type.groupResource().toString());
    JsonNode made = json(ok(make(type)).object());

    ObjectNode both = json(sample.status());
    if (!sample.change().isEmpty()) {
      both.setAll(json(sample.change()));
    }
    JsonNode reported = json(patch(type, "status", both.toString()));
    JsonNode wiped = json(patch(type, "", "{'status': null}"));

    assertContains(reported, json(sample.status()));
    assertThat(reported.path("spec")).isEqualTo(made.path("spec"));
    assertThat(reported.at("/metadata/generation")).isEqualTo(made.at("/metadata/generation"));
    assertThat(wiped.path("status")).isEqualTo(reported.path("status"));
  }

  @ParameterizedTest
  @MethodSource("kindsWhoseStatusIsOthers")
  void aNewObjectHasNoStatusOfItsClientsChoice(ResourceType type) {
    Sample sample = KindSamples.of(type.groupResource().toString());
    JsonNode without = json(ok(make(type)).object());
    ObjectNode object = sample.object("another");
    object.setAll(json(sample.status()));

    JsonNode with =
        json(
            ok(api.pipeline().create(collection(type), new Body(object, List.of()), STRICT))
                .object());

    assertThat(with.path("status")).isEqualTo(without.path("status"));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void whoWritesWhatNothingActsOnIsTold(ResourceType type) {
    Sample sample = KindSamples.of(type.groupResource().toString());
    List<String> created = ok(make(type)).warnings();

    if (ACTED_ON.contains(type.plural())) {
      assertThat(created).isEmpty();
      return;
    }
    assertThat(created)
        .singleElement()
        .asString()
        .startsWith(
            type.kind().kind() + " is stored, but not acted on by this version of Luotsi: ");
    assertThat(written(type, "", "{'metadata': {'labels': {'a': 'b'}}}").warnings())
        .isEqualTo(created);
    if (!sample.status().isEmpty()) {
      assertThat(written(type, "status", sample.status()).warnings()).isEmpty();
    }
  }

  static Stream<ResourceType> scalableKinds() {
    return kinds().filter(type -> type.subresource("scale").isPresent());
  }

  @ParameterizedTest
  @MethodSource("scalableKinds")
  @Conformance({
    "ReplicaSet, completes the scaling of a ReplicaSet subresource",
    "Replication Controller, get and update ReplicationController scale",
    "StatefulSet resource Replica scaling"
  })
  void theScaleOfAKindIsReadReplacedAndPatched(ResourceType type) {
    GroupVersionResource resource = type.groupVersionResource();
    ok(make(type));
    Target target = target(type, "scale");

    ObjectNode scale = json(ok(api.pipeline().get(target, OptionalLong.empty())));
    assertThat(scale.path("kind").asText()).isEqualTo("Scale");
    assertThat(scale.at("/metadata/name").asText()).isEqualTo(KindSamples.name(type));
    assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(1);
    scale.withObject("/spec").put("replicas", 2);
    Written replaced = ok(api.pipeline().update(target, new Body(scale, List.of()), STRICT));
    assertThat(json(replaced.object()).at("/spec/replicas").asInt()).isEqualTo(2);
    assertThat(json(ok(client.get(resource, key(type)))).at("/spec/replicas").asInt()).isEqualTo(2);
    patch(type, "scale", "{'spec': {'replicas': 4}}");
    assertThat(json(ok(client.get(resource, key(type)))).at("/spec/replicas").asInt()).isEqualTo(4);
  }

  @Test
  void aReplicationControllerIsScaledByItsOldStyleSelector() {
    ResourceType type = type("replicationcontrollers");
    ok(make(type));

    ok(
        api.pipeline()
            .patch(
                target(type, "scale"),
                PatchType.MERGE,
                json("{'spec': {'replicas': 7}}"),
                false,
                STRICT));
    JsonNode scale = json(ok(api.pipeline().get(target(type, "scale"), OptionalLong.empty())));

    assertThat(scale.at("/spec/replicas").asInt()).isEqualTo(7);
    assertThat(scale.at("/status/selector").asText()).isEqualTo("app=x");
  }

  @Test
  void aJobKnowsItsPodsByItsUid() {
    JsonNode job = json(ok(make(type("jobs"))).object());
    String uid = job.at("/metadata/uid").asText();

    assertThat(job.at("/spec/selector").toString())
        .isEqualTo("{\"matchLabels\":{\"batch.kubernetes.io/controller-uid\":\"" + uid + "\"}}");
    JsonNode labels = job.at("/spec/template/metadata/labels");
    assertThat(labels.path("job-name").asText()).isEqualTo("x");
    assertThat(labels.path("controller-uid").asText()).isEqualTo(uid);
    assertThat(labels).hasSize(4);
    assertThat(job.at("/metadata/labels")).isEqualTo(labels);
  }

  @Test
  void aSigningRequestSaysWhoAskedAndIsDecidedThroughItsSubresource() {
    ResourceType type = type("certificatesigningrequests");
    ok(make(type));
    String approve =
        "{'status': {'conditions': [{'type': 'Approved', 'status': 'True', 'reason': 'R'}]}}";

    assertThat(message(stage(type, "status", approve)))
        .contains("updates may not add a condition of type \"Approved\"");
    JsonNode approved = json(patch(type, "approval", approve));

    assertThat(approved.at("/spec/username").asText()).isEqualTo("system:admin");
    assertThat(approved.at("/status/conditions/0/lastTransitionTime").asText())
        .isEqualTo("2026-01-02T03:04:05Z");
    assertThat(message(stage(type, "approval", "{'status': {'conditions': []}}")))
        .contains("updates may not remove a condition of type \"Approved\"");
    assertThat(json(patch(type, "", "{'spec': {'signerName': 'b.io/x'}}")).at("/spec/signerName"))
        .isEqualTo(approved.at("/spec/signerName"));
    String pem =
        Base64.getEncoder()
            .encodeToString(SampleRequests.CERTIFICATE.getBytes(StandardCharsets.US_ASCII));
    String certificate = "{'status': {'certificate': '" + pem + "'}}";
    assertThat(json(patch(type, "approval", certificate)).at("/status/certificate")).isEmpty();
    assertThat(json(patch(type, "status", certificate)).at("/status/certificate").asText())
        .isEqualTo(pem);
    assertThat(message(stage(type, "status", "{'status': {'certificate': 'eQ=='}}")))
        .contains("updates may not modify existing certificate content");
  }

  @Test
  void aDaemonSetsTemplateIsCounted() {
    ResourceType type = type("daemonsets");
    JsonNode made = json(ok(make(type)).object());
    JsonNode other = json(patch(type, "", "{'spec': {'minReadySeconds': 1}}"));
    JsonNode changed = json(patch(type, "", "{'spec': {'template': {'spec': {'hostname': 'h'}}}}"));

    assertThat(List.of(count(made), count(other), count(changed))).containsExactly("1", "1", "2");
  }

  private static String count(JsonNode set) {
    return set.at("/metadata/annotations/deprecated.daemonset.template.generation").asText();
  }

  @Test
  void aVolumeSaysSinceWhenItIsInItsPhase() {
    ResourceType type = type("persistentvolumes");
    JsonNode made = json(ok(make(type)).object());

    assertThat(made.at("/status").toString())
        .isEqualTo("{\"phase\":\"Pending\",\"lastPhaseTransitionTime\":\"2026-01-02T03:04:05Z\"}");
  }

  @Test
  void aPodGetsTheNumberOfItsPriorityClass() {
    ObjectNode ten = KindSamples.of("priorityclasses.scheduling.k8s.io").object("ten");
    ten.put("preemptionPolicy", "Never");
    ok(client.create(type("priorityclasses").groupVersionResource(), "", ten));
    ObjectNode pod = Requests.pod("p");
    pod.withObject("spec").put("priorityClassName", "ten");

    JsonNode spec = json(ok(client.create(Requests.PODS, "default", pod))).path("spec");

    assertThat(spec.path("priority").asInt()).isEqualTo(10);
    assertThat(spec.path("preemptionPolicy").asText()).isEqualTo("Never");
  }

  @Test
  void onePriorityClassIsTheDefaultOfPodsThatNameNone() {
    GroupVersionResource classes = type("priorityclasses").groupVersionResource();
    ObjectNode usual = KindSamples.of("priorityclasses.scheduling.k8s.io").object("usual");
    ok(client.create(classes, "", usual.put("globalDefault", true)));
    ObjectNode second = usual.deepCopy();
    second.withObject("metadata").put("name", "second");

    assertThat(message(client.create(classes, "", second)))
        .contains("PriorityClass usual is already marked as default. Only one default can exist");
    JsonNode spec =
        json(ok(client.create(Requests.PODS, "default", Requests.pod("p")))).path("spec");
    assertThat(spec.path("priority").asInt()).isEqualTo(10);
    assertThat(spec.path("priorityClassName").asText()).isEqualTo("usual");
  }

  private CompletionStage<Outcome<Written>> make(ResourceType type) {
    ObjectNode object =
        KindSamples.of(type.groupResource().toString()).object(KindSamples.name(type));
    return api.pipeline().create(collection(type), new Body(object, List.of()), STRICT);
  }

  private static ObjectKey key(ResourceType type) {
    return type.namespaced()
        ? ObjectKey.of("default", KindSamples.name(type))
        : ObjectKey.of(KindSamples.name(type));
  }

  private static Target collection(ResourceType type) {
    return new Target(
        UserInfo.component("admin"), type, type.namespaced() ? "default" : "", "", "");
  }

  private static Target target(ResourceType type, String subresource) {
    return new Target(
        UserInfo.component("admin"),
        type,
        type.namespaced() ? "default" : "",
        KindSamples.name(type),
        subresource);
  }

  private CompletionStage<Outcome<Written>> stage(
      ResourceType type, String subresource, String patch) {
    return api.pipeline()
        .patch(target(type, subresource), PatchType.MERGE, json(patch), false, STRICT);
  }

  private Written written(ResourceType type, String subresource, String patch) {
    return ok(stage(type, subresource, patch));
  }

  private StoredObject patch(ResourceType type, String subresource, String patch) {
    return written(type, subresource, patch).object();
  }

  private ResourceType type(String plural) {
    return api.pipeline().catalog().types().stream()
        .filter(type -> type.plural().equals(plural))
        .findFirst()
        .orElseThrow();
  }

  /** Every scalar of {@code part} is in {@code whole} at the same place. */
  private static void assertContains(JsonNode whole, JsonNode part) {
    part.properties()
        .forEach(
            field -> {
              JsonNode there = whole.path(field.getKey());
              if (field.getValue().isObject()) {
                assertContains(there, field.getValue());
              } else if (field.getValue().isArray()) {
                assertThat(there.size()).isEqualTo(field.getValue().size());
              } else {
                assertThat(there).isEqualTo(Json.asRead(field.getValue()));
              }
            });
  }
}
