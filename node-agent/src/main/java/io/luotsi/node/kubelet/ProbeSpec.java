package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HTTPHeader;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Probe;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One probe of one container, with its defaults.
 *
 * @param failureThreshold failures in a row that count as one
 */
record ProbeSpec(
    Kind kind,
    Check check,
    Duration initialDelay,
    Duration period,
    Duration timeout,
    int successThreshold,
    int failureThreshold) {

  enum Kind {
    STARTUP("Startup"),
    LIVENESS("Liveness"),
    READINESS("Readiness");

    private final String word;

    Kind(String word) {
      this.word = word;
    }

    /** As events spell it. */
    String word() {
      return word;
    }
  }

  /** What is done to find out. An empty host is the pod's address, known when it runs. */
  sealed interface Check {
    record Http(String scheme, String host, int port, String path, List<Header> headers)
        implements Check {
      public Http {
        headers = List.copyOf(headers);
      }
    }

    record Tcp(String host, int port) implements Check {}

    record Exec(List<String> command) implements Check {
      public Exec {
        command = List.copyOf(command);
      }
    }

    /** A port name that the container does not have: fails every time. */
    record Broken(String why) implements Check {}
  }

  record Header(String name, String value) {}

  static Optional<ProbeSpec> of(Kind kind, Container container) {
    Probe probe =
        switch (kind) {
          case STARTUP -> container.getStartupProbe();
          case LIVENESS -> container.getLivenessProbe();
          case READINESS -> container.getReadinessProbe();
        };
    if (probe == null) {
      return Optional.empty();
    }
    return Optional.of(
        new ProbeSpec(
            kind,
            check(container, probe),
            Duration.ofSeconds(Objects.requireNonNullElse(probe.getInitialDelaySeconds(), 0)),
            Duration.ofSeconds(positive(probe.getPeriodSeconds(), 10)),
            Duration.ofSeconds(positive(probe.getTimeoutSeconds(), 1)),
            positive(probe.getSuccessThreshold(), 1),
            positive(probe.getFailureThreshold(), 3)));
  }

  private static int positive(Integer given, int otherwise) {
    return given == null || given < 1 ? otherwise : given;
  }

  private static Check check(Container container, Probe probe) {
    if (probe.getExec() != null) {
      return new Check.Exec(
          Objects.requireNonNullElse(probe.getExec().getCommand(), List.<String>of()));
    }
    if (probe.getHttpGet() != null) {
      return http(container, probe.getHttpGet());
    }
    if (probe.getTcpSocket() != null) {
      String host = Objects.requireNonNullElse(probe.getTcpSocket().getHost(), "");
      IntOrString port = probe.getTcpSocket().getPort();
      return PodSpecs.port(container, port)
          .<Check>map(number -> new Check.Tcp(host, number))
          .orElseGet(() -> noPort(port));
    }
    return new Check.Broken("missing probe handler");
  }

  /** Also for lifecycle hooks. */
  static Check http(Container container, HTTPGetAction action) {
    List<Header> headers =
        Objects.requireNonNullElse(action.getHttpHeaders(), List.<HTTPHeader>of()).stream()
            .map(h -> new Header(h.getName(), Objects.requireNonNullElse(h.getValue(), "")))
            .toList();
    String scheme = Objects.requireNonNullElse(action.getScheme(), "HTTP");
    String host = Objects.requireNonNullElse(action.getHost(), "");
    String path = Objects.requireNonNullElse(action.getPath(), "/");
    return PodSpecs.port(container, action.getPort())
        .<Check>map(
            port ->
                new Check.Http(
                    scheme.toLowerCase(java.util.Locale.ROOT), host, port, path, headers))
        .orElseGet(() -> noPort(action.getPort()));
  }

  private static Check noPort(IntOrString port) {
    return new Check.Broken("couldn't find port: " + port.getStrVal());
  }
}
