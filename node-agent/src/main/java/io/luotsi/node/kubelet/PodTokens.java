package io.luotsi.node.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient;
import io.luotsi.node.kubelet.ContainerEnvironment.ConfigException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Tokens of the accounts of pods on this node, bound to these pods. One is kept until four fifths
 * of its life, or a day, are over; while no new one can be had, until it ends. Blocks.
 *
 * @see "Source: pkg/kubelet/token token_manager.go"
 */
final class PodTokens implements VolumeFiles.Tokens {
  private static final GroupVersionResource ACCOUNTS =
      GroupVersionResource.of("v1", "serviceaccounts");
  private static final long DEFAULT_SECONDS = 3_600;
  private static final Duration OLDEST = Duration.ofHours(24);
  private static final long TIMEOUT_SECONDS = 10;

  private record Wanted(String podUid, String audience, long seconds) {}

  private record Issued(String token, Instant at, Instant ends) {
    boolean isDue(Instant now) {
      Duration life = Duration.between(at, ends);
      return now.isAfter(ends.minus(life.dividedBy(5))) || now.isAfter(at.plus(OLDEST));
    }
  }

  private final ApiClient api;
  private final Clock clock;
  private final Map<Wanted, Issued> issued = new ConcurrentHashMap<>();

  PodTokens(ApiClient api, Clock clock) {
    this.api = api;
    this.clock = clock;
  }

  @Override
  public String token(Pod pod, ServiceAccountTokenProjection projection) throws ConfigException {
    Wanted wanted =
        new Wanted(
            PodSpecs.uid(pod),
            Objects.requireNonNullElse(projection.getAudience(), ""),
            Objects.requireNonNullElse(projection.getExpirationSeconds(), DEFAULT_SECONDS));
    Instant now = clock.instant();
    Optional<Issued> known = Optional.ofNullable(issued.get(wanted));
    if (known.isPresent() && !known.get().isDue(now)) {
      return known.get().token();
    }
    try {
      Issued fresh = request(pod, wanted, now);
      issued.put(wanted, fresh);
      return fresh.token();
    } catch (ConfigException e) {
      if (known.isPresent() && now.isBefore(known.get().ends())) {
        return known.get().token();
      }
      throw e;
    }
  }

  private Issued request(Pod pod, Wanted wanted, Instant now) throws ConfigException {
    String namespace = pod.getMetadata().getNamespace();
    String account = Objects.requireNonNullElse(pod.getSpec().getServiceAccountName(), "");
    Outcome<StoredObject> answer;
    try {
      answer =
          api.createSubresource(
                  ACCOUNTS, ObjectKey.of(namespace, account), "token", body(pod, wanted))
              .toCompletableFuture()
              .orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
              .join();
    } catch (CompletionException e) {
      throw new ConfigException("failed to fetch token: " + e.getCause());
    }
    return switch (answer) {
      case Outcome.Done<StoredObject>(StoredObject done) -> {
        JsonNode status = Json.readObject(done.json()).path("status");
        yield new Issued(
            status.path("token").asText(),
            now,
            Instant.parse(status.path("expirationTimestamp").asText()));
      }
      case Outcome.Rejected<StoredObject>(Rejection why) ->
          throw new ConfigException("failed to fetch token: " + why);
    };
  }

  private static ObjectNode body(Pod pod, Wanted wanted) {
    ObjectNode request = Json.object();
    request.put("apiVersion", "authentication.k8s.io/v1").put("kind", "TokenRequest");
    ObjectNode spec = request.putObject("spec");
    if (!wanted.audience().isEmpty()) {
      spec.putArray("audiences").add(wanted.audience());
    }
    spec.put("expirationSeconds", wanted.seconds());
    spec.putObject("boundObjectRef")
        .put("apiVersion", "v1")
        .put("kind", "Pod")
        .put("name", pod.getMetadata().getName())
        .put("uid", wanted.podUid());
    return request;
  }

  void forget(String podUid) {
    issued.keySet().removeIf(wanted -> wanted.podUid().equals(podUid));
  }
}
