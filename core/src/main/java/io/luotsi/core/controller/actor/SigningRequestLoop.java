package io.luotsi.core.controller.actor;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.actor.Hands.Round;
import io.luotsi.core.controller.certificates.CertificateSigner;
import io.luotsi.core.controller.certificates.SigningRequests;
import io.luotsi.core.controller.certificates.SigningRequests.Claim;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Does one thing about CertificateSigningRequests: signs them, approves those of kubelets, or
 * removes old ones. Keys are those of the requests.
 */
final class SigningRequestLoop implements Loop<ObjectKey> {
  private static final GroupVersionResource REVIEWS =
      GroupVersionResource.of("authorization.k8s.io/v1", "subjectaccessreviews");

  /** What is done about one request that is there. */
  private interface Step {
    Result take(StoredObject request, Round round) throws InterruptedException;
  }

  private final String name;
  private final Informers informers;
  private final Hands hands;
  private final Step step;

  private SigningRequestLoop(String name, Informers informers, Hands hands, Step step) {
    this.name = name;
    this.informers = informers;
    this.hands = hands;
    this.step = step;
  }

  static SigningRequestLoop signing(
      Informers informers, Hands hands, CertificateSigner authority, InstantSource clock) {
    return new SigningRequestLoop(
        "certificatesigningrequest-signing-controller",
        informers,
        hands,
        (request, round) -> {
          Optional<Action> action = SigningRequests.sign(request, authority, clock.instant());
          return round.end(round.run(action.stream().toList()));
        });
  }

  static SigningRequestLoop approving(Informers informers, Hands hands) {
    return new SigningRequestLoop(
        "certificatesigningrequest-approving-controller",
        informers,
        hands,
        SigningRequestLoop::approve);
  }

  /** Whoever has the right may be given it later: then the request is looked at again. */
  private static Result approve(StoredObject request, Round round) throws InterruptedException {
    List<Claim> claims = SigningRequests.claims(request);
    for (Claim claim : claims) {
      switch (round.create(REVIEWS, "", SigningRequests.review(request, claim))) {
        case Outcome.Rejected<StoredObject>(Rejection why) -> {
          return round.end(Optional.of(why));
        }
        case Outcome.Done<StoredObject>(StoredObject answer) -> {
          if (Json.readObject(answer.json()).at("/status/allowed").asBoolean()) {
            return round.end(round.run(List.of(SigningRequests.approve(request, claim))));
          }
        }
      }
    }
    return claims.isEmpty()
        ? Result.DONE
        : new Result.Failed(
            "recognized csr \"%s\" as %s but subject access review was not approved"
                .formatted(request.key().name(), claims.stream().map(Claim::subresource).toList()));
  }

  static SigningRequestLoop cleaning(Informers informers, Hands hands, InstantSource clock) {
    return new SigningRequestLoop(
        "certificatesigningrequest-cleaner-controller",
        informers,
        hands,
        (request, round) -> {
          Optional<Duration> left =
              SigningRequests.end(request).map(end -> Duration.between(clock.instant(), end));
          return left.filter(time -> !time.isPositive()).isPresent()
              ? round.end(round.run(List.of(SigningRequests.remove(request))))
              : new Result.Done(left);
        });
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void watch(Informers all, Consumer<ObjectKey> wants) {
    all.listen(
        Resources.SIGNING_REQUESTS,
        (key, before, after) -> after.ifPresent(request -> wants.accept(key)));
  }

  @Override
  public Result reconcile(ObjectKey key) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.SIGNING_REQUESTS, key);
    if (found.filter(request -> !request.deleting()).isEmpty()) {
      return Result.DONE;
    }
    try {
      return step.take(found.get(), hands.round());
    } catch (IllegalArgumentException e) {
      return new Result.Failed(
          "unable to parse csr \"%s\": %s".formatted(key.name(), e.getMessage()));
    }
  }
}
