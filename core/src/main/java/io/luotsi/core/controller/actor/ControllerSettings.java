package io.luotsi.core.controller.actor;

import io.luotsi.core.controller.ControllerSelection;
import java.time.Duration;
import java.util.List;

/**
 * What an operator can say about the controllers.
 *
 * @param reconcilesAtOnce keys that one controller works on at the same time
 * @param nodeMonitorGrace how long a node may be silent before it counts as unreachable
 * @param evictionAfter when positive, how soon pods of a lost node are evicted that would tolerate
 *     it for longer only because admission gave them the default 300 s; zero leaves them their time
 * @param apiAddresses IP addresses at which the API is reachable from pods, in order; what the
 *     {@code kubernetes} Service leads to. Empty: the Service gets no endpoints
 * @param apiPort the API's port at those addresses
 * @param kubernetesServiceAddress cluster address of the {@code kubernetes} Service, the first of
 *     the Service range
 * @param rootCertificate by which clients know the API, as PEM
 * @param selection which of them run
 */
public record ControllerSettings(
    int reconcilesAtOnce,
    Duration nodeMonitorGrace,
    Duration evictionAfter,
    List<String> apiAddresses,
    int apiPort,
    String kubernetesServiceAddress,
    String rootCertificate,
    ControllerSelection selection) {
  /** One with which all controllers run. */
  public ControllerSettings(
      int reconcilesAtOnce,
      Duration nodeMonitorGrace,
      Duration evictionAfter,
      List<String> apiAddresses,
      int apiPort,
      String kubernetesServiceAddress,
      String rootCertificate) {
    this(
        reconcilesAtOnce,
        nodeMonitorGrace,
        evictionAfter,
        apiAddresses,
        apiPort,
        kubernetesServiceAddress,
        rootCertificate,
        ControllerSelection.ALL);
  }

  public ControllerSettings {
    apiAddresses = List.copyOf(apiAddresses);
    if (reconcilesAtOnce < 1) {
      throw new IllegalArgumentException("at least one reconcile at a time");
    }
  }
}
