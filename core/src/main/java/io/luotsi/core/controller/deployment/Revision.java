package io.luotsi.core.controller.deployment;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Selectors;
import io.luotsi.core.controller.Timestamps;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * One ReplicaSet of a Deployment while a plan is made: as it was seen, and what the plan has
 * changed of it so far. Lives no longer than one plan.
 */
final class Revision {
  static final String REVISION = "deployment.kubernetes.io/revision";
  static final String HISTORY = "deployment.kubernetes.io/revision-history";
  static final String DESIRED = "deployment.kubernetes.io/desired-replicas";
  static final String MAX = "deployment.kubernetes.io/max-replicas";

  static final Comparator<Revision> BY_CREATION =
      Comparator.comparing((Revision r) -> r.created).thenComparing(Revision::name);

  private final StoredObject seen;
  private final JsonNode spec;
  private final JsonNode status;
  private final Instant created;
  private final long generation;
  private final Map<String, String> annotations;
  private final Map<String, String> changedAnnotations = new LinkedHashMap<>();
  private final int minReadySecondsSeen;
  private int minReadySeconds;
  private final int replicasSeen;
  private int replicas;

  private Revision(StoredObject seen, ObjectNode json) {
    this.seen = seen;
    this.spec = json.path("spec");
    this.status = json.path("status");
    this.created = Timestamps.read(json.at("/metadata/creationTimestamp")).orElse(Instant.EPOCH);
    this.generation = json.at("/metadata/generation").asLong();
    this.annotations = Selectors.strings(json.at("/metadata/annotations"));
    this.replicasSeen = spec.path("replicas").asInt(1);
    this.replicas = replicasSeen;
    this.minReadySecondsSeen = spec.path("minReadySeconds").asInt(0);
    this.minReadySeconds = minReadySecondsSeen;
  }

  static Revision of(StoredObject replicaSet) {
    return new Revision(replicaSet, Json.readObject(replicaSet.json()));
  }

  ObjectKey key() {
    return seen.key();
  }

  String name() {
    return seen.key().name();
  }

  String uid() {
    return seen.uid();
  }

  boolean deleting() {
    return seen.deleting();
  }

  Instant created() {
    return created;
  }

  JsonNode template() {
    return spec.path("template");
  }

  JsonNode status() {
    return status;
  }

  /** As wanted, with what the plan has changed. */
  int replicas() {
    return replicas;
  }

  int actualReplicas() {
    return status.path("replicas").asInt(0);
  }

  int readyReplicas() {
    return status.path("readyReplicas").asInt(0);
  }

  int availableReplicas() {
    return status.path("availableReplicas").asInt(0);
  }

  boolean observed() {
    return status.path("observedGeneration").asLong(0) >= generation;
  }

  Optional<String> annotation(String name) {
    return Optional.ofNullable(annotations.get(name));
  }

  Map<String, String> annotations() {
    return annotations;
  }

  /** 0 if it has none, or one that is no number. */
  long revision() {
    return number(REVISION).orElse(0L);
  }

  Optional<Long> number(String annotation) {
    try {
      return annotation(annotation).map(Long::parseLong);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  void annotate(String name, String value) {
    if (!Objects.equals(annotations.put(name, value), value)) {
      changedAnnotations.put(name, value);
    }
  }

  void minReadySeconds(int seconds) {
    minReadySeconds = seconds;
  }

  /** Sets the size, and notes the Deployment's beside it for proportional scaling. */
  void scale(int size, DeploymentView deployment) {
    replicas = size;
    noteSize(deployment);
  }

  void noteSize(DeploymentView deployment) {
    annotate(DESIRED, Integer.toString(deployment.replicas()));
    annotate(MAX, Integer.toString(deployment.mostPods()));
  }

  /** What the plan has changed, in one patch that is refused if anybody else wrote meanwhile. */
  Optional<Action> patch() {
    ObjectNode patch = Json.object();
    ObjectNode metadata = patch.putObject("metadata");
    metadata.put("uid", uid()).put("resourceVersion", Long.toString(seen.resourceVersion()));
    if (!changedAnnotations.isEmpty()) {
      ObjectNode changed = metadata.putObject("annotations");
      changedAnnotations.forEach(changed::put);
    }
    if (replicas != replicasSeen) {
      patch.withObject("/spec").put("replicas", replicas);
    }
    if (minReadySeconds != minReadySecondsSeen) {
      patch.withObject("/spec").put("minReadySeconds", minReadySeconds);
    }
    boolean changed = !changedAnnotations.isEmpty() || patch.has("spec");
    return changed
        ? Optional.of(Action.merge(Resources.REPLICA_SETS, key(), "", patch))
        : Optional.empty();
  }
}
