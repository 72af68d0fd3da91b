package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.disruption.DisruptionBudget;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.Write;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** What PodDisruptionBudgets still allow, taken one by one by those who evict. */
final class Disruptions {
  static final GroupResource BUDGETS = new GroupResource("policy", "poddisruptionbudgets");
  private static final GroupResource BUDGET = new GroupResource("policy", "poddisruptionbudget");

  private static final int MAX_ATTEMPTS = 100;

  /** Evictions granted that the controller has not seen done: more are refused. */
  private static final int MOST_PENDING = 2_000;

  private static final Duration SOON = Duration.ofSeconds(10);
  private static final String REFUSED =
      "Cannot evict pod as it would violate the pod's disruption budget.";

  private final PipelineParts parts;

  Disruptions(PipelineParts parts) {
    this.parts = parts;
  }

  /** Whether a pod may go without being counted: it is not ready, and the budget says so. */
  static boolean isFree(ObjectNode pod, ObjectNode budget) {
    boolean ready =
        PodView.condition(pod.path("status"), "Ready").path("status").asText().equals("True");
    if (ready) {
      return false;
    }
    JsonNode status = budget.path("status");
    int desired = status.path("desiredHealthy").asInt();
    return budget.at("/spec/unhealthyPodEvictionPolicy").asText().equals("AlwaysAllow")
        || desired > 0 && status.path("currentHealthy").asInt() >= desired;
  }

  /** Takes one disruption from the budget, whoever else does so at the same time. */
  Outcome<Boolean> take(StoredObject first, String pod, boolean dryRun) {
    StoredObject budget = first;
    for (int attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
      ObjectNode json = Json.readObject(budget.json());
      Optional<Rejection> refusal = refusal(json);
      if (refusal.isPresent()) {
        return Outcome.rejected(refusal.get());
      }
      if (dryRun) {
        return Outcome.done(true);
      }
      ObjectDraft draft = ObjectDraft.of(taken(json, pod), SelectableFields.NONE);
      Write write = new Write.Update(draft, Precondition.unchanged(budget));
      Outcome<StoredObject> written =
          parts.store().commit(BUDGETS, write).toCompletableFuture().join();
      if (!(written instanceof Outcome.Rejected<StoredObject>(Rejection why))) {
        return Outcome.done(true);
      }
      if (!Attempts.isStale(why)) {
        return Outcome.rejected(why);
      }
      switch (latest(first)) {
        case Outcome.Rejected<Optional<StoredObject>>(Rejection unread) -> {
          return Outcome.rejected(unread);
        }
        case Outcome.Done<Optional<StoredObject>>(Optional<StoredObject> now) -> {
          if (now.isEmpty()) {
            return Outcome.rejected(new Rejection.NotFound(BUDGETS, first.key().name()));
          }
          budget = now.get();
        }
      }
    }
    return Outcome.rejected(
        new Rejection.Timeout(
            "couldn't update PodDisruptionBudget \"" + first.key().name() + "\" due to conflicts"));
  }

  private static Optional<Rejection> refusal(ObjectNode budget) {
    String name = ObjectMeta.name(budget);
    JsonNode status = budget.path("status");
    int allowed = status.path("disruptionsAllowed").asInt();
    if (status.path("observedGeneration").asLong() < ObjectMeta.generation(budget)) {
      return Optional.of(beingProcessed(name));
    }
    if (allowed < 0) {
      return Optional.of(
          new Rejection.Forbidden(BUDGET, name, "pdb disruptions allowed is negative"));
    }
    if (status.path("disruptedPods").size() > MOST_PENDING) {
      return Optional.of(
          new Rejection.Forbidden(
              BUDGET,
              name,
              "DisruptedPods map too big - too many evictions not confirmed by PDB controller"));
    }
    return allowed > 0
        ? Optional.empty()
        : Optional.of(
            new Rejection.BudgetExhausted(
                REFUSED,
                Duration.ZERO,
                "The disruption budget "
                    + name
                    + " needs "
                    + status.path("desiredHealthy").asInt()
                    + " healthy pods and has "
                    + status.path("currentHealthy").asInt()
                    + " currently"));
  }

  static Rejection beingProcessed(String budget) {
    return new Rejection.BudgetExhausted(
        REFUSED,
        SOON,
        "The disruption budget " + budget + " is still being processed by the server.");
  }

  private ObjectNode taken(ObjectNode budget, String pod) {
    ObjectNode status = budget.withObject("status");
    int left = status.path("disruptionsAllowed").asInt() - 1;
    Instant now = parts.clock().instant();
    status.put("disruptionsAllowed", left);
    if (left == 0) {
      DisruptionBudget.allowance(budget, "InsufficientPods", "", now);
    }
    status.withObject("disruptedPods").put(pod, ObjectMeta.time(now));
    return budget;
  }

  private Outcome<Optional<StoredObject>> latest(StoredObject budget) {
    return parts
        .store()
        .read(BUDGETS, ReadVersion.LATEST)
        .toCompletableFuture()
        .join()
        .map(all -> all.get(budget.key()));
  }
}
