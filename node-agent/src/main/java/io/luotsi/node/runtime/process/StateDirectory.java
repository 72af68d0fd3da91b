package io.luotsi.node.runtime.process;

import io.luotsi.core.api.Json;
import io.luotsi.node.runtime.ContainerRuntime.ContainerSpec;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import io.luotsi.node.runtime.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** All that is on disk of one runtime; {@link ProcessRuntime} says where what lies. */
record StateDirectory(Path root) {
  private static final String POD = "pod.json";
  private static final String CONTAINERS = "containers";

  record Owner(String clusterUid, String nodeName) {}

  record PodRecord(
      String uid, String namespace, String name, String address, boolean host, long createdMillis) {
    Sandbox sandbox() {
      return new Sandbox(uid, namespace, name, address, Instant.ofEpochMilli(createdMillis));
    }
  }

  /**
   * Makes it what it is to be, if it is new.
   *
   * @throws IOException if it is somebody else's
   */
  void claim(Owner owner) throws IOException {
    Files.createDirectories(podsPath());
    Path file = root.resolve("runtime.json");
    if (!Files.exists(file)) {
      ContainerDirectory.writeWhole(file, Json.write(Json.objectOf(owner)));
    }
    Owner found = Json.readAs(Files.readAllBytes(file), Owner.class);
    if (!found.equals(owner)) {
      throw new IOException(
          root + " holds the pods of node " + found.nodeName() + " of another cluster or name");
    }
  }

  void write(PodRecord pod) throws IOException {
    Path directory = podPath(pod.uid());
    Files.createDirectories(directory.resolve(CONTAINERS));
    ContainerDirectory.writeWhole(directory.resolve(POD), Json.write(Json.objectOf(pod)));
  }

  /** Those whose sandbox is there; what is left of others is deleted: their JVM died too early. */
  List<PodRecord> pods() throws IOException {
    List<PodRecord> found = new ArrayList<>();
    for (Path pod : list(podsPath())) {
      Path file = pod.resolve(POD);
      if (Files.exists(file)) {
        found.add(Json.readAs(Files.readAllBytes(file), PodRecord.class));
      } else {
        FileTree.delete(pod);
      }
    }
    return found;
  }

  void removePod(String uid) throws IOException {
    FileTree.delete(podPath(uid));
  }

  ContainerDirectory container(ContainerSpec spec) {
    return new ContainerDirectory(
        podPath(spec.podUid())
            .resolve(CONTAINERS)
            .resolve(spec.name())
            .resolve(Integer.toString(spec.attempt())));
  }

  /** Of all pods, by pod, name and attempt; none if the directory is not there. */
  List<ContainerDirectory> containers() throws IOException {
    List<ContainerDirectory> found = new ArrayList<>();
    for (Path pod : list(podsPath())) {
      for (Path name : list(pod.resolve(CONTAINERS))) {
        for (Path attempt : list(name)) {
          found.add(new ContainerDirectory(attempt));
        }
      }
    }
    return found;
  }

  private Path podsPath() {
    return root.resolve("pods");
  }

  private Path podPath(String uid) {
    return podsPath().resolve(uid);
  }

  private static List<Path> list(Path directory) throws IOException {
    if (!Files.isDirectory(directory)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.sorted().toList();
    }
  }
}
