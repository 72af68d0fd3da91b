package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ResourceSnapshot;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Upstream's plugins DefaultStorageClass and DefaultIngressClass: a claim or an Ingress that names
 * no class gets the one that is marked as the default, the newest of several.
 *
 * @see "Source: plugin/pkg/admission/storage/storageclass/setdefault; network/defaultingressclass"
 */
final class DefaultClasses implements Admission {
  private final String resource;
  private final GroupResource classes;
  private final String field;
  private final String named;
  private final List<String> marks;

  /**
   * @param field of the spec that names a class
   * @param named annotation that named one before there was the field
   * @param marks annotations of a class that is the default
   */
  private DefaultClasses(
      String resource, GroupResource classes, String field, String named, List<String> marks) {
    this.resource = resource;
    this.classes = classes;
    this.field = field;
    this.named = named;
    this.marks = marks;
  }

  static Admission ofStorage() {
    return new DefaultClasses(
        "persistentvolumeclaims",
        new GroupResource("storage.k8s.io", "storageclasses"),
        "storageClassName",
        "volume.beta.kubernetes.io/storage-class",
        List.of(
            "storageclass.kubernetes.io/is-default-class",
            "storageclass.beta.kubernetes.io/is-default-class"));
  }

  static Admission ofIngresses() {
    return new DefaultClasses(
        "ingresses.networking.k8s.io",
        new GroupResource("networking.k8s.io", "ingressclasses"),
        "ingressClassName",
        "kubernetes.io/ingress.class",
        List.of("ingressclass.kubernetes.io/is-default-class"));
  }

  @Override
  public Optional<Rejection> admit(Request request) {
    Optional<ObjectNode> object = request.creationOf(resource).filter(this::namesNone);
    if (object.isEmpty()) {
      return Optional.empty();
    }
    return switch (request.reads().snapshot(classes)) {
      case Outcome.Rejected<ResourceSnapshot>(Rejection why) -> Optional.of(why);
      case Outcome.Done<ResourceSnapshot>(ResourceSnapshot all) -> {
        byDefault(all).ifPresent(name -> object.get().withObject("spec").put(field, name));
        yield Optional.empty();
      }
    };
  }

  private boolean namesNone(ObjectNode object) {
    return !object.path("spec").hasNonNull(field) && !annotations(object).has(named);
  }

  private static JsonNode annotations(ObjectNode object) {
    return object.path("metadata").path("annotations");
  }

  private record Candidate(String name, String created) {}

  private Optional<String> byDefault(ResourceSnapshot all) {
    return all.objects().values().stream()
        .map(StoredObject::json)
        .map(Json::readObject)
        .filter(
            type ->
                marks.stream().anyMatch(it -> annotations(type).path(it).asText().equals("true")))
        .map(it -> new Candidate(ObjectMeta.name(it), ObjectMeta.text(it, "creationTimestamp")))
        .min(Comparator.comparing(Candidate::created).reversed().thenComparing(Candidate::name))
        .map(Candidate::name);
  }
}
