package io.luotsi.core.podsecurity;

import static io.luotsi.core.podsecurity.PodUnderCheck.containers;
import static io.luotsi.core.podsecurity.PodUnderCheck.context;
import static io.luotsi.core.podsecurity.PodUnderCheck.quoted;
import static io.luotsi.core.podsecurity.PodUnderCheck.several;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What is checked of each container for itself. */
final class ContainerChecks {
  private static final int WINDOWS_SAYS_SO = 25;

  private static final Set<String> DEFAULT_CAPABILITIES =
      Set.of(
          "AUDIT_WRITE",
          "CHOWN",
          "DAC_OVERRIDE",
          "FOWNER",
          "FSETID",
          "KILL",
          "MKNOD",
          "NET_BIND_SERVICE",
          "SETFCAP",
          "SETGID",
          "SETPCAP",
          "SETUID",
          "SYS_CHROOT");

  private ContainerChecks() {}

  static Optional<Violation> privileged(PodUnderCheck pod) {
    List<String> bad = pod.named(it -> context(it).path("privileged").asBoolean(false));
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "privileged", containers(bad) + " must not set securityContext.privileged=true"));
  }

  static Optional<Violation> escalation(PodUnderCheck pod, int minor) {
    if (minor >= WINDOWS_SAYS_SO && pod.isWindows()) {
      return Optional.empty();
    }
    List<String> bad =
        pod.named(it -> context(it).path("allowPrivilegeEscalation").asBoolean(true));
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "allowPrivilegeEscalation != false",
                containers(bad) + " must set securityContext.allowPrivilegeEscalation=false"));
  }

  static Optional<Violation> added(PodUnderCheck pod) {
    Set<String> capabilities = new TreeSet<>();
    List<String> bad = adding(pod, DEFAULT_CAPABILITIES, capabilities);
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("non-default capabilities", adds(bad, capabilities)));
  }

  private static List<String> adding(
      PodUnderCheck pod, Set<String> allowed, Set<String> forbidden) {
    List<String> bad = new ArrayList<>();
    for (JsonNode container : pod.containers()) {
      List<String> added =
          context(container)
              .path("capabilities")
              .path("add")
              .valueStream()
              .map(JsonNode::asText)
              .filter(capability -> !allowed.contains(capability))
              .toList();
      if (!added.isEmpty()) {
        bad.add(container.path("name").asText());
        forbidden.addAll(added);
      }
    }
    return bad;
  }

  private static String adds(List<String> bad, Set<String> capabilities) {
    return containers(bad)
        + " must not include "
        + quoted(capabilities)
        + " in securityContext.capabilities.add";
  }

  static Optional<Violation> dropped(PodUnderCheck pod, int minor) {
    if (minor >= WINDOWS_SAYS_SO && pod.isWindows()) {
      return Optional.empty();
    }
    List<String> details = new ArrayList<>();
    List<String> keeping =
        pod.named(
            it ->
                context(it)
                    .path("capabilities")
                    .path("drop")
                    .valueStream()
                    .noneMatch(capability -> capability.asText().equals("ALL")));
    if (!keeping.isEmpty()) {
      details.add(containers(keeping) + " must set securityContext.capabilities.drop=[\"ALL\"]");
    }
    Set<String> capabilities = new TreeSet<>();
    List<String> bad = adding(pod, Set.of("NET_BIND_SERVICE"), capabilities);
    if (!bad.isEmpty()) {
      details.add(adds(bad, capabilities));
    }
    return details.isEmpty()
        ? Optional.empty()
        : Optional.of(new Violation("unrestricted capabilities", String.join("; ", details)));
  }

  static Optional<Violation> hostPorts(PodUnderCheck pod) {
    Set<String> ports = new TreeSet<>();
    List<String> bad = new ArrayList<>();
    for (JsonNode container : pod.containers()) {
      List<String> own =
          container
              .path("ports")
              .valueStream()
              .map(port -> port.path("hostPort").asInt())
              .filter(port -> port != 0)
              .map(String::valueOf)
              .toList();
      if (!own.isEmpty()) {
        bad.add(container.path("name").asText());
        ports.addAll(own);
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "hostPort",
                containers(bad)
                    + (bad.size() == 1 ? " uses " : " use ")
                    + several("hostPort", ports)
                    + " "
                    + String.join(", ", ports)));
  }

  static Optional<Violation> procMount(PodUnderCheck pod) {
    Set<String> kinds = new TreeSet<>();
    List<String> bad = new ArrayList<>();
    for (JsonNode container : pod.containers()) {
      String mount = context(container).path("procMount").asText("Default");
      if (!mount.equals("Default")) {
        kinds.add(mount);
        bad.add(container.path("name").asText());
      }
    }
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                "procMount",
                containers(bad) + " must not set securityContext.procMount to " + quoted(kinds)));
  }

  private static final List<String> PROBES =
      List.of("livenessProbe", "readinessProbe", "startupProbe");
  private static final List<String> HANDLERS = List.of("postStart", "preStop");

  /** Probes and hooks that are sent elsewhere than to the pod. */
  static Optional<Violation> hosts(PodUnderCheck pod) {
    Set<String> hosts = new TreeSet<>();
    Set<String> bad = new TreeSet<>();
    for (JsonNode container : pod.containers()) {
      Set<String> own = new TreeSet<>();
      PROBES.forEach(probe -> collect(container.path(probe), own));
      HANDLERS.forEach(handler -> collect(container.path("lifecycle").path(handler), own));
      hosts.addAll(own);
      if (!own.isEmpty()) {
        bad.add(container.path("name").asText());
      }
    }
    String what = "probe or lifecycle host";
    return bad.isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Violation(
                what,
                containers(new ArrayList<>(bad))
                    + (bad.size() == 1 ? " uses " : " use ")
                    + several(what, hosts)
                    + " "
                    + quoted(hosts)));
  }

  private static void collect(JsonNode action, Set<String> hosts) {
    for (String kind : List.of("httpGet", "tcpSocket")) {
      String host = action.path(kind).path("host").asText("");
      if (!host.isEmpty()) {
        hosts.add(host);
      }
    }
  }
}
