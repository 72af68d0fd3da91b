package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EphemeralContainer;
import io.fabric8.kubernetes.api.model.IntOrString;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Questions about a pod's spec that more than one rule asks; absent fields have their defaults. */
final class PodSpecs {
  static final String ALWAYS = "Always";
  static final String ON_FAILURE = "OnFailure";
  static final String NEVER = "Never";

  private PodSpecs() {}

  static String uid(Pod pod) {
    return pod.getMetadata().getUid();
  }

  static String restartPolicy(Pod pod) {
    return Objects.requireNonNullElse(pod.getSpec().getRestartPolicy(), ALWAYS);
  }

  static List<Container> inits(Pod pod) {
    return Objects.requireNonNullElse(pod.getSpec().getInitContainers(), List.of());
  }

  static List<Container> containers(Pod pod) {
    return pod.getSpec().getContainers();
  }

  /** Init containers first, in order. */
  static List<Container> all(Pod pod) {
    List<Container> all = new ArrayList<>(inits(pod));
    all.addAll(containers(pod));
    return all;
  }

  /**
   * Containers that joined the pod when it was there, as if they were others: all that they may say
   * of themselves others may say, too.
   */
  static List<Container> ephemerals(Pod pod) {
    return Objects.requireNonNullElse(
            pod.getSpec().getEphemeralContainers(), List.<EphemeralContainer>of())
        .stream()
        .map(PodSpecs::container)
        .toList();
  }

  private static Container container(EphemeralContainer ephemeral) {
    return new ContainerBuilder()
        .withName(ephemeral.getName())
        .withImage(ephemeral.getImage())
        .withImagePullPolicy(ephemeral.getImagePullPolicy())
        .withCommand(ephemeral.getCommand())
        .withArgs(ephemeral.getArgs())
        .withWorkingDir(ephemeral.getWorkingDir())
        .withEnv(ephemeral.getEnv())
        .withEnvFrom(ephemeral.getEnvFrom())
        .withVolumeMounts(ephemeral.getVolumeMounts())
        .withTerminationMessagePath(ephemeral.getTerminationMessagePath())
        .withTerminationMessagePolicy(ephemeral.getTerminationMessagePolicy())
        .withSecurityContext(ephemeral.getSecurityContext())
        .build();
  }

  static boolean isEphemeral(Pod pod, String container) {
    return ephemerals(pod).stream().anyMatch(spec -> spec.getName().equals(container));
  }

  /** A container of whatever sort. */
  static Optional<Container> named(Pod pod, String container) {
    return Stream.concat(all(pod).stream(), ephemerals(pod).stream())
        .filter(spec -> spec.getName().equals(container))
        .findFirst();
  }

  /** An init container that goes on running beside the others. */
  static boolean isSidecar(Container init) {
    return ALWAYS.equals(init.getRestartPolicy());
  }

  static boolean isDeleting(Pod pod) {
    return pod.getMetadata().getDeletionTimestamp() != null;
  }

  static boolean hostNetwork(Pod pod) {
    return Boolean.TRUE.equals(pod.getSpec().getHostNetwork());
  }

  /** Of the deletion under way if there is one, else of the spec; at least 1 as upstream. */
  static long graceSeconds(Pod pod) {
    Long ofDeletion = pod.getMetadata().getDeletionGracePeriodSeconds();
    Long ofSpec = pod.getSpec().getTerminationGracePeriodSeconds();
    return Math.max(1, ofDeletion != null ? ofDeletion : ofSpec != null ? ofSpec : 30);
  }

  /** What a container asks for of CPU and memory. */
  static ResourceRequirements cpuAndMemory(Container container) {
    ResourceRequirements all = container.getResources();
    return all == null ? new ResourceRequirements() : cpuAndMemory(all);
  }

  /** That part of it alone. */
  static ResourceRequirements cpuAndMemory(ResourceRequirements all) {
    return new ResourceRequirementsBuilder()
        .withRequests(cpuAndMemory(all.getRequests()))
        .withLimits(cpuAndMemory(all.getLimits()))
        .build();
  }

  private static Map<String, Quantity> cpuAndMemory(@Nullable Map<String, Quantity> amounts) {
    Map<String, Quantity> both = new TreeMap<>();
    for (String resource : List.of("cpu", "memory")) {
      Quantity amount = amounts == null ? null : amounts.get(resource);
      if (amount != null) {
        both.put(resource, amount);
      }
    }
    return both;
  }

  static Optional<Quantity> limit(Container container, String resource) {
    return quantity(container, resource, true);
  }

  static Optional<Quantity> request(Container container, String resource) {
    return quantity(container, resource, false);
  }

  private static Optional<Quantity> quantity(Container container, String resource, boolean limit) {
    if (container.getResources() == null) {
      return Optional.empty();
    }
    Map<String, Quantity> map =
        limit ? container.getResources().getLimits() : container.getResources().getRequests();
    return Optional.ofNullable(map == null ? null : map.get(resource));
  }

  static OptionalLong limitBytes(Container container) {
    return limit(container, "memory")
        .map(q -> OptionalLong.of(Quantities.bytes(q)))
        .orElse(OptionalLong.empty());
  }

  static OptionalLong limitMillis(Container container) {
    return limit(container, "cpu")
        .map(q -> OptionalLong.of(Quantities.millis(q)))
        .orElse(OptionalLong.empty());
  }

  /** The number of a port that may be given by the name of one of the container's ports. */
  static Optional<Integer> port(Container container, IntOrString port) {
    if (port.getIntVal() != null) {
      return Optional.of(port.getIntVal());
    }
    String name = Objects.requireNonNullElse(port.getStrVal(), "");
    for (ContainerPort named :
        Objects.requireNonNullElse(container.getPorts(), List.<ContainerPort>of())) {
      if (name.equals(named.getName())) {
        return Optional.of(named.getContainerPort());
      }
    }
    return name.matches("[0-9]{1,5}") ? Optional.of(Integer.valueOf(name)) : Optional.empty();
  }

  /**
   * @see "Source: kubernetes pkg/apis/core/v1/helper/qos"
   */
  static String qosClass(Pod pod) {
    Map<String, Boolean> any = new HashMap<>();
    boolean guaranteed = true;
    for (Container container : all(pod)) {
      for (String resource : List.of("cpu", "memory")) {
        Optional<Quantity> limit = limit(container, resource).filter(PodSpecs::isPositive);
        Optional<Quantity> request =
            request(container, resource).filter(PodSpecs::isPositive).or(() -> limit);
        if (limit.isPresent() || request.isPresent()) {
          any.put(resource, true);
        }
        guaranteed &=
            limit.isPresent()
                && request.isPresent()
                && Quantity.getAmountInBytes(limit.get())
                        .compareTo(Quantity.getAmountInBytes(request.get()))
                    == 0;
      }
    }
    return any.isEmpty() ? "BestEffort" : guaranteed ? "Guaranteed" : "Burstable";
  }

  private static boolean isPositive(Quantity quantity) {
    return Quantity.getAmountInBytes(quantity).signum() > 0;
  }

  /** As events and messages name a pod: {@code name_namespace(uid)}. */
  static String format(Pod pod) {
    return pod.getMetadata().getName()
        + "_"
        + pod.getMetadata().getNamespace()
        + "("
        + uid(pod)
        + ")";
  }
}
