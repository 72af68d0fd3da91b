package io.luotsi.core.podsecurity;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * All checks, in the order in which upstream tells of them: those of the baseline that no stricter
 * one replaces, then those that only the restricted level has; by id.
 *
 * @see "Source: k8s.io/pod-security-admission policy/"
 */
public final class SecurityChecks {
  /**
   * @param since the minor version that began to check it
   * @param replacedSince from which on the restricted level has a stricter one
   */
  private record Check(String id, Level level, int since, int replacedSince, Rule rule) {
    static Check baseline(String id, Rule rule) {
      return new Check(id, Level.BASELINE, 0, NEVER, rule);
    }

    static Check restricted(String id, int since, Rule rule) {
      return new Check(id, Level.RESTRICTED, since, NEVER, rule);
    }

    Check since(int minor) {
      return new Check(id, level, minor, replacedSince, rule);
    }

    Check replacedSince(int minor) {
      return new Check(id, level, since, minor, rule);
    }

    boolean appliesTo(Standard standard) {
      if (standard.minor() < since || level.compareTo(standard.level()) > 0) {
        return false;
      }
      return standard.level() == level
          || replacedSince == NEVER
          || standard.minor() < replacedSince;
    }
  }

  /** One check of one version. */
  @FunctionalInterface
  interface Rule {
    /**
     * @param minor version of the standard
     */
    Optional<Violation> check(PodUnderCheck pod, int minor);
  }

  private static final int NEVER = Integer.MAX_VALUE;

  private static final List<Check> ALL =
      List.of(
          Check.baseline("appArmorProfile", (pod, minor) -> ProfileChecks.appArmor(pod)),
          Check.baseline("capabilities_baseline", (pod, minor) -> ContainerChecks.added(pod))
              .replacedSince(22),
          Check.baseline("hostNamespaces", (pod, minor) -> hostNamespaces(pod)),
          Check.baseline("hostPathVolumes", (pod, minor) -> VolumeChecks.hostPath(pod))
              .replacedSince(0),
          Check.baseline("hostPorts", (pod, minor) -> ContainerChecks.hostPorts(pod)),
          Check.baseline("hostProbesAndHostLifecycle", (pod, minor) -> ContainerChecks.hosts(pod))
              .since(34),
          Check.baseline("privileged", (pod, minor) -> ContainerChecks.privileged(pod)),
          Check.baseline("procMount", SecurityChecks::procMount).replacedSince(35),
          Check.baseline("seLinuxOptions", ProfileChecks::seLinux),
          Check.baseline("seccompProfile_baseline", ProfileChecks::seccomp).replacedSince(19),
          Check.baseline("sysctls", SecurityChecks::sysctls),
          Check.baseline("windowsHostProcess", (pod, minor) -> hostProcess(pod)),
          Check.restricted("allowPrivilegeEscalation", 8, ContainerChecks::escalation),
          Check.restricted("capabilities_restricted", 22, ContainerChecks::dropped),
          Check.restricted(
              "procMount_restricted", 35, (pod, minor) -> ContainerChecks.procMount(pod)),
          Check.restricted("restrictedVolumes", 0, (pod, minor) -> VolumeChecks.restricted(pod)),
          Check.restricted("runAsNonRoot", 0, SecurityChecks::runAsNonRoot),
          Check.restricted("runAsUser", 23, SecurityChecks::runAsUser),
          Check.restricted("seccompProfile_restricted", 19, ProfileChecks::seccompRequired));

  private SecurityChecks() {}

  /**
   * @param metadata of the pod or template
   * @return what is wrong, in upstream's order; empty if nothing is
   */
  public static List<Violation> violations(Standard standard, JsonNode metadata, JsonNode spec) {
    if (standard.level() == Level.PRIVILEGED) {
      return List.of();
    }
    PodUnderCheck pod = new PodUnderCheck(metadata, spec);
    return ALL.stream()
        .filter(check -> check.appliesTo(standard))
        .flatMap(check -> check.rule().check(pod, standard.minor()).stream())
        .toList();
  }

  private static Optional<Violation> hostNamespaces(PodUnderCheck pod) {
    List<String> shared =
        Stream.of("hostNetwork", "hostPID", "hostIPC")
            .filter(field -> pod.spec().path(field).asBoolean(false))
            .map(field -> field + "=true")
            .toList();
    return shared.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("host namespaces", String.join(", ", shared)));
  }

  private static Optional<Violation> procMount(PodUnderCheck pod, int minor) {
    return minor >= 35 && pod.hasUsersOfItsOwn()
        ? Optional.empty()
        : ContainerChecks.procMount(pod);
  }

  private static final Set<String> SYSCTLS =
      Set.of(
          "kernel.shm_rmid_forced",
          "net.ipv4.ip_local_port_range",
          "net.ipv4.tcp_syncookies",
          "net.ipv4.ping_group_range",
          "net.ipv4.ip_unprivileged_port_start");

  private static boolean isHarmless(String sysctl, int minor) {
    return SYSCTLS.contains(sysctl)
        || switch (sysctl) {
          case "net.ipv4.ip_local_reserved_ports" -> minor >= 27;
          case "net.ipv4.tcp_keepalive_time",
              "net.ipv4.tcp_fin_timeout",
              "net.ipv4.tcp_keepalive_intvl",
              "net.ipv4.tcp_keepalive_probes" ->
              minor >= 29;
          case "net.ipv4.tcp_rmem", "net.ipv4.tcp_wmem" -> minor >= 32;
          default -> false;
        };
  }

  private static Optional<Violation> sysctls(PodUnderCheck pod, int minor) {
    List<String> forbidden =
        pod.context()
            .path("sysctls")
            .valueStream()
            .map(sysctl -> sysctl.path("name").asText())
            .filter(name -> !isHarmless(name, minor))
            .toList();
    return forbidden.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("forbidden sysctls", String.join(", ", forbidden)));
  }

  private static Optional<Violation> hostProcess(PodUnderCheck pod) {
    boolean itself = isHostProcess(pod.context());
    List<String> bad = pod.named(it -> isHostProcess(PodUnderCheck.context(it)));
    return !itself && bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "hostProcess",
                PodUnderCheck.setters(itself, bad)
                    + " must not set securityContext.windowsOptions.hostProcess=true"));
  }

  private static boolean isHostProcess(JsonNode context) {
    return context.path("windowsOptions").path("hostProcess").asBoolean(false);
  }

  private static Optional<Violation> runAsNonRoot(PodUnderCheck pod, int minor) {
    if (minor >= 35 && pod.hasUsersOfItsOwn()) {
      return Optional.empty();
    }
    JsonNode whole = pod.context().path("runAsNonRoot");
    boolean refused = whole.isBoolean() && !whole.asBoolean();
    List<String> bad = new ArrayList<>();
    List<String> silent = new ArrayList<>();
    for (JsonNode container : pod.containers()) {
      JsonNode own = PodUnderCheck.context(container).path("runAsNonRoot");
      if (own.isBoolean() && !own.asBoolean()) {
        bad.add(container.path("name").asText());
      } else if (!own.isBoolean() && !whole.asBoolean(false)) {
        silent.add(container.path("name").asText());
      }
    }
    if (refused || !bad.isEmpty()) {
      return Optional.of(
          new Violation(
              "runAsNonRoot != true",
              PodUnderCheck.setters(refused, bad)
                  + " must not set securityContext.runAsNonRoot=false"));
    }
    return silent.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "runAsNonRoot != true",
                "pod or "
                    + PodUnderCheck.containers(silent)
                    + " must set securityContext.runAsNonRoot=true"));
  }

  private static Optional<Violation> runAsUser(PodUnderCheck pod, int minor) {
    if (minor >= 35 && pod.hasUsersOfItsOwn()) {
      return Optional.empty();
    }
    boolean itself = isRoot(pod.context());
    List<String> bad = pod.named(container -> isRoot(PodUnderCheck.context(container)));
    return !itself && bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "runAsUser=0", PodUnderCheck.setters(itself, bad) + " must not set runAsUser=0"));
  }

  private static boolean isRoot(JsonNode context) {
    JsonNode user = context.path("runAsUser");
    return user.isNumber() && user.asLong() == 0;
  }
}
