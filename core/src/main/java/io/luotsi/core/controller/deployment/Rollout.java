package io.luotsi.core.controller.deployment;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Ownership;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.deployment.DeploymentReconcile.NewReplicaSet;
import io.luotsi.core.controller.deployment.DeploymentReconcile.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Predicate;

/** One round of planning for one Deployment. Used once. */
final class Rollout {
  private static final int HISTORY_LIMIT_CHARS = 2000;

  /** Annotations of a Deployment that are not its ReplicaSets'. */
  private static final Set<String> OWN_ANNOTATIONS =
      Set.of(
          "kubectl.kubernetes.io/last-applied-configuration",
          Revision.REVISION,
          Revision.HISTORY,
          Revision.DESIRED,
          Revision.MAX,
          "deprecated.deployment.rollback.to");

  private final DeploymentView deployment;
  private final Instant now;
  private final List<Revision> old = new ArrayList<>();
  private final List<Revision> all;
  private final Optional<Revision> newest;
  private final DeploymentConditions conditions;
  private final List<Action> actions = new ArrayList<>();
  private final List<Action> events = new ArrayList<>();
  private final Map<String, String> annotations = new LinkedHashMap<>();
  private Optional<NewReplicaSet> creation = Optional.empty();

  Rollout(DeploymentView deployment, List<Revision> own, Instant now) {
    this.deployment = deployment;
    this.now = now;
    this.conditions = new DeploymentConditions(deployment.status(), now);
    this.all = new ArrayList<>(own);
    all.sort(Revision.BY_CREATION);
    // The oldest with the same template, should there be several.
    this.newest =
        all.stream()
            .filter(rs -> TemplateHash.sameButForHash(rs.template(), deployment.template()))
            .findFirst();
    all.stream().filter(rs -> newest.isEmpty() || rs != newest.get()).forEach(old::add);
  }

  Plan plan(Predicate<String> runsOldPods) {
    if (deployment.deleting()) {
      return finish(false);
    }
    notePause();
    if (deployment.paused()) {
      reviseNewest();
      scaleProportionally();
      cleanUp();
      return finish(false);
    }
    reviseNewest();
    if (sizeChanged()) {
      scaleProportionally();
      return finish(false);
    }
    boolean moved = deployment.rolling() ? roll() : recreate(runsOldPods);
    if (!moved && RolloutStatus.wasComplete(deployment)) {
      cleanUp();
    }
    return finish(true);
  }

  private Plan finish(boolean judge) {
    all.forEach(revision -> revision.patch().ifPresent(actions::add));
    actions.addAll(events);
    RolloutStatus status = new RolloutStatus(deployment, all, newest, conditions, now);
    if (judge) {
      status.judgeProgress();
    }
    // Taken before the availability condition, which has no deadline, is judged.
    var again = judge ? status.deadline() : Optional.<Duration>empty();
    status.action(annotations).ifPresent(actions::add);
    return new Plan(List.copyOf(actions), creation, again);
  }

  private void notePause() {
    if (deployment.progressDeadlineSeconds().isEmpty()
        || conditions.reason("Progressing").equals("ProgressDeadlineExceeded")) {
      return;
    }
    boolean noted = conditions.reason("Progressing").equals("DeploymentPaused");
    if (deployment.paused() && !noted) {
      conditions.set("Progressing", "Unknown", "DeploymentPaused", "Deployment is paused");
    } else if (!deployment.paused() && noted) {
      conditions.set("Progressing", "Unknown", "DeploymentResumed", "Deployment is resumed");
    }
  }

  // ---- revisions ----

  /** Gives the newest ReplicaSet its revision, annotations and settings, if it exists. */
  private void reviseNewest() {
    if (newest.isEmpty()) {
      return;
    }
    Revision revision = newest.get();
    long next = nextRevision();
    inheritedAnnotations().forEach(revision::annotate);
    if (revision.revision() < next) {
      Optional<String> before = revision.annotation(Revision.REVISION);
      revision.annotate(Revision.REVISION, Long.toString(next));
      before.ifPresent(was -> noteHistory(revision, was));
    }
    revision.minReadySeconds(deployment.minReadySeconds());
    annotateRevision(revision.annotation(Revision.REVISION).orElse(Long.toString(next)));
    if (deployment.progressDeadlineSeconds().isPresent()
        && conditions.get("Progressing").isEmpty()) {
      conditions.set(
          "Progressing",
          "True",
          "FoundNewReplicaSet",
          "Found new replica set \"" + revision.name() + "\"");
    }
  }

  private long nextRevision() {
    return old.stream().mapToLong(Revision::revision).max().orElse(0) + 1;
  }

  private void annotateRevision(String revision) {
    if (!revision.equals(deployment.annotations().get(Revision.REVISION))) {
      annotations.put(Revision.REVISION, revision);
    }
  }

  private Map<String, String> inheritedAnnotations() {
    Map<String, String> inherited = new LinkedHashMap<>(deployment.annotations());
    inherited.keySet().removeAll(OWN_ANNOTATIONS);
    return inherited;
  }

  private static void noteHistory(Revision revision, String before) {
    List<String> history = new ArrayList<>();
    revision
        .annotation(Revision.HISTORY)
        .filter(text -> !text.isEmpty())
        .ifPresent(text -> history.addAll(List.of(text.split(","))));
    history.add(before);
    while (String.join(",", history).length() > HISTORY_LIMIT_CHARS && history.size() > 1) {
      history.removeFirst();
    }
    revision.annotate(Revision.HISTORY, String.join(",", history));
  }

  /** Plans a ReplicaSet for the template. It is not in {@link #all} before it has been seen. */
  private void createNewest() {
    String hash = TemplateHash.of(deployment.template(), deployment.collisionCount());
    String name = deployment.key().name() + "-" + hash;
    int size = sizeOfNewest(0);
    long revision = nextRevision();
    ObjectNode template = deployment.template().deepCopy();
    template.withObject("/metadata/labels").put(TemplateHash.LABEL, hash);
    ObjectNode replicaSet = Json.object();
    replicaSet.put("apiVersion", "apps/v1");
    replicaSet.put("kind", "ReplicaSet");
    ObjectNode metadata = replicaSet.putObject("metadata");
    metadata.put("name", name).put("namespace", deployment.key().namespace());
    metadata.set("labels", template.at("/metadata/labels").deepCopy());
    ObjectNode noted = metadata.putObject("annotations");
    inheritedAnnotations().forEach(noted::put);
    noted.put(Revision.REVISION, Long.toString(revision));
    noted.put(Revision.DESIRED, Integer.toString(deployment.replicas()));
    noted.put(Revision.MAX, Integer.toString(deployment.mostPods()));
    metadata
        .putArray("ownerReferences")
        .add(
            Ownership.controllerReference(
                Resources.DEPLOYMENT, deployment.key().name(), deployment.uid()));
    ObjectNode spec = replicaSet.putObject("spec");
    spec.put("replicas", size);
    if (deployment.minReadySeconds() > 0) {
      spec.put("minReadySeconds", deployment.minReadySeconds());
    }
    ObjectNode selector = spec.set("selector", deployment.selectorJson().deepCopy());
    ((ObjectNode) selector.get("selector"))
        .withObject("/matchLabels")
        .put(TemplateHash.LABEL, hash);
    spec.set("template", template);
    var create =
        new Action.Create(Resources.REPLICA_SETS, deployment.key().namespace(), replicaSet);
    creation = Optional.of(new NewReplicaSet(create, deployment.template()));
    actions.add(create);
    if (size > 0) {
      scaled("up", name, 0, size);
    }
    annotateRevision(Long.toString(revision));
    if (deployment.progressDeadlineSeconds().isPresent()) {
      conditions.set(
          "Progressing",
          "True",
          "NewReplicaSetCreated",
          "Created new replica set \"" + name + "\"");
    }
  }

  // ---- scaling ----

  private void scale(Revision revision, int size) {
    int before = revision.replicas();
    revision.scale(size, deployment);
    if (before != size) {
      scaled(before < size ? "up" : "down", revision.name(), before, size);
    }
  }

  private void scaled(String direction, String name, int from, int to) {
    events.add(
        Action.normal(
            deployment.subject(),
            "ScalingReplicaSet",
            "Scaled %s replica set %s from %d to %d".formatted(direction, name, from, to)));
  }

  private List<Revision> active() {
    return all.stream().filter(rs -> rs.replicas() > 0).toList();
  }

  private static int wanted(List<Revision> revisions) {
    return revisions.stream().mapToInt(Revision::replicas).sum();
  }

  private boolean sizeChanged() {
    return active().stream()
        .flatMap(rs -> rs.number(Revision.DESIRED).stream())
        .anyMatch(desired -> desired != deployment.replicas());
  }

  private void scaleProportionally() {
    List<Revision> active = active();
    if (active.size() <= 1) {
      Optional<Revision> latest =
          active.isEmpty()
              ? newest.or(() -> old.stream().max(Revision.BY_CREATION))
              : Optional.of(active.getFirst());
      latest
          .filter(rs -> rs.replicas() != deployment.replicas())
          .ifPresent(rs -> scale(rs, deployment.replicas()));
      latest.ifPresent(rs -> rs.noteSize(deployment));
      return;
    }
    if (newest.isPresent() && saturated(newest.get())) {
      old.stream().filter(rs -> rs.replicas() > 0).forEach(rs -> scale(rs, 0));
      newest.get().noteSize(deployment);
      return;
    }
    if (deployment.rolling()) {
      Proportions.spread(deployment, active).forEach(this::scale);
    }
  }

  /** The newest alone can carry the Deployment, by its own annotations too. */
  private boolean saturated(Revision revision) {
    int replicas = deployment.replicas();
    return revision.replicas() == replicas
        && revision.number(Revision.DESIRED).orElse(-1L) == replicas
        && revision.availableReplicas() == replicas;
  }

  /** The size a ReplicaSet of that size can grow to without too many pods in all. */
  private int sizeOfNewest(int size) {
    if (!deployment.rolling()) {
      return deployment.replicas();
    }
    int room = deployment.mostPods() - wanted(all);
    return room <= 0 ? size : size + Math.min(room, deployment.replicas() - size);
  }

  // ---- strategies ----

  /** One step of a rolling update; whether it took one. */
  private boolean roll() {
    if (newest.isEmpty()) {
      createNewest();
      return true;
    }
    Revision revision = newest.get();
    if (revision.replicas() != deployment.replicas()) {
      int size =
          revision.replicas() > deployment.replicas()
              ? deployment.replicas()
              : sizeOfNewest(revision.replicas());
      boolean moves = size != revision.replicas();
      scale(revision, size);
      if (moves) {
        return true;
      }
    }
    return shrinkOld(revision);
  }

  private boolean shrinkOld(Revision revision) {
    List<Revision> shrinking = old.stream().filter(rs -> rs.replicas() > 0).toList();
    if (shrinking.isEmpty()) {
      return false;
    }
    int unavailable = revision.replicas() - revision.availableReplicas();
    int spare = wanted(all) - deployment.fewestAvailable() - unavailable;
    if (spare <= 0) {
      return false;
    }
    int removed = 0;
    // First those pods that nobody misses.
    for (Revision rs : shrinking) {
      int unhealthy = Math.max(0, rs.replicas() - rs.availableReplicas());
      removed += shrink(rs, Math.min(spare - removed, unhealthy));
    }
    int available = all.stream().mapToInt(Revision::availableReplicas).sum();
    int more = available - deployment.fewestAvailable();
    for (Revision rs : shrinking) {
      int taken = more <= 0 ? 0 : shrink(rs, Math.min(more, rs.replicas()));
      more -= taken;
      removed += taken;
    }
    return removed > 0;
  }

  private int shrink(Revision revision, int by) {
    if (by > 0) {
      scale(revision, revision.replicas() - by);
    }
    return Math.max(0, by);
  }

  /** One step of Recreate; whether it took one. */
  private boolean recreate(Predicate<String> runsOldPods) {
    List<Revision> shrinking = old.stream().filter(rs -> rs.replicas() > 0).toList();
    if (!shrinking.isEmpty()) {
      shrinking.forEach(rs -> scale(rs, 0));
      return true;
    }
    if (old.stream().anyMatch(rs -> rs.actualReplicas() > 0 || runsOldPods.test(rs.uid()))) {
      return true;
    }
    if (newest.isEmpty()) {
      createNewest();
      return true;
    }
    boolean moves = newest.get().replicas() != deployment.replicas();
    if (moves) {
      scale(newest.get(), deployment.replicas());
    }
    return moves;
  }

  /** Deletes the oldest of those ReplicaSets that nobody needs but to go back to. */
  private void cleanUp() {
    OptionalInt limit =
        deployment.revisionHistoryLimit().map(OptionalInt::of).orElse(OptionalInt.empty());
    List<Revision> alive = new ArrayList<>(old.stream().filter(rs -> !rs.deleting()).toList());
    if (limit.isEmpty() || alive.size() <= limit.getAsInt()) {
      return;
    }
    alive.sort(Comparator.comparingLong(Revision::revision).thenComparing(Revision.BY_CREATION));
    for (Revision rs : alive.subList(0, alive.size() - limit.getAsInt())) {
      if (rs.replicas() == 0 && rs.actualReplicas() == 0 && rs.observed()) {
        actions.add(
            new Action.Delete(
                Resources.REPLICA_SETS,
                rs.key(),
                new DeleteOptions(
                    OptionalInt.empty(),
                    Optional.empty(),
                    Optional.of(rs.uid()),
                    Optional.empty())));
      }
    }
  }
}
