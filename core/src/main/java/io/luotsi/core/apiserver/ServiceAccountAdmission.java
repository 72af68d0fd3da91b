package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Upstream's plugin ServiceAccount: a pod runs as an account of its namespace that is there, and
 * pulls images by the account's secrets unless it names others.
 *
 * <p>It gives pods no volume with a token: no kubelet of ours can mount a projected volume, and a
 * pod that has one would not start. A program in a pod asks for a token at {@code
 * serviceaccounts/token}.
 *
 * @see "Source: plugin/pkg/admission/serviceaccount admission.go"
 */
final class ServiceAccountAdmission implements Admission {
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final String DEFAULT = "default";
  private static final String MIRROR = "kubernetes.io/config.mirror";

  /** How long a namespace may be new without its default account. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  @Override
  public Optional<Rejection> admit(Request request) {
    Optional<ObjectNode> pod = request.creationOf("pods");
    if (pod.isEmpty() || isMirror(pod.get())) {
      return Optional.empty();
    }
    ObjectNode spec = pod.get().withObject("spec");
    if (spec.path("serviceAccountName").asText("").isEmpty()) {
      spec.put("serviceAccountName", DEFAULT).put("serviceAccount", DEFAULT);
    }
    return switch (account(request, spec)) {
      case Outcome.Rejected<StoredObject>(Rejection why) -> Optional.of(why);
      case Outcome.Done<StoredObject>(StoredObject account) -> {
        givePullSecrets(spec, account);
        yield Optional.empty();
      }
    };
  }

  /** What a kubelet runs by itself must not reach for anything through its picture in the API. */
  @Override
  public Optional<Rejection> validate(Request request) {
    return request
        .creationOf("pods")
        .filter(ServiceAccountAdmission::isMirror)
        .flatMap(pod -> reach(pod.path("spec")))
        .map(
            what ->
                AdmissionRules.forbidden(
                    request, "a mirror pod may not reference " + what, List.of()));
  }

  private static Optional<String> reach(JsonNode spec) {
    if (!spec.path("serviceAccountName").asText("").isEmpty()) {
      return Optional.of("service accounts");
    }
    if (PodReferences.refersToAny(spec, "secrets")) {
      return Optional.of("secrets");
    }
    return spec.findValues("serviceAccountToken").isEmpty()
        ? Optional.empty()
        : Optional.of("service account token volume projections");
  }

  private static boolean isMirror(ObjectNode pod) {
    return pod.path("metadata").path("annotations").has(MIRROR);
  }

  private static Outcome<StoredObject> account(Request request, ObjectNode spec) {
    String name = spec.path("serviceAccountName").asText();
    String namespace = request.target().namespace();
    ObjectKey key = ObjectKey.of(namespace, name);
    Outcome<Optional<StoredObject>> found =
        name.equals(DEFAULT)
            ? request.reads().await(ACCOUNTS, key, PATIENCE)
            : request.reads().find(ACCOUNTS, key);
    return found.flatMap(
        account ->
            account
                .map(Outcome::done)
                .orElseGet(() -> Outcome.rejected(missing(request, namespace, name))));
  }

  private static Rejection missing(Request request, String namespace, String name) {
    return AdmissionRules.forbidden(
        request,
        "error looking up service account "
            + namespace
            + "/"
            + name
            + ": serviceaccount \""
            + name
            + "\" not found",
        List.of());
  }

  private static void givePullSecrets(ObjectNode spec, StoredObject account) {
    if (spec.path("imagePullSecrets").isEmpty()) {
      JsonNode secrets = Json.readObject(account.json()).path("imagePullSecrets");
      if (!secrets.isEmpty()) {
        spec.set("imagePullSecrets", secrets);
      }
    }
  }
}
