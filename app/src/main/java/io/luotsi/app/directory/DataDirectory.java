package io.luotsi.app.directory;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * A cluster's data directory. It holds one cluster, named by {@code cluster.json}:
 *
 * <pre>
 * cluster.json   identity, port, claimed address ranges
 * kubeconfig     the administrator's, readable by the owner only
 * pki/           the cluster's certificate authority and what it signed
 * members/NAME/  one member each, see {@link MemberDirectory}
 * </pre>
 */
public final class DataDirectory {
  /** What we write at the top, and therefore what {@link #clear} removes. */
  private static final Set<String> ENTRIES = Set.of("cluster.json", "kubeconfig", "pki", "members");

  private static final long MIN_FREE_BYTES = 64L << 20;

  private final Path root;

  private DataDirectory(Path root) {
    this.root = root;
  }

  /** Looks at nothing yet. */
  public static DataDirectory at(Path root) {
    return new DataDirectory(root.toAbsolutePath().normalize());
  }

  public Path root() {
    return root;
  }

  public Path pki() {
    return root.resolve("pki");
  }

  public Path kubeconfig() {
    return root.resolve("kubeconfig");
  }

  public MemberDirectory member(String name) {
    return new MemberDirectory(name, root.resolve("members").resolve(name));
  }

  /** All members that ever ran here, by name. */
  public List<MemberDirectory> members() {
    List<MemberDirectory> members = new ArrayList<>();
    try (DirectoryStream<Path> folders = Files.newDirectoryStream(root.resolve("members"))) {
      folders.forEach(
          folder -> members.add(new MemberDirectory(folder.getFileName().toString(), folder)));
    } catch (NoSuchFileException | NotDirectoryException e) {
      return List.of();
    } catch (IOException e) {
      throw new PlainFailure("cannot read " + root + ": " + Reasons.of(e), e);
    }
    members.sort(Comparator.comparing(MemberDirectory::name));
    return members;
  }

  /** The cluster that lives here, if one does. */
  public Optional<ClusterIdentity> identity() {
    try {
      return readIdentity(root);
    } catch (IOException e) {
      throw new PlainFailure("cannot read " + root + ": " + Reasons.of(e), e);
    }
  }

  static Optional<ClusterIdentity> readIdentity(Path root) throws IOException {
    return OwnFiles.readJson(root.resolve("cluster.json"), ClusterIdentity.class);
  }

  /**
   * Makes the directory fit for a cluster to start in: there, writable, with room, and either empty
   * or ours.
   *
   * @throws PlainFailure otherwise
   */
  public void prepare() {
    try {
      OwnFiles.createFolder(root);
      Optional<ClusterIdentity> identity = identity();
      if (identity.isEmpty()) {
        refuseForeign();
      } else if (identity.get().format() > ClusterIdentity.FORMAT) {
        throw new PlainFailure(
            root + " was written by a newer Luotsi (format " + identity.get().format() + ")");
      }
      Path probe = root.resolve(".probe");
      OwnFiles.write(probe, new byte[] {1});
      Files.delete(probe);
      long free = Files.getFileStore(root).getUsableSpace();
      if (free < MIN_FREE_BYTES) {
        throw new PlainFailure(
            "the disk of %s is full: %d MiB free, %d MiB needed"
                .formatted(root, free >> 20, MIN_FREE_BYTES >> 20));
      }
    } catch (IOException e) {
      throw new PlainFailure("cannot use " + root + " as data directory: " + Reasons.of(e), e);
    }
  }

  /** The cluster's identity, made now if the directory is new. */
  public ClusterIdentity identify(RangeClaims claims, String newUid, int port) {
    Optional<ClusterIdentity> known = identity();
    ClusterIdentity before =
        known.orElseGet(
            () ->
                new ClusterIdentity(ClusterIdentity.FORMAT, newUid, port, ClusterIdentity.NO_SLOT));
    if (known.isEmpty()) {
      write(before); // so that whoever looks whether our claim stands finds us
    }
    OptionalInt slot =
        before.slot() == ClusterIdentity.NO_SLOT
            ? OptionalInt.empty()
            : OptionalInt.of(before.slot());
    ClusterIdentity identity =
        new ClusterIdentity(
            ClusterIdentity.FORMAT, before.uid(), port, claims.claim(before.uid(), root, slot));
    if (!identity.equals(before)) {
      write(identity);
    }
    return identity;
  }

  private void write(ClusterIdentity identity) {
    try {
      OwnFiles.writeJson(root.resolve("cluster.json"), identity);
    } catch (IOException e) {
      throw new PlainFailure("cannot write to " + root + ": " + Reasons.of(e), e);
    }
  }

  /** Removes the cluster and all it kept; the caller has made sure that nothing of it runs. */
  public void clear() {
    Path discarded = root.resolve(".discarded");
    try {
      OwnFiles.deleteTree(discarded);
      if (Files.exists(root.resolve("members"))) {
        // In one step, so that a crash leaves no half of a journal behind.
        Files.move(root.resolve("members"), discarded);
      }
      for (String entry : ENTRIES) {
        OwnFiles.deleteTree(root.resolve(entry));
      }
      OwnFiles.deleteTree(discarded);
    } catch (IOException e) {
      throw new PlainFailure("cannot empty " + root + ": " + Reasons.of(e), e);
    }
  }

  private void refuseForeign() throws IOException {
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
      for (Path entry : entries) {
        String name = entry.getFileName().toString();
        if (!ENTRIES.contains(name) && !name.startsWith(".")) {
          throw new PlainFailure(
              "%s holds something else (%s) and no cluster; choose another folder with --data"
                  .formatted(root, name));
        }
      }
    }
  }
}
