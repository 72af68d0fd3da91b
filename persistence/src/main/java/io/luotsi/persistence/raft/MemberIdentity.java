package io.luotsi.persistence.raft;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.HexFormat;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Who a member is to its peers: its name and a random part that is kept in its data directory. A
 * member whose directory was wiped is somebody new, because it has forgotten what it voted for.
 *
 * <p>The members of a fresh cluster must agree on all their ids before the first of them starts:
 * whoever founds the cluster makes every directory's identity and tells all of them to each (see
 * {@link MemberSettings#peers}).
 *
 * @param peerId name and random part
 */
public record MemberIdentity(String name, String peerId) {
  private static final String FILE = "member";
  private static final String JOINS = "joins";
  private static final String FORMATTED = "formatted";
  private static final int RANDOM_BYTES = 4;

  /**
   * Reads the identity of a directory, or makes one; the directory is made if it is absent.
   *
   * @throws IOException if the directory belongs to a member of another name
   */
  public static MemberIdentity loadOrCreate(Path directory, String name, RandomGenerator random)
      throws IOException {
    Files.createDirectories(directory);
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      byte[] part = new byte[RANDOM_BYTES];
      random.nextBytes(part);
      write(file, name + "-" + HexFormat.of().formatHex(part) + "\n" + name + "\n");
    }
    return find(directory, name).orElseThrow();
  }

  /**
   * Reads the identity of a directory, if it has one.
   *
   * @throws IOException if the directory belongs to a member of another name
   */
  public static Optional<MemberIdentity> find(Path directory, String name) throws IOException {
    Path file = directory.resolve(FILE);
    if (!Files.exists(file)) {
      return Optional.empty();
    }
    String[] lines = Files.readString(file).split("\n");
    if (lines.length != 2 || !lines[0].startsWith(lines[1] + "-")) {
      throw new IOException(file + " is not what a member keeps of itself");
    }
    if (!lines[1].equals(name)) {
      throw new IOException(
          directory + " belongs to member '" + lines[1] + "', this one is '" + name + "'");
    }
    return Optional.of(new MemberIdentity(name, lines[0]));
  }

  /**
   * Notes, for ever, that the member of this directory did not found its cluster: without a journal
   * it waits to be added, and never elects anybody by a list that it was given.
   */
  public static void markJoining(Path directory) throws IOException {
    write(directory.resolve(JOINS), "");
  }

  static boolean isJoining(Path directory) {
    return Files.exists(directory.resolve(JOINS));
  }

  /** Notes, for ever, that this peer has a journal, and may have voted. */
  static void markFormatted(Path directory) throws IOException {
    if (!Files.exists(directory.resolve(FORMATTED))) {
      write(directory.resolve(FORMATTED), "");
    }
  }

  /**
   * @param journal whether it is there now
   * @throws IOException if it was there and is gone: under this id nobody may take part any more
   */
  static void requireJournal(Path directory, boolean journal) throws IOException {
    if (!journal && Files.exists(directory.resolve(FORMATTED))) {
      throw new IOException(
          "the journal in "
              + directory
              + " is gone, and with it what this peer voted for; remove the whole folder and have"
              + " the member replaced");
    }
  }

  /** The name in a peer id. */
  static String nameOf(String peerId) {
    return peerId.substring(0, Math.max(0, peerId.length() - 1 - 2 * RANDOM_BYTES));
  }

  /** Replaces a small file so that it is there whole, and on disk, or not at all. */
  static void write(Path file, String text) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".new");
    try (FileChannel channel =
        FileChannel.open(
            temporary,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE)) {
      channel.write(java.nio.ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
