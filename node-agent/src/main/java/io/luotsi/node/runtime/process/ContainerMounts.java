package io.luotsi.node.runtime.process;

import io.luotsi.node.runtime.ContainerRuntime.ContainerSpec;
import io.luotsi.node.runtime.ContainerRuntime.Mount;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * What one container has mounted: what was asked for, and the file for its last words.
 *
 * @param all the outer before what is inside them
 */
record ContainerMounts(List<Mount> all) {
  ContainerMounts {
    all =
        all.stream()
            .sorted(Comparator.comparingInt(mount -> Path.of(mount.at()).getNameCount()))
            .toList();
  }

  static ContainerMounts of(ContainerSpec spec, ContainerDirectory directory) {
    List<Mount> all = new ArrayList<>(spec.mounts());
    if (!spec.lastWords().at().isEmpty()) {
      all.add(new Mount(directory.lastWords(), spec.lastWords().at(), false));
    }
    return new ContainerMounts(all);
  }

  /** The file for a container's last words, which any user may write to. */
  static void prepareLastWords(ContainerDirectory directory) throws IOException {
    Files.createFile(directory.lastWords());
    Files.setPosixFilePermissions(
        directory.lastWords(), PosixFilePermissions.fromString("rw-rw-rw-"));
  }

  boolean isEmpty() {
    return all.isEmpty();
  }

  /**
   * @param state what the container's shim reads and writes is below it
   * @throws ContainerRuntimeException if a mount would hide that
   */
  MountNamespace namespace(Path state) throws ContainerRuntimeException {
    for (Mount mount : all) {
      if (state.startsWith(mount.at()) && !mount.source().equals(Path.of(mount.at()))) {
        throw new ContainerRuntimeException(
            "RunContainerError",
            "cannot mount anything at " + mount.at() + ": this node keeps its pods in " + state);
      }
    }
    return new MountNamespace.With(all);
  }

  /**
   * Links in place of mounts: below {@code root}, what is to be at {@code /a/b} is at a/b. What
   * would be inside another mount is not shown: it would be made in what is mounted there.
   */
  void show(Path root) throws IOException {
    Files.createDirectories(root);
    for (Mount mount : all) {
      Path link = root.resolve(Path.of("/").relativize(Path.of(mount.at()).normalize()));
      if (!link.equals(root) && !isBehindLink(link, root)) {
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, mount.source());
      }
    }
  }

  private static boolean isBehindLink(Path path, Path root) {
    for (Path above = path; !above.equals(root); above = above.getParent()) {
      if (Files.isSymbolicLink(above)) {
        return true;
      }
    }
    return false;
  }
}
