package io.luotsi.node.kubelet;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HostPathVolumeSource;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.luotsi.node.kubelet.ContainerEnvironment.ConfigException;
import io.luotsi.node.runtime.ContainerRuntime.Mount;
import io.luotsi.node.runtime.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The volumes of a node's pods: a directory a pod and volume, made before the pod's sandbox and
 * gone with it. Files that come from the API change all at once, when they are looked at again. For
 * any thread; one at a time for each pod.
 */
final class PodVolumes {
  private static final int ANYBODY = 0777;

  private final Path root;
  private final VolumeFiles.Tokens tokens;
  private final Map<String, Quantity> node;
  private final Clock clock;

  /**
   * @param root belongs to this kubelet alone
   * @param node what containers without limits see as theirs
   */
  PodVolumes(Path root, VolumeFiles.Tokens tokens, Map<String, Quantity> node, Clock clock) {
    this.root = root;
    this.tokens = tokens;
    this.node = node;
    this.clock = clock;
  }

  static List<Volume> of(Pod pod) {
    return Objects.requireNonNullElse(pod.getSpec().getVolumes(), List.of());
  }

  /** Whether a mount is of the volume itself, and not of something in it. */
  static boolean isWhole(VolumeMount mount) {
    return Objects.requireNonNullElse(mount.getSubPath(), "").isEmpty()
        && Objects.requireNonNullElse(mount.getSubPathExpr(), "").isEmpty();
  }

  /**
   * Makes all volumes of a pod, or has them hold what they should hold by now.
   *
   * @throws ConfigException the first thing that is missing or cannot be done
   */
  void setUp(Pod pod, VolumeFiles.References references) throws ConfigException {
    for (Volume volume : of(pod)) {
      try {
        setUp(pod, volume, references);
      } catch (ConfigException | IOException e) {
        throw new ConfigException(
            "MountVolume.SetUp failed for volume \"" + volume.getName() + "\" : " + e.getMessage());
      }
    }
  }

  private void setUp(Pod pod, Volume volume, VolumeFiles.References references)
      throws ConfigException, IOException {
    if (volume.getHostPath() != null) {
      prepare(volume.getHostPath());
      return;
    }
    Path directory = directory(pod, volume.getName());
    if (!Files.isDirectory(directory)) {
      Files.createDirectories(directory);
      AtomicFiles.permit(directory, ANYBODY);
    }
    if (VolumeFiles.hasFiles(volume)) {
      AtomicFiles.write(
          directory, VolumeFiles.of(pod, volume, references, tokens, node), clock.instant());
    }
  }

  /**
   * @see "Source: pkg/volume/hostpath host_path.go"
   */
  private static void prepare(HostPathVolumeSource source) throws ConfigException, IOException {
    Path path = path(source);
    String type = Objects.requireNonNullElse(source.getType(), "");
    if (type.equals("DirectoryOrCreate") && !Files.exists(path)) {
      Files.createDirectories(path);
    }
    if (type.equals("FileOrCreate") && !Files.exists(path)) {
      Files.createFile(path);
    }
    boolean asSaid =
        switch (type) {
          case "Directory", "DirectoryOrCreate" -> Files.isDirectory(path);
          case "File", "FileOrCreate" -> Files.isRegularFile(path);
          case "" -> true;
          default -> Files.exists(path) && !Files.isDirectory(path) && !Files.isRegularFile(path);
        };
    if (!asSaid) {
      throw new ConfigException("hostPath type check failed: " + path + " is not " + ofType(type));
    }
    if (!Files.exists(path)) {
      Files.createDirectories(path); // as upstream's runtimes do
    }
  }

  /** Of the host, wherever this JVM was started. */
  private static Path path(HostPathVolumeSource source) {
    return Path.of("/").resolve(source.getPath());
  }

  private static String ofType(String type) {
    return switch (type) {
      case "Directory", "DirectoryOrCreate" -> "a directory";
      case "File", "FileOrCreate" -> "a file";
      default -> "a " + type;
    };
  }

  /**
   * What a container is to have where.
   *
   * @param environment for {@code subPathExpr}
   */
  List<Mount> mounts(Pod pod, Container spec, Map<String, String> environment)
      throws ConfigException {
    List<Mount> mounts = new ArrayList<>();
    for (VolumeMount mount :
        Objects.requireNonNullElse(spec.getVolumeMounts(), List.<VolumeMount>of())) {
      Volume volume =
          of(pod).stream()
              .filter(there -> there.getName().equals(mount.getName()))
              .findFirst()
              .orElseThrow(() -> new ConfigException("no volume \"" + mount.getName() + "\""));
      Path source =
          volume.getHostPath() != null
              ? path(volume.getHostPath())
              : directory(pod, volume.getName());
      mounts.add(
          new Mount(
              within(source, mount, environment),
              Path.of("/").resolve(mount.getMountPath()).normalize().toString(),
              Boolean.TRUE.equals(mount.getReadOnly())));
    }
    return mounts;
  }

  /** What a mount names of its volume, made if it is not there. */
  private static Path within(Path volume, VolumeMount mount, Map<String, String> environment)
      throws ConfigException {
    if (isWhole(mount)) {
      return volume;
    }
    String path = partOf(mount, environment);
    if (path.startsWith("/") || Stream.of(path.split("/")).anyMatch(".."::equals)) {
      throw new ConfigException("subPath \"" + path + "\" must be inside the volume");
    }
    Path wanted = volume.resolve(path);
    try {
      if (!Files.exists(wanted)) {
        Files.createDirectories(wanted);
      }
      // A program may have put a link there that leads out.
      Path real = wanted.toRealPath();
      if (!real.startsWith(volume.toRealPath())) {
        throw new ConfigException("subPath \"" + path + "\" leads out of the volume");
      }
      return real;
    } catch (IOException e) {
      throw new ConfigException(
          "failed to prepare subPath for volumeMount \""
              + mount.getName()
              + "\": "
              + e.getMessage());
    }
  }

  private static String partOf(VolumeMount mount, Map<String, String> environment)
      throws ConfigException {
    String expression = Objects.requireNonNullElse(mount.getSubPathExpr(), "");
    if (expression.isEmpty()) {
      return mount.getSubPath();
    }
    List<String> missing = new ArrayList<>();
    String path =
        Expansion.expand(
            expression,
            name -> {
              if (!environment.containsKey(name)) {
                missing.add(name);
              }
              return environment.getOrDefault(name, "");
            });
    if (!missing.isEmpty()) {
      throw new ConfigException("missing value for \"" + missing.getFirst() + "\"");
    }
    return path;
  }

  private Path directory(Pod pod, String volume) {
    return root.resolve(PodSpecs.uid(pod)).resolve(volume);
  }

  void remove(String podUid) throws IOException {
    FileTree.delete(root.resolve(podUid));
  }

  /** Those of pods that nobody knows any more. */
  void removeOthers(Set<String> podUids) throws IOException {
    if (!Files.isDirectory(root)) {
      return;
    }
    List<Path> others;
    try (Stream<Path> pods = Files.list(root)) {
      others = pods.filter(pod -> !podUids.contains(pod.getFileName().toString())).toList();
    }
    for (Path other : others) {
      FileTree.delete(other);
    }
  }
}
