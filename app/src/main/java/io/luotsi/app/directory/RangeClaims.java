package io.luotsi.app.directory;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.UUID;

/**
 * Who has which address ranges on this host. One folder for all users holds one small file a slot,
 * naming the cluster that has it and where its data lies. A claim is as good as that data directory
 * is there: it survives restarts of the cluster, and ends when the directory is gone or holds
 * another cluster.
 *
 * <p>There is no lock that a user could keep from the others: a claim is made by linking a finished
 * file to the slot's name, which succeeds for one, and a stale one is first moved aside, then
 * looked at again. Nothing here follows a link or changes permissions by name, for the folder is
 * everybody's.
 */
public final class RangeClaims {
  /** Shared by all users of the host, so not below anybody's home or TMPDIR. */
  public static final Path HOST_WIDE = Path.of("/var/tmp/luotsi-ranges");

  /** Everybody may add files; only their owners may remove them. */
  private static final int FOLDER_MODE = 01777;

  private static final int MAX_CLAIM_BYTES = 8_192;

  private record Claim(String uid, Path directory) {}

  private final Path folder;

  public RangeClaims(Path folder) {
    this.folder = folder;
  }

  /**
   * Claims the remembered slot; or the first that nobody has claimed; or, when there is none left,
   * the first whose claim is void. To find out takes a look into each claimant's data, which a
   * start does not wait for unless it must.
   *
   * @return the slot, now this cluster's
   * @throws PlainFailure if the remembered slot is another cluster's now, or none is free
   */
  public int claim(String uid, Path directory, OptionalInt remembered) {
    Claim wanted = new Claim(uid, directory);
    try {
      createFolder();
      if (remembered.isPresent()) {
        int slot = remembered.getAsInt();
        if (!take(slot, wanted)) {
          throw new PlainFailure(
              "the addresses of this cluster (%s and %s) now belong to the cluster in %s; remove that one, or start this one with --fresh"
                  .formatted(
                      new AddressRanges(slot).podRange(),
                      new AddressRanges(slot).serviceRange(),
                      read(file(slot)).map(claim -> claim.directory().toString()).orElse("?")));
        }
        return slot;
      }
      for (boolean claimed : new boolean[] {false, true}) {
        for (int slot = 0; slot < AddressRanges.SLOTS; slot++) {
          if (isClaimed(slot) == claimed && take(slot, wanted)) {
            return slot;
          }
        }
      }
    } catch (IOException e) {
      throw new PlainFailure("cannot claim address ranges in " + folder + ": " + e.getMessage(), e);
    }
    throw new PlainFailure(
        "all %d address ranges of this host are claimed; remove data directories that nobody needs (%s names them)"
            .formatted(AddressRanges.SLOTS, folder));
  }

  /** Gives the slot back, if it is this cluster's. */
  public void release(int slot, String uid) {
    try {
      if (read(file(slot)).filter(claim -> claim.uid().equals(uid)).isPresent()) {
        Files.deleteIfExists(file(slot));
      }
    } catch (IOException e) {
      throw new PlainFailure(
          "cannot give back address ranges in " + folder + ": " + e.getMessage(), e);
    }
  }

  private boolean isClaimed(int slot) {
    return Files.exists(file(slot), LinkOption.NOFOLLOW_LINKS);
  }

  private boolean take(int slot, Claim wanted) throws IOException {
    Path file = file(slot);
    if (isClaimed(slot)) {
      Optional<Claim> current = read(file);
      if (current.equals(Optional.of(wanted))) {
        return true;
      }
      if (current.isEmpty() || stands(slot, current.get()) || !moveAside(file, current.get())) {
        return false;
      }
    }
    Path fresh = folder.resolve("." + UUID.randomUUID());
    try {
      write(fresh, wanted);
      Files.createLink(file, fresh);
      return true;
    } catch (FileAlreadyExistsException e) {
      return false;
    } finally {
      Files.deleteIfExists(fresh);
    }
  }

  /**
   * Whether the directory still holds the cluster, in this slot or in none yet; when we may not
   * look, it does.
   */
  private static boolean stands(int slot, Claim claim) {
    try {
      return DataDirectory.readIdentity(claim.directory())
          .filter(identity -> identity.uid().equals(claim.uid()))
          .filter(found -> found.slot() == slot || found.slot() == ClusterIdentity.NO_SLOT)
          .isPresent();
    } catch (IOException e) {
      return true;
    }
  }

  private boolean moveAside(Path file, Claim stale) {
    Path aside = folder.resolve("." + UUID.randomUUID());
    try {
      Files.move(file, aside, StandardCopyOption.ATOMIC_MOVE);
      if (!read(aside).equals(Optional.of(stale))) {
        Files.createLink(file, aside); // somebody claimed it in between
        Files.delete(aside);
        return false;
      }
      Files.delete(aside);
      return true;
    } catch (IOException e) {
      return false; // another user's, or gone already
    }
  }

  private static void write(Path file, Claim claim) throws IOException {
    byte[] text = (claim.uid() + "\n" + claim.directory() + "\n").getBytes(StandardCharsets.UTF_8);
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.CREATE_NEW)) {
      channel.write(ByteBuffer.wrap(text));
    }
  }

  private static Optional<Claim> read(Path file) {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
      ByteBuffer buffer = ByteBuffer.allocate(MAX_CLAIM_BYTES);
      while (channel.read(buffer) > 0) {
        // until the end of the file or of the buffer
      }
      List<String> lines =
          new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8).lines().toList();
      return lines.size() < 2
          ? Optional.empty()
          : Optional.of(new Claim(lines.get(0), Path.of(lines.get(1))));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private Path file(int slot) {
    return folder.resolve("slot-" + slot);
  }

  private void createFolder() throws IOException {
    try {
      Files.createDirectory(folder);
      Files.setAttribute(folder, "unix:mode", FOLDER_MODE);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
        throw new NoSuchFileException(folder + " is not a folder");
      }
    }
  }
}
