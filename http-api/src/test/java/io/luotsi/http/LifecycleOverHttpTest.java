package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.KindSamples;
import io.luotsi.core.apiserver.KindSamples.Sample;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.Verb;
import io.luotsi.core.conformance.Conformance;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The walk that upstream's conformance suite takes through the API of most kinds. */
@Timeout(60)
class LifecycleOverHttpTest {
  private static final String JSON = "application/json";
  private static final String MERGE = "application/merge-patch+json";
  private static final String NAMESPACE = "default";

  /** A controller lets go of them, and there is none here. */
  private static final Set<String> HELD = Set.of("namespaces", "customresourcedefinitions");

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    answered(
        201,
        server.send(
            "POST",
            "/api/v1/namespaces/default/serviceaccounts",
            JSON,
            "{\"metadata\":{\"name\":\"default\"}}"));
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<ResourceType> kinds() {
    return BuiltInCatalog.load().types().stream().filter(type -> type.verbs().contains(Verb.WATCH));
  }

  private static JsonNode answered(int code, HttpResponse<String> response) {
    assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
  }

  /** Where all objects of a kind are, and where those of one namespace are. */
  private record Paths(String all, String collection, String one) {
    static Paths of(ResourceType type) {
      String group = type.kind().group();
      String root =
          (group.isEmpty() ? "/api/" : "/apis/" + group + "/") + type.kind().version() + "/";
      String all = root + type.plural();
      String collection =
          type.namespaced() ? root + "namespaces/" + NAMESPACE + "/" + type.plural() : all;
      return new Paths(all, collection, collection + "/" + KindSamples.name(type));
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  @Conformance({
    "MutatingAdmissionPolicy API",
    "MutatingAdmissionPolicyBinding API",
    "ValidatingAdmissionPolicy API",
    "ValidatingadmissionPolicyBinding API",
    "ResourceQuota, manage lifecycle of a ResourceQuota",
    "DaemonSet, list and delete a collection of DaemonSets",
    "ReplicaSet, list and delete a collection of ReplicaSets",
    "StatefulSet, list, patch and delete a collection of StatefulSets",
    "Pods, completes the lifecycle of a Pod and the PodStatus",
    "ControllerRevision, resource lifecycle",
    "CronJob API Operations",
    "DaemonSet, status sub-resource",
    "Deployment, status sub-resource",
    "PodDisruptionBudget: list and delete collection",
    "PodDisruptionBudget: create, update, patch, and delete object",
    "PodDisruptionBudget: update and patch status",
    "Jobs, apply changes to status",
    "ReplicaSet, status sub-resource",
    "StatefulSet, status sub-resource",
    "Priority and Fairness FlowSchema API",
    "Priority and Fairness PriorityLevelConfiguration API",
    "Custom Resource Definition, list",
    "Custom Resource Definition, status sub-resource",
    "Namespace, apply update to a namespace",
    "Namespace patching",
    "New Event resource lifecycle, testing a list of events",
    "Event, delete a collection",
    "CertificateSigningRequest API",
    "ServiceAccount lifecycle test",
    "ServiceAccount, update a ServiceAccount",
    "CRUD operations for deviceclasses",
    "CRUD operations for resourceclaims",
    "CRUD operations for resourceclaimtemplates",
    "CRUD operations for resoureslices",
    "EndpointSlice API",
    "Endpoint resource lifecycle",
    "Ingress API",
    "IngressClass API",
    "IPAddress API",
    "ServiceCIDR API",
    "Service, complete ServiceStatus lifecycle",
    "Service, deletes a collection of services",
    "Node, resource lifecycle",
    "LimitRange, list, patch and delete a LimitRange by collection",
    "Scheduler, Verify PriorityClass endpoints",
    "CSIDriver, lifecycle",
    "CSINode, lifecycle",
    "CSIStorageCapacity API",
    "PersistentVolumes(Claims), apply changes to a pv/pvc status",
    "PersistentVolumes(Claims), lifecycle",
    "StorageClass, lifecycle",
    "VolumeAttachment, apply changes to a volumeattachment status",
    "VolumeAttachment, lifecycle",
    "VolumeAttributesClass, lifecycle",
    "ConfigMap lifecycle",
    "ConfigMap Update",
    "Secret patching",
    "lease API should be available",
    "PodTemplate, delete a collection",
    "PodTemplate, replace",
    "PodTemplate lifecycle",
    "Pods, delete a collection",
    "Pods, patching status",
    "RuntimeClass API"
  })
  void anObjectIsMadeFoundWatchedChangedAndRemoved(ResourceType type) throws Exception {
    Sample sample = KindSamples.of(type.groupResource().toString());
    Paths paths = Paths.of(type);
    String label = "walk=" + type.plural();
    String selected = "?labelSelector=walk%3D" + type.plural();
    String before = answered(200, server.get(paths.all())).at("/metadata/resourceVersion").asText();

    JsonNode made = create(type, sample, paths, label);
    assertThat(answered(200, server.get(paths.one()))).isEqualTo(made);
    for (String path : List.of(paths.collection(), paths.all())) {
      JsonNode list = answered(200, server.get(path + selected));
      assertThat(list.path("kind").asText()).isEqualTo(type.kind().kind() + "List");
      assertThat(list.path("items")).hasSize(1);
      assertThat(list.at("/items/0/metadata/uid")).isEqualTo(made.at("/metadata/uid"));
    }

    ObjectNode patch = sample.change().isEmpty() ? Json.object() : read(sample.change());
    patch.withObject("metadata").withObject("labels").put("patched", "true");
    JsonNode patched = answered(200, server.send("PATCH", paths.one(), MERGE, patch.toString()));
    assertThat(patched.at("/metadata/labels/patched").asText()).isEqualTo("true");
    assertThat(patched.at("/metadata/labels/walk").asText()).isEqualTo(type.plural());
    ObjectNode whole = patched.deepCopy();
    whole.withObject("metadata").withObject("annotations").put("updated", "true");
    JsonNode updated = answered(200, server.send("PUT", paths.one(), JSON, whole.toString()));
    assertThat(updated.at("/metadata/annotations/updated").asText()).isEqualTo("true");
    assertThat(updated.at("/metadata/uid")).isEqualTo(made.at("/metadata/uid"));
    assertThat(server.send("PUT", paths.one(), JSON, whole.toString()).statusCode())
        .as("the version that it names is gone")
        .isEqualTo(409);
    if (type.subresource("status").isPresent()) {
      walkStatus(sample, paths);
    }

    remove(type, paths);
    if (type.verbs().contains(Verb.DELETECOLLECTION) && !HELD.contains(type.plural())) {
      create(type, sample, paths, label);
      answered(200, server.send("DELETE", paths.collection() + selected, JSON, ""));
      assertThat(answered(200, server.get(paths.all() + selected)).path("items")).isEmpty();
    }
    List<String> events =
        watched(
            paths.all() + selected + "&watch=1&resourceVersion=" + before,
            !HELD.contains(type.plural()));
    assertThat(events.getFirst()).isEqualTo("ADDED");
    assertThat(events.get(1)).isEqualTo("MODIFIED");
    assertThat(events.get(2)).isEqualTo("MODIFIED");
  }

  private static ObjectNode read(String json) {
    return Json.readObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static JsonNode create(ResourceType type, Sample sample, Paths paths, String label) {
    ObjectNode object = sample.object(KindSamples.name(type));
    object.withObject("metadata").withObject("labels").put("walk", label.substring(5));
    JsonNode made = answered(201, server.send("POST", paths.collection(), JSON, object.toString()));
    assertThat(made.at("/metadata/creationTimestamp").isTextual()).isTrue();
    assertThat(made.at("/metadata/uid").asText()).isNotEmpty();
    return made;
  }

  private static void walkStatus(Sample sample, Paths paths) {
    String status = paths.one() + "/status";
    ObjectNode patch = read(sample.status());
    JsonNode patched = answered(200, server.send("PATCH", status, MERGE, patch.toString()));
    assertThat(contains(patched.path("status"), patch.path("status")))
        .as("%s in %s", patch, patched)
        .isTrue();
    JsonNode found = answered(200, server.get(status));
    assertThat(found).isEqualTo(patched);
    assertThat(answered(200, server.send("PUT", status, JSON, found.toString()))).isEqualTo(found);
  }

  /** Whether all that was said is there, besides what the server adds. */
  private static boolean contains(JsonNode whole, JsonNode part) {
    if (part.isObject()) {
      return part.propertyStream()
          .allMatch(field -> contains(whole.path(field.getKey()), field.getValue()));
    }
    if (part.isArray()) {
      for (int i = 0; i < part.size(); i++) {
        if (!contains(whole.path(i), part.get(i))) {
          return false;
        }
      }
      return true;
    }
    return whole.asText().equals(part.asText());
  }

  private static void remove(ResourceType type, Paths paths) {
    assertThat(server.send("DELETE", paths.one(), JSON, "").statusCode()).isEqualTo(200);
    if (!HELD.contains(type.plural())) {
      assertThat(server.get(paths.one()).statusCode()).isEqualTo(404);
    }
  }

  /** Types of events up to the first deletion, or the third if there is none. */
  private static List<String> watched(String path, boolean goes) throws Exception {
    HttpResponse<InputStream> watch =
        server
            .admin()
            .sendAsync(
                server.request(path).GET().build(), HttpResponse.BodyHandlers.ofInputStream())
            .get(15, TimeUnit.SECONDS);
    assertThat(watch.statusCode()).isEqualTo(200);
    List<String> types = new ArrayList<>();
    try (BufferedReader lines =
        new BufferedReader(new InputStreamReader(watch.body(), StandardCharsets.UTF_8))) {
      while (goes ? !types.contains("DELETED") : types.size() < 3) {
        types.add(next(lines));
      }
    }
    return types;
  }

  private static String next(BufferedReader lines) throws IOException {
    String line = lines.readLine();
    assertThat(line).as("an event").isNotNull();
    return Json.readObject(line.getBytes(StandardCharsets.UTF_8)).path("type").asText();
  }
}
