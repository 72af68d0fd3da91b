package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.bootstrap.SystemObjects;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Upstream's plugin ServiceAccount: a pod runs as an account of its namespace that is there, has
 * what its programs need to speak to the API as that account, and pulls images by the account's
 * secrets unless it names others.
 *
 * @see "Source: plugin/pkg/admission/serviceaccount admission.go"
 */
final class ServiceAccountAdmission implements Admission {
  private static final GroupResource ACCOUNTS = new GroupResource("", "serviceaccounts");
  private static final String DEFAULT = "default";

  /** Where clients inside a cluster look for what they need. */
  private static final String MOUNT_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

  private static final String VOLUME_PREFIX = "kube-api-access-";
  private static final int FILE_MODE = 0644;

  private static final String MIRROR = "kubernetes.io/config.mirror";

  /** How long a namespace may be new without its default account. */
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final Identities identities;

  ServiceAccountAdmission(Identities identities) {
    this.identities = identities;
  }

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
        ObjectNode whom = Json.readObject(account.json());
        if (wantsToken(spec, whom)) {
          giveToken(spec);
        }
        givePullSecrets(spec, whom);
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

  /** The pod decides before its account, and neither has to. */
  private static boolean wantsToken(ObjectNode spec, ObjectNode account) {
    String field = "automountServiceAccountToken";
    JsonNode decision = spec.hasNonNull(field) ? spec.path(field) : account.path(field);
    return decision.asBoolean(true);
  }

  /** To each container that has nothing else at that path. */
  private void giveToken(ObjectNode spec) {
    Optional<String> there =
        spec.path("volumes")
            .valueStream()
            .map(volume -> volume.path("name").asText())
            .filter(name -> name.startsWith(VOLUME_PREFIX))
            .findFirst();
    String name = there.orElseGet(() -> VOLUME_PREFIX + identities.nameSuffix());
    boolean used = mount(spec.path("initContainers"), name) | mount(spec.path("containers"), name);
    if (used && there.isEmpty()) {
      addVolume(spec.withArray("volumes").addObject().put("name", name));
    }
  }

  private static boolean mount(JsonNode containers, String volume) {
    boolean any = false;
    for (JsonNode container : containers) {
      boolean taken =
          container
              .path("volumeMounts")
              .valueStream()
              .anyMatch(mount -> mount.path("mountPath").asText().equals(MOUNT_PATH));
      if (!taken) {
        any = true;
        ((ObjectNode) container)
            .withArray("volumeMounts")
            .addObject()
            .put("name", volume)
            .put("readOnly", true)
            .put("mountPath", MOUNT_PATH);
      }
    }
    return any;
  }

  private static void addVolume(ObjectNode volume) {
    ObjectNode projected = volume.putObject("projected");
    ArrayNode sources = projected.putArray("sources");
    sources
        .addObject()
        .putObject("serviceAccountToken")
        .put("expirationSeconds", TokenRequests.MOUNTED_SECONDS)
        .put("path", "token");
    ObjectNode authority = sources.addObject().putObject("configMap");
    authority.put("name", SystemObjects.ROOT_CERTIFICATE);
    String certificate = SystemObjects.CERTIFICATE_KEY;
    authority.putArray("items").addObject().put("key", certificate).put("path", certificate);
    ObjectNode namespace = sources.addObject().putObject("downwardAPI");
    namespace
        .putArray("items")
        .addObject()
        .put("path", "namespace")
        .putObject("fieldRef")
        .put("apiVersion", "v1")
        .put("fieldPath", "metadata.namespace");
    projected.put("defaultMode", FILE_MODE);
  }

  private static void givePullSecrets(ObjectNode spec, ObjectNode account) {
    if (spec.path("imagePullSecrets").isEmpty()) {
      JsonNode secrets = account.path("imagePullSecrets");
      if (!secrets.isEmpty()) {
        spec.set("imagePullSecrets", secrets);
      }
    }
  }
}
