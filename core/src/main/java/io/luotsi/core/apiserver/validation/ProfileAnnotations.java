package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The annotations in which pods named seccomp and AppArmor profiles before there were fields for
 * them: they must be readable, and say what the fields say.
 *
 * @see "Source: pkg/apis/core/validation ValidateSeccompPodAnnotations,
 *     ValidateAppArmorPodAnnotations, validateSeccompAnnotationsAndFields,
 *     validateAppArmorAnnotationsAndFieldsMatchOnCreate"
 */
public final class ProfileAnnotations {
  /** And the name of a container. */
  public static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";

  public static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";

  /** And the name of a container. */
  public static final String SECCOMP = "container.seccomp.security.alpha.kubernetes.io/";

  private static final String LOCALHOST = "localhost/";
  private static final String UNCONFINED = "unconfined";
  private static final Set<String> SECCOMP_DEFAULTS = Set.of("runtime/default", "docker/default");
  private static final String APP_ARMOR_DEFAULT = "runtime/default";

  private ProfileAnnotations() {}

  /** What is wrong with each annotation by itself. */
  static void readable(List<FieldError> errors, JsonNode annotations, JsonNode spec) {
    if (annotations.has(SECCOMP_POD)) {
      seccomp(errors, SECCOMP_POD, Checks.text(annotations, SECCOMP_POD));
    }
    for (var annotation : annotations.properties()) {
      if (annotation.getKey().startsWith(SECCOMP)) {
        seccomp(errors, annotation.getKey(), annotation.getValue().asText());
      }
    }
    Set<String> containers =
        PodContainers.of("spec", spec).stream()
            .map(PodContainers.Placed::name)
            .collect(Collectors.toSet());
    for (var annotation : annotations.properties()) {
      if (annotation.getKey().startsWith(APP_ARMOR)) {
        appArmor(errors, annotation.getKey(), annotation.getValue().asText(), containers);
      }
    }
  }

  private static void seccomp(List<FieldError> errors, String key, String profile) {
    String path = "metadata.annotations." + key;
    if (profile.startsWith(LOCALHOST)) {
      Paths.descending(errors, path, profile.substring(LOCALHOST.length()));
    } else if (!SECCOMP_DEFAULTS.contains(profile) && !profile.equals(UNCONFINED)) {
      errors.add(FieldError.invalid(path, profile, "must be a valid seccomp profile"));
    }
  }

  private static void appArmor(
      List<FieldError> errors, String key, String profile, Set<String> containers) {
    String path = "metadata.annotations[" + key + "]";
    String container = key.substring(APP_ARMOR.length());
    if (!containers.contains(container)) {
      errors.add(FieldError.invalid(path, container, "container not found"));
    }
    boolean known =
        profile.isEmpty()
            || profile.equals(APP_ARMOR_DEFAULT)
            || profile.equals(UNCONFINED)
            || profile.startsWith(LOCALHOST);
    if (!known) {
      errors.add(
          FieldError.invalid(path, profile, "invalid AppArmor profile name: \"" + profile + "\""));
    }
  }

  /** That fields and annotations of a new pod agree. */
  static void agree(List<FieldError> errors, JsonNode annotations, JsonNode spec) {
    JsonNode ofPod = spec.path("securityContext");
    if (annotations.has(SECCOMP_POD)) {
      agree(
          errors,
          "spec.securityContext.seccompProfile",
          "seccomp",
          ofPod.path("seccompProfile"),
          Checks.text(annotations, SECCOMP_POD),
          SECCOMP_DEFAULTS);
    }
    List<PodContainers.Placed> containers = PodContainers.of("spec", spec);
    for (PodContainers.Placed placed : containers) {
      if (annotations.has(SECCOMP + placed.name())) {
        agree(
            errors,
            placed.securityPath() + ".seccompProfile",
            "seccomp",
            placed.securityContext().path("seccompProfile"),
            Checks.text(annotations, SECCOMP + placed.name()),
            SECCOMP_DEFAULTS);
      }
    }
    if (OsValidation.isWindows(spec)) {
      return;
    }
    for (PodContainers.Placed placed : containers) {
      JsonNode own = placed.securityContext().path("appArmorProfile");
      if (annotations.has(APP_ARMOR + placed.name())) {
        agree(
            errors,
            placed.securityPath() + ".appArmorProfile",
            "apparmor",
            own.isObject() ? own : ofPod.path("appArmorProfile"),
            Checks.text(annotations, APP_ARMOR + placed.name()),
            Set.of(APP_ARMOR_DEFAULT));
      }
    }
  }

  private static void agree(
      List<FieldError> errors,
      String path,
      String what,
      JsonNode field,
      String annotation,
      Set<String> defaults) {
    boolean sameType =
        switch (Checks.text(field, "type")) {
          case "Unconfined" -> annotation.equals(UNCONFINED);
          case "RuntimeDefault" -> defaults.contains(annotation);
          case "Localhost" -> annotation.startsWith(LOCALHOST);
          default -> true; // said elsewhere, if it is anything
        };
    if (!sameType) {
      errors.add(
          FieldError.forbidden(path + ".type", what + " type in annotation and field must match"));
    } else if (Checks.text(field, "type").equals("Localhost")
        && !annotation.equals(LOCALHOST + Checks.text(field, "localhostProfile"))) {
      errors.add(
          FieldError.forbidden(
              path + ".localhostProfile", what + " profile in annotation and field must match"));
    }
  }

  /** Whether a field says of AppArmor what an annotation does. */
  public static boolean sameAppArmor(JsonNode field, String annotation) {
    return switch (Checks.text(field, "type")) {
      case "Unconfined" -> annotation.equals(UNCONFINED);
      case "RuntimeDefault" -> annotation.equals(APP_ARMOR_DEFAULT);
      case "Localhost" -> annotation.equals(LOCALHOST + Checks.text(field, "localhostProfile"));
      default -> false;
    };
  }

  /** Those of AppArmor stay as they were when the pod was made. */
  static void unchanged(List<FieldError> errors, JsonNode annotations, JsonNode before) {
    for (var annotation : before.properties()) {
      String key = annotation.getKey();
      if (key.startsWith(APP_ARMOR) && !annotation.getValue().equals(annotations.path(key))) {
        errors.add(
            FieldError.forbidden(
                "metadata.annotations[" + key + "]",
                "may not remove or update AppArmor annotations"));
      }
    }
    for (var annotation : annotations.properties()) {
      String key = annotation.getKey();
      if (key.startsWith(APP_ARMOR) && !before.has(key)) {
        errors.add(
            FieldError.forbidden(
                "metadata.annotations[" + key + "]", "may not add AppArmor annotations"));
      }
    }
  }
}
