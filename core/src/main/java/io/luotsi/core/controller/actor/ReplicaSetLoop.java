package io.luotsi.core.controller.actor;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.replicaset.ReplicaKind;
import io.luotsi.core.controller.replicaset.ReplicaSetReconcile;
import io.luotsi.core.controller.replicaset.ReplicaSetReconcile.Failure;
import io.luotsi.core.controller.replicaset.ReplicaSetReconcile.Plan;
import io.luotsi.core.controller.replicaset.ReplicaSetView;
import io.luotsi.core.informer.Index;
import io.luotsi.core.informer.Informer;
import io.luotsi.core.informer.Projection;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Consumer;

/** Runs {@link ReplicaSetReconcile} for one of its kinds, whose keys it has. */
final class ReplicaSetLoop implements Loop<ObjectKey> {
  /** First batch of a creation in batches that double; a broken template costs one pod. */
  private static final int FIRST_BATCH = 1;

  private final ReplicaKind kind;
  private final Informers informers;
  private final Hands hands;
  private final Clock clock;
  private final Projection<PodView> pods;
  private final Projection<ReplicaSetView> views;

  ReplicaSetLoop(
      ReplicaKind kind, Informers informers, Hands hands, Projection<PodView> pods, Clock clock) {
    this.kind = kind;
    this.views = new Projection<>(object -> ReplicaSetView.of(kind, object));
    this.informers = informers;
    this.hands = hands;
    this.pods = pods;
    this.clock = clock;
  }

  @Override
  public String name() {
    return kind.controller();
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(
        kind.resource(),
        (key, before, after) -> {
          if (after.isEmpty()) {
            views.forget(key);
          }
          wants.accept(key);
        },
        Index.CONTROLLER_UID);
    all.listen(
        Resources.PODS,
        (key, before, after) -> {
          if (after.isEmpty()) {
            pods.forget(key);
          }
          before.flatMap(this::owner).ifPresent(wants);
          after.flatMap(this::owner).ifPresent(wants);
          after.filter(pod -> pod.controller().isEmpty()).ifPresent(pod -> adopters(pod, wants));
        },
        Index.CONTROLLER_UID,
        Index.ORPHANS);
  }

  private Optional<ObjectKey> owner(StoredObject pod) {
    return pod.controller()
        .filter(owner -> owner.kind().equals(kind.kind().kind()))
        .map(owner -> ObjectKey.of(pod.key().namespace(), owner.name()));
  }

  /** Those that the pod would match; when the first pods are heard, there may be no cache yet. */
  private void adopters(StoredObject pod, Consumer<ObjectKey> wants) {
    if (pod.deleting()) {
      return;
    }
    informers
        .find(kind.resource())
        .ifPresent(
            sets -> {
              for (StoredObject set : sets.objects(pod.key().namespace())) {
                if (views.of(set).selector().matches(pod.labels())) {
                  wants.accept(set.key());
                }
              }
            });
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(kind.resource(), key);
    if (found.isEmpty()) {
      return Result.DONE;
    }
    ReplicaSetView rs = views.of(found.get());
    Instant now = clock.instant();
    List<PodView> candidates = candidates(rs);
    Map<String, Integer> related = candidates.size() > rs.replicas() ? related(rs) : Map.of();
    Plan plan = ReplicaSetReconcile.plan(rs, candidates, related, now);
    Round round = hands.round();
    if (!plan.claims().isEmpty()) {
      return claim(rs, plan, round);
    }
    Optional<Failure> failure = create(rs, plan.create(), round);
    if (failure.isEmpty()) {
      failure = delete(rs, plan.delete(), round);
    }
    Optional<Rejection> refused =
        round.run(ReplicaSetReconcile.status(rs, plan.active(), failure, now).stream().toList());
    Result result = round.end(refused, ReplicaSetReconcile.nextAvailable(rs, plan.active(), now));
    return failure.<Result>map(why -> new Result.Failed(why.message())).orElse(result);
  }

  private List<PodView> candidates(ReplicaSetView rs) {
    Informer informer = informers.of(Resources.PODS);
    List<PodView> candidates = new ArrayList<>();
    informer.find(Index.CONTROLLER_UID, rs.uid()).forEach(pod -> candidates.add(pods.of(pod)));
    for (StoredObject orphan : informer.find(Index.ORPHANS, rs.key().namespace())) {
      if (rs.selector().matches(orphan.labels())) {
        candidates.add(pods.of(orphan));
      }
    }
    return candidates;
  }

  private Map<String, Integer> related(ReplicaSetView rs) {
    Informer informer = informers.of(Resources.PODS);
    List<PodView> all = new ArrayList<>();
    List<String> siblings =
        rs.deploymentUid()
            .map(
                uid ->
                    informers.of(kind.resource()).find(Index.CONTROLLER_UID, uid).stream()
                        .map(StoredObject::uid)
                        .toList())
            .orElse(List.of(rs.uid()));
    for (String uid : siblings) {
      informer.find(Index.CONTROLLER_UID, uid).forEach(pod -> all.add(pods.of(pod)));
    }
    return ReplicaSetReconcile.countByNode(all);
  }

  /** Adopts nothing for an owner that is about to go, whatever the cache believes. */
  private Result claim(ReplicaSetView rs, Plan plan, Round round) throws InterruptedException {
    Outcome<StoredObject> fresh = round.get(kind.resource(), rs.key());
    if (!(fresh instanceof Outcome.Done<StoredObject>(StoredObject now))
        || !now.uid().equals(rs.uid())
        || now.deleting() != rs.deleting()) {
      return new Result.Failed("the owner has changed");
    }
    for (Outcome<StoredObject> outcome : round.runTogether(plan.claims())) {
      // Gone, or another one of that name: nothing to claim.
      if (outcome instanceof Outcome.Rejected<StoredObject>(Rejection why)
          && !(why instanceof Rejection.NotFound)) {
        return round.end(Optional.of(why));
      }
    }
    round.catchUp();
    return Result.MORE;
  }

  private Optional<Failure> create(ReplicaSetView rs, int count, Round round)
      throws InterruptedException {
    int left = count;
    int batch = FIRST_BATCH;
    while (left > 0) {
      List<Action> creations = new ArrayList<>();
      for (int i = 0; i < Math.min(left, batch); i++) {
        creations.add(
            new Action.Create(
                Resources.PODS, rs.key().namespace(), ReplicaSetReconcile.newPod(rs)));
      }
      Optional<Failure> failure = Optional.empty();
      for (Outcome<StoredObject> outcome : round.runTogether(creations)) {
        switch (outcome) {
          case Outcome.Done<StoredObject>(StoredObject pod) ->
              round.say(
                  Action.normal(
                      rs.subject(), "SuccessfulCreate", "Created pod: " + pod.key().name()));
          case Outcome.Rejected<StoredObject>(Rejection why) -> {
            String message = Hands.message(why);
            if (message.contains("because it is being terminated")) {
              return Optional.empty(); // the namespace goes, and this with it
            }
            round.say(Action.warning(rs.subject(), "FailedCreate", "Error creating: " + message));
            failure = failure.or(() -> Optional.of(new Failure("FailedCreate", message)));
          }
        }
      }
      if (failure.isPresent()) {
        return failure;
      }
      left -= creations.size();
      batch *= 2;
    }
    return Optional.empty();
  }

  private Optional<Failure> delete(ReplicaSetView rs, List<PodView> surplus, Round round)
      throws InterruptedException {
    List<Action> deletions = new ArrayList<>();
    for (PodView pod : surplus) {
      deletions.add(
          new Action.Delete(
              Resources.PODS,
              pod.key(),
              new DeleteOptions(
                  OptionalInt.empty(),
                  Optional.empty(),
                  Optional.of(pod.uid()),
                  Optional.empty())));
    }
    Optional<Failure> failure = Optional.empty();
    List<Outcome<StoredObject>> outcomes = round.runTogether(deletions);
    for (int i = 0; i < outcomes.size(); i++) {
      Optional<Rejection> refused = Hands.failure(deletions.get(i), outcomes.get(i));
      if (refused.isPresent()) {
        String message = Hands.message(refused.get());
        round.say(Action.warning(rs.subject(), "FailedDelete", "Error deleting: " + message));
        failure = failure.or(() -> Optional.of(new Failure("FailedDelete", message)));
      } else if (outcomes.get(i).isDone()) {
        round.say(
            Action.normal(
                rs.subject(), "SuccessfulDelete", "Deleted pod: " + surplus.get(i).key().name()));
      }
    }
    return failure;
  }
}
