package io.luotsi.core.controller.actor;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.Selectors;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.deployment.DeploymentReconcile;
import io.luotsi.core.controller.deployment.DeploymentReconcile.NewReplicaSet;
import io.luotsi.core.controller.deployment.DeploymentReconcile.Plan;
import io.luotsi.core.informer.Index;
import io.luotsi.core.informer.Informer;
import io.luotsi.core.informer.Projection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** Runs {@link DeploymentReconcile}. Keys are those of Deployments. */
final class DeploymentLoop implements Loop<ObjectKey> {
  private final Informers informers;
  private final Hands hands;
  private final Projection<PodView> pods;
  private final Clock clock;
  private final Projection<LabelSelector> selectors =
      new Projection<>(
          deployment -> Selectors.read(Json.readObject(deployment.json()).at("/spec/selector")));

  DeploymentLoop(Informers informers, Hands hands, Projection<PodView> pods, Clock clock) {
    this.informers = informers;
    this.hands = hands;
    this.pods = pods;
    this.clock = clock;
  }

  @Override
  public String name() {
    return "deployment-controller";
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(
        Resources.DEPLOYMENTS,
        (key, before, after) -> {
          if (after.isEmpty()) {
            selectors.forget(key);
          }
          wants.accept(key);
        },
        Index.CONTROLLER_UID);
    all.listen(
        Resources.REPLICA_SETS,
        (key, before, after) -> {
          before.flatMap(DeploymentLoop::owner).ifPresent(wants);
          after.flatMap(DeploymentLoop::owner).ifPresent(wants);
          after.filter(rs -> rs.controller().isEmpty()).ifPresent(rs -> adopters(rs, wants));
        },
        Index.CONTROLLER_UID,
        Index.ORPHANS);
    // Recreate waits for the last old pod to go.
    all.listen(
        Resources.PODS,
        (key, before, after) -> {
          if (after.isEmpty()) {
            before
                .flatMap(pod -> pod.controller())
                .filter(owner -> owner.kind().equals("ReplicaSet"))
                .flatMap(owner -> replicaSet(ObjectKey.of(key.namespace(), owner.name())))
                .flatMap(DeploymentLoop::owner)
                .ifPresent(wants);
          }
        },
        Index.CONTROLLER_UID);
  }

  private static Optional<ObjectKey> owner(StoredObject replicaSet) {
    return replicaSet
        .controller()
        .filter(owner -> owner.kind().equals("Deployment"))
        .map(owner -> ObjectKey.of(replicaSet.key().namespace(), owner.name()));
  }

  private Optional<StoredObject> replicaSet(ObjectKey key) {
    return informers.find(Resources.REPLICA_SETS).flatMap(sets -> sets.get(key));
  }

  private void adopters(StoredObject replicaSet, Consumer<ObjectKey> wants) {
    informers
        .find(Resources.DEPLOYMENTS)
        .ifPresent(
            deployments -> {
              for (StoredObject deployment : deployments.objects(replicaSet.key().namespace())) {
                if (selectors.of(deployment).matches(replicaSet.labels())) {
                  wants.accept(deployment.key());
                }
              }
            });
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.DEPLOYMENTS, key);
    if (found.isEmpty()) {
      return Result.DONE;
    }
    StoredObject deployment = found.get();
    Informer sets = informers.of(Resources.REPLICA_SETS);
    List<StoredObject> candidates =
        new ArrayList<>(sets.find(Index.CONTROLLER_UID, deployment.uid()));
    candidates.addAll(sets.find(Index.ORPHANS, key.namespace()));
    Instant now = clock.instant();
    Plan plan = DeploymentReconcile.plan(deployment, candidates, this::runsPods, now);
    Round round = hands.round();
    if (plan.creation().isEmpty()) {
      return round.end(round.run(plan.actions()), plan.again());
    }
    List<Action> rest = new ArrayList<>(plan.actions());
    rest.remove(plan.creation().get().create());
    Optional<Rejection> failure =
        switch (round.runTogether(List.of(plan.creation().get().create())).getFirst()) {
          case Outcome.Done<StoredObject> done -> round.run(rest);
          case Outcome.Rejected<StoredObject>(Rejection why) ->
              onRefused(deployment, plan.creation().get(), why, round);
        };
    return round.end(failure, plan.again());
  }

  private boolean runsPods(String replicaSetUid) {
    return informers.of(Resources.PODS).find(Index.CONTROLLER_UID, replicaSetUid).stream()
        .map(pods::of)
        .anyMatch(pod -> !pod.phase().equals("Succeeded") && !pod.phase().equals("Failed"));
  }

  private Optional<Rejection> onRefused(
      StoredObject deployment, NewReplicaSet wanted, Rejection why, Round round)
      throws InterruptedException {
    ObjectKey name =
        ObjectKey.of(
            deployment.key().namespace(), wanted.create().body().at("/metadata/name").asText());
    if (why instanceof Rejection.AlreadyExists) {
      switch (round.get(Resources.REPLICA_SETS, name)) {
        case Outcome.Done<StoredObject>(StoredObject taken) -> {
          var collision = DeploymentReconcile.onNameTaken(deployment, wanted, taken);
          Optional<Rejection> failure = round.run(collision.stream().toList());
          return failure.isPresent() ? failure : Optional.of(why);
        }
        case Outcome.Rejected<StoredObject>(Rejection gone) -> {
          return Optional.of(gone instanceof Rejection.NotFound ? why : gone);
        }
      }
    }
    String message = Hands.message(why);
    if (message.contains("because it is being terminated")) {
      return Optional.empty(); // the namespace goes, and the Deployment with it
    }
    round.run(DeploymentReconcile.onCreateRefused(deployment, wanted, message, clock.instant()));
    return Optional.of(why);
  }
}
