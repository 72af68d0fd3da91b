package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import java.time.Duration;
import java.util.Map;
import java.util.Set;

/**
 * Looks at the pods as this member has them, which is how a node that watches here saw them, too.
 * Costs a look at the index of each pod of the namespace, and reads those of the node.
 *
 * @see "Source: plugin/pkg/auth/authorizer/node graph.go; pkg/api/v1/pod VisitPodSecretNames"
 */
public final class PodReferences implements NodeReferences {
  private static final GroupResource PODS = new GroupResource("", "pods");
  private static final Outcome<ResourceSnapshot> NOT_YET =
      Outcome.rejected(
          new Rejection.TooManyRequests("the pods are not known yet", Duration.ofSeconds(1)));

  /** Fields of a pod's spec that name an object in a field of theirs, wherever they stand. */
  private static final Map<String, Set<String>> REFERENCES =
      Map.of(
          "secrets",
          Set.of(
              "secretKeyRef",
              "secretRef",
              "secret",
              "azureFile",
              "nodePublishSecretRef",
              "imagePullSecrets"),
          "configmaps",
          Set.of("configMapKeyRef", "configMapRef", "configMap"));

  private static final Set<String> NAMES = Set.of("name", "secretName");

  private final Store store;

  public PodReferences(Store store) {
    this.store = store;
  }

  @Override
  public Outcome<Boolean> needs(String node, GroupResource resource, ObjectKey key) {
    return store
        .read(PODS, ReadVersion.ANY)
        .toCompletableFuture()
        .getNow(NOT_YET)
        .map(pods -> needs(pods, node, resource, key));
  }

  private static boolean needs(
      ResourceSnapshot pods, String node, GroupResource resource, ObjectKey key) {
    if (resource.equals(PODS)) {
      return pods.get(key).filter(pod -> isBound(pod, node)).isPresent();
    }
    return pods.namespace(key.namespace()).values().stream()
        .filter(pod -> isBound(pod, node))
        .anyMatch(pod -> names(Json.readObject(pod.json()).path("spec"), resource, key.name()));
  }

  private static boolean isBound(StoredObject pod, String node) {
    return pod.field("spec.nodeName").equals(node);
  }

  private static boolean names(JsonNode spec, GroupResource resource, String name) {
    return switch (resource.toString()) {
      case "serviceaccounts" -> spec.path("serviceAccountName").asText().equals(name);
      default -> refers(spec, REFERENCES.getOrDefault(resource.toString(), Set.of()), name);
    };
  }

  /** Whether a pod's spec names any object of the kind. */
  static boolean refersToAny(JsonNode spec, String resource) {
    return REFERENCES.get(resource).stream().anyMatch(field -> !spec.findValues(field).isEmpty());
  }

  private static boolean refers(JsonNode within, Set<String> fields, String name) {
    for (String field : fields) {
      for (JsonNode reference : within.findValues(field)) {
        if (NAMES.stream().anyMatch(n -> reference.findValuesAsText(n).contains(name))) {
          return true;
        }
      }
    }
    return false;
  }
}
