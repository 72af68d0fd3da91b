package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a pod may ask for and this node cannot give. Said to the user, never passed over in silence:
 * a pod without its volumes would run, and be wrong.
 */
final class Unsupported {
  /** A reason and a message as an event on the pod has them. */
  record Refusal(String reason, String message) {}

  /**
   * @param mounts whether containers find what is mounted at the paths that they name
   * @param userId of every container; empty if a container can have any
   * @param lowestPort that containers may bind
   */
  record Abilities(boolean mounts, Optional<Long> userId, int lowestPort) {}

  /** Where admission has a token of the pod's account mounted into all its containers. */
  private static final String TOKEN_PATH = "/var/run/secrets/kubernetes.io/serviceaccount";

  private Unsupported() {}

  /** Why the pod cannot run here at all; empty if it can. */
  static List<Refusal> refusals(Pod pod, Abilities abilities) {
    List<Refusal> refusals = new ArrayList<>();
    for (Volume volume : PodVolumes.of(pod)) {
      whyNot(volume).ifPresent(why -> refusals.add(new Refusal("FailedMount", why)));
    }
    for (Container container : PodSpecs.all(pod)) {
      mountError(pod, container, abilities)
          .ifPresent(message -> refusals.add(new Refusal("FailedMount", message)));
      for (Probe probe : probes(container)) {
        if (probe.getGrpc() != null) {
          refusals.add(
              new Refusal(
                  "FailedValidation",
                  "container "
                      + container.getName()
                      + " has a grpc probe, which this kubelet"
                      + " does not have yet: use httpGet, tcpSocket or exec"));
        }
      }
    }
    return refusals;
  }

  /** Why there is no such volume on any node. */
  private static Optional<String> whyNot(Volume volume) {
    var emptyDir = volume.getEmptyDir();
    if (emptyDir != null && !Objects.requireNonNullElse(emptyDir.getMedium(), "").isEmpty()) {
      return failure(volume, "emptyDir is there on medium \"\" alone, not " + emptyDir.getMedium());
    }
    if (emptyDir != null || volume.getHostPath() != null || VolumeFiles.hasFiles(volume)) {
      return Optional.empty();
    }
    return failure(
        volume,
        "volumes are there of types configMap, downwardAPI, emptyDir, hostPath, projected and"
            + " secret: nothing provisions or attaches others yet");
  }

  private static Optional<String> failure(Volume volume, String why) {
    return Optional.of("MountVolume.SetUp failed for volume \"" + volume.getName() + "\" : " + why);
  }

  /** The first mount of a container's that cannot be had. */
  static Optional<String> mountError(Pod pod, Container container, Abilities abilities) {
    return Objects.requireNonNullElse(container.getVolumeMounts(), List.<VolumeMount>of()).stream()
        .filter(mount -> !abilities.mounts() && !isTheHostsOwn(pod, mount))
        // A program that knows no better goes without a token, as it would outside a cluster.
        .filter(mount -> !mount.getMountPath().equals(TOKEN_PATH))
        .findFirst()
        .map(
            mount ->
                "MountVolume.SetUp failed for volume \""
                    + mount.getName()
                    + "\" : the process runtime runs containers on the host's own file system and"
                    + " mounts nothing at "
                    + mount.getMountPath()
                    + " unless Luotsi is root: pass configuration by env or envFrom, or use a"
                    + " hostPath volume mounted at its own path");
  }

  /** Why one container cannot be made: what CreateContainerConfigError says. */
  static Optional<String> configError(Pod pod, Container container, Abilities abilities) {
    if (abilities.userId().isEmpty()) {
      return Optional.empty();
    }
    long own = abilities.userId().get();
    SecurityContext context = container.getSecurityContext();
    var ofPod = pod.getSpec().getSecurityContext();
    Long user = context != null ? context.getRunAsUser() : null;
    user = user == null && ofPod != null ? ofPod.getRunAsUser() : user;
    Boolean nonRoot = context != null ? context.getRunAsNonRoot() : null;
    nonRoot = nonRoot == null && ofPod != null ? ofPod.getRunAsNonRoot() : nonRoot;
    if (user != null && user != own) {
      return Optional.of(
          "the process runtime runs every container as user " + own + ", not as " + user);
    }
    if (Boolean.TRUE.equals(nonRoot) && own == 0) {
      return Optional.of(
          "container has runAsNonRoot and image will run as root (pod: \""
              + PodSpecs.format(pod)
              + "\", container: "
              + container.getName()
              + ")");
    }
    return Optional.empty();
  }

  /** What will probably not work, though the container is run: said as warnings. */
  static List<Refusal> warnings(Container container, Abilities abilities) {
    List<Refusal> warnings = new ArrayList<>();
    for (ContainerPort port :
        Objects.requireNonNullElse(container.getPorts(), List.<ContainerPort>of())) {
      if (port.getContainerPort() < abilities.lowestPort()) {
        warnings.add(
            new Refusal(
                "PrivilegedPort",
                "container "
                    + container.getName()
                    + " names port "
                    + port.getContainerPort()
                    + ", and only root may bind ports below "
                    + abilities.lowestPort()
                    + " on this node"));
      }
    }
    return warnings;
  }

  private static boolean isTheHostsOwn(Pod pod, VolumeMount mount) {
    for (Volume volume : PodVolumes.of(pod)) {
      if (volume.getName().equals(mount.getName()) && volume.getHostPath() != null) {
        return volume.getHostPath().getPath().equals(mount.getMountPath())
            && PodVolumes.isWhole(mount)
            && !Boolean.TRUE.equals(mount.getReadOnly());
      }
    }
    return false;
  }

  private static List<Probe> probes(Container container) {
    List<Probe> probes = new ArrayList<>();
    for (Probe probe :
        new Probe[] {
          container.getReadinessProbe(), container.getLivenessProbe(), container.getStartupProbe()
        }) {
      if (probe != null) {
        probes.add(probe);
      }
    }
    return probes;
  }
}
