package io.luotsi.core.podsecurity;

import static io.luotsi.core.podsecurity.PodUnderCheck.containers;
import static io.luotsi.core.podsecurity.PodUnderCheck.context;
import static io.luotsi.core.podsecurity.PodUnderCheck.quoted;
import static io.luotsi.core.podsecurity.PodUnderCheck.setters;
import static io.luotsi.core.podsecurity.PodUnderCheck.several;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is checked of the profiles that the kernel holds a process to. */
final class ProfileChecks {
  private static final String APP_ARMOR = "container.apparmor.security.beta.kubernetes.io/";
  private static final String SECCOMP_POD = "seccomp.security.alpha.kubernetes.io/pod";
  private static final String SECCOMP_CONTAINER = "container.seccomp.security.alpha.kubernetes.io/";
  private static final Set<String> CONFINED = Set.of("RuntimeDefault", "Localhost");
  private static final Set<String> SELINUX_TYPES =
      Set.of("", "container_t", "container_init_t", "container_kvm_t");

  private ProfileChecks() {}

  static Optional<Violation> appArmor(PodUnderCheck pod) {
    Set<String> values = new TreeSet<>();
    boolean itself = isUnconfined(pod.context().path("appArmorProfile"), values);
    List<String> bad = named(pod, "appArmorProfile", values);
    List<String> annotations = new ArrayList<>();
    pod.metadata()
        .path("annotations")
        .properties()
        .forEach(
            entry -> {
              String profile = entry.getValue().asText();
              boolean allowed =
                  profile.isEmpty()
                      || profile.equals("runtime/default")
                      || profile.startsWith("localhost/");
              if (entry.getKey().startsWith(APP_ARMOR) && !allowed) {
                annotations.add(entry.getKey() + "=\"" + profile + "\"");
              }
            });
    annotations.sort(null);
    List<String> subjects = new ArrayList<>();
    if (itself || !bad.isEmpty()) {
      subjects.add(setters(itself, bad));
    }
    if (!annotations.isEmpty()) {
      subjects.add(several("annotation", annotations));
    }
    List<String> all = new ArrayList<>(values);
    all.addAll(annotations);
    return subjects.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                several("forbidden AppArmor profile", all),
                String.join(" and ", subjects)
                    + " must not set AppArmor profile type to "
                    + quoted(all)));
  }

  private static boolean isUnconfined(JsonNode profile, Set<String> values) {
    if (!profile.isObject() || CONFINED.contains(profile.path("type").asText())) {
      return false;
    }
    values.add(profile.path("type").asText());
    return true;
  }

  /** Names of containers whose profile is none, in order. */
  private static List<String> named(PodUnderCheck pod, String field, Set<String> values) {
    List<String> bad = new ArrayList<>();
    for (JsonNode container : pod.containers()) {
      if (isUnconfined(context(container).path(field), values)) {
        bad.add(container.path("name").asText());
      }
    }
    return bad;
  }

  static Optional<Violation> seccomp(PodUnderCheck pod, int minor) {
    if (minor < 19) {
      return seccompAnnotations(pod);
    }
    Set<String> values = new TreeSet<>();
    boolean itself = isUnconfined(pod.context().path("seccompProfile"), values);
    return unconfined(itself, named(pod, "seccompProfile", values), values);
  }

  private static Optional<Violation> unconfined(
      boolean itself, List<String> bad, Set<String> values) {
    return !itself && bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "seccompProfile",
                setters(itself, bad)
                    + " must not set securityContext.seccompProfile.type to "
                    + quoted(values)));
  }

  static Optional<Violation> seccompRequired(PodUnderCheck pod, int minor) {
    if (minor >= 25 && pod.isWindows()) {
      return Optional.empty();
    }
    Optional<Violation> unconfined = seccomp(pod, minor);
    if (unconfined.isPresent()) {
      return unconfined;
    }
    List<String> silent =
        pod.context().path("seccompProfile").isObject()
            ? List.of()
            : pod.named(it -> !context(it).path("seccompProfile").isObject());
    return silent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "seccompProfile",
                "pod or "
                    + containers(silent)
                    + " must set securityContext.seccompProfile.type to \"RuntimeDefault\" or"
                    + " \"Localhost\""));
  }

  /** As it was said before there was a field. */
  private static Optional<Violation> seccompAnnotations(PodUnderCheck pod) {
    Set<String> forbidden = new TreeSet<>();
    List<String> keys = new ArrayList<>(List.of(SECCOMP_POD));
    pod.containers().forEach(it -> keys.add(SECCOMP_CONTAINER + it.path("name").asText()));
    for (String key : keys) {
      JsonNode value = pod.metadata().path("annotations").path(key);
      String profile = value.asText();
      boolean allowed =
          profile.equals("runtime/default")
              || profile.equals("docker/default")
              || profile.startsWith("localhost/");
      if (value.isTextual() && !allowed) {
        forbidden.add(key + "=\"" + profile + "\"");
      }
    }
    return forbidden.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "seccompProfile",
                "forbidden "
                    + several("annotation", forbidden)
                    + " "
                    + String.join(", ", forbidden)));
  }

  static Optional<Violation> seLinux(PodUnderCheck pod, int minor) {
    Set<String> types = new TreeSet<>();
    Set<String> set = new TreeSet<>();
    boolean itself = isForeign(pod.context().path("seLinuxOptions"), minor, types, set);
    List<String> bad = new ArrayList<>();
    for (JsonNode container : pod.containers()) {
      if (isForeign(context(container).path("seLinuxOptions"), minor, types, set)) {
        bad.add(container.path("name").asText());
      }
    }
    if (!itself && bad.isEmpty()) {
      return Optional.empty();
    }
    List<String> what = new ArrayList<>();
    if (!types.isEmpty()) {
      what.add(several("type", types) + " " + quoted(types));
    }
    // The user before the role.
    new TreeSet<>(set).descendingSet().forEach(field -> what.add(field + " may not be set"));
    return Optional.of(
        new Violation(
            "seLinuxOptions",
            setters(itself, bad)
                + " set forbidden securityContext.seLinuxOptions: "
                + String.join("; ", what)));
  }

  private static boolean isForeign(
      JsonNode options, int minor, Set<String> types, Set<String> set) {
    boolean foreign = false;
    String type = options.path("type").asText("");
    boolean engine = minor >= 31 && type.equals("container_engine_t");
    if (!SELINUX_TYPES.contains(type) && !engine) {
      types.add(type);
      foreign = true;
    }
    for (String field : List.of("user", "role")) {
      if (!options.path(field).asText("").isEmpty()) {
        set.add(field);
        foreign = true;
      }
    }
    return foreign;
  }
}
