package io.luotsi.node.kubelet;

import io.luotsi.node.runtime.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Files of a directory that change all at once in the eyes of those who read them. What a reader
 * opens is a link through {@code ..data} to a directory that never changes; a rename of that link
 * is the change.
 *
 * @see "Source: pkg/volume/util/atomic_writer.go"
 */
final class AtomicFiles {
  private static final String DATA = "..data";
  private static final String NEW_DATA = "..data_tmp";
  private static final DateTimeFormatter NAME =
      DateTimeFormatter.ofPattern("yyyy_MM_dd_HH_mm_ss.").withZone(ZoneOffset.UTC);

  /** So that any user of a container may look, whatever the modes of the files. */
  private static final int DIRECTORY_MODE = 0755;

  /**
   * @param mode permission bits
   */
  record Body(byte[] bytes, int mode) {
    boolean sameAs(Body other) {
      return mode == other.mode && Arrays.equals(bytes, other.bytes);
    }
  }

  private AtomicFiles() {}

  /**
   * Has a directory hold these files and no others.
   *
   * @param directory that is there, and that nobody else writes to
   * @param files by path, relative to it and without {@code ..}
   * @return whether anything had to be changed
   */
  static boolean write(Path directory, SortedMap<String, Body> files, Instant now)
      throws IOException {
    Path data = directory.resolve(DATA);
    if (Files.isDirectory(data) && holds(data, files)) {
      return false;
    }
    Path fresh = Files.createTempDirectory(directory, ".." + NAME.format(now));
    permit(fresh, DIRECTORY_MODE);
    for (Map.Entry<String, Body> file : files.entrySet()) {
      put(fresh, file.getKey(), file.getValue());
    }
    Set<String> names = new TreeSet<>();
    files.keySet().forEach(path -> names.add(Path.of(path).getName(0).toString()));
    for (String name : names) {
      Path link = directory.resolve(name);
      if (!Files.exists(link, LinkOption.NOFOLLOW_LINKS)) {
        Files.createSymbolicLink(link, Path.of(DATA, name));
      }
    }
    Path renamed = directory.resolve(NEW_DATA);
    Files.deleteIfExists(renamed); // of a JVM that died here
    Files.createSymbolicLink(renamed, fresh.getFileName());
    Files.move(renamed, data, StandardCopyOption.ATOMIC_MOVE);
    for (Path stale : entries(directory)) {
      String name = stale.getFileName().toString();
      boolean kept = name.equals(DATA) || stale.equals(fresh) || names.contains(name);
      if (!kept && (Files.isSymbolicLink(stale) || name.startsWith(".."))) {
        FileTree.delete(stale);
      }
    }
    return true;
  }

  private static boolean holds(Path data, SortedMap<String, Body> files) throws IOException {
    Path real = data.toRealPath();
    try (Stream<Path> walk = Files.walk(real)) {
      List<String> there =
          walk.filter(Files::isRegularFile).map(f -> real.relativize(f).toString()).toList();
      if (there.size() != files.size() || !files.keySet().containsAll(there)) {
        return false;
      }
    }
    for (Map.Entry<String, Body> file : files.entrySet()) {
      Path path = real.resolve(file.getKey());
      Body is = new Body(Files.readAllBytes(path), mode(path));
      if (!is.sameAs(file.getValue())) {
        return false;
      }
    }
    return true;
  }

  private static void put(Path directory, String path, Body body) throws IOException {
    Path file = directory.resolve(path);
    makeDirectories(file.getParent());
    Files.write(file, body.bytes());
    permit(file, body.mode());
  }

  private static void makeDirectories(Path directory) throws IOException {
    if (!Files.exists(directory)) {
      makeDirectories(directory.getParent());
      Files.createDirectory(directory);
      permit(directory, DIRECTORY_MODE);
    }
  }

  private static List<Path> entries(Path directory) throws IOException {
    try (Stream<Path> entries = Files.list(directory)) {
      return entries.toList();
    }
  }

  /** Whatever the umask says. */
  static void permit(Path path, int mode) throws IOException {
    Set<PosixFilePermission> permissions = EnumSet.noneOf(PosixFilePermission.class);
    PosixFilePermission[] all = PosixFilePermission.values(); // from the owner's read on
    for (int i = 0; i < all.length; i++) {
      if ((mode & (0400 >> i)) != 0) {
        permissions.add(all[i]);
      }
    }
    Files.setPosixFilePermissions(path, permissions);
  }

  private static int mode(Path path) throws IOException {
    int mode = 0;
    for (PosixFilePermission permission : Files.getPosixFilePermissions(path)) {
      mode |= 0400 >> permission.ordinal();
    }
    return mode;
  }
}
