package io.luotsi.app.directory;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.BadInput;
import io.luotsi.app.PlainFailure;
import io.luotsi.http.auth.StaticTokens;
import io.luotsi.persistence.raft.MemberIdentity;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.random.RandomGenerator;

/**
 * A cluster's data directory. It holds one cluster, named by {@code cluster.json}:
 *
 * <pre>
 * cluster.json   identity, port, claimed address ranges
 * kubeconfig     the administrator's, readable by the owner only
 * pki/           the cluster's certificate authorities and what they signed
 * tokens.csv     static tokens, if there are any, readable by the owner only
 * front.json     while somebody watches a cluster of several JVMs in the foreground
 * members/NAME/  one member each, see {@link MemberDirectory}
 * </pre>
 */
public final class DataDirectory {
  private static final String IDENTITY = "cluster.json";
  private static final String FRONT = "front.json";
  private static final String TOKENS = "tokens.csv";

  /** What we write at the top, and therefore what {@link #clear} removes. */
  private static final Set<String> ENTRIES =
      Set.of(IDENTITY, "kubeconfig", "pki", "members", FRONT, TOKENS);

  private static final long MIN_FREE_BYTES = 64L << 20;

  private final Path root;

  /** Keeps others from founding the cluster at the same time; given back by closing. */
  public static final class Lock implements AutoCloseable {
    private final FileChannel channel;

    private Lock(FileChannel channel) {
      this.channel = channel;
    }

    @Override
    public void close() throws IOException {
      channel.close();
    }
  }

  private DataDirectory(Path root) {
    this.root = root;
  }

  /** Looks at nothing yet. */
  public static DataDirectory at(Path root) {
    return new DataDirectory(root.toAbsolutePath().normalize());
  }

  /** The one of which that is a part. */
  public static DataDirectory of(MemberDirectory member) {
    return at(Objects.requireNonNull(member.path().toAbsolutePath().getParent()).resolve(".."));
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

  /**
   * The static tokens that members take from their next start on.
   *
   * @throws PlainFailure if they cannot be read
   */
  public StaticTokens tokens() {
    Path file = root.resolve(TOKENS);
    try {
      return StaticTokens.parse(Files.readString(file));
    } catch (NoSuchFileException e) {
      return StaticTokens.NONE;
    } catch (IOException e) {
      throw new PlainFailure("cannot read " + file + ": " + Reasons.of(e), e);
    } catch (IllegalArgumentException e) {
      throw new PlainFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  /**
   * Replaces the static tokens.
   *
   * @param csv as {@link StaticTokens#parse} reads it
   */
  public void tokens(String csv) {
    try {
      OwnFiles.write(root.resolve(TOKENS), csv.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new PlainFailure("cannot write to " + root + ": " + Reasons.of(e), e);
    }
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

  /**
   * The cluster that lives here, if one does.
   *
   * @throws BadInput if this is no folder
   */
  public Optional<ClusterIdentity> identity() {
    try {
      return readIdentity(root);
    } catch (IOException e) {
      if (isNoFolder()) {
        throw new BadInput("cannot use " + root + " as data directory: it is not a folder", e);
      }
      throw new PlainFailure("cannot read " + root + ": " + Reasons.of(e), e);
    }
  }

  /** Whether it, or what it is in, is something else. */
  private boolean isNoFolder() {
    Path there = root;
    while (there.getParent() != null && !Files.exists(there)) {
      there = there.getParent();
    }
    return !Files.isDirectory(there);
  }

  /**
   * @throws PlainFailure if no cluster lives here
   */
  public ClusterIdentity founded() {
    return identity()
        .orElseThrow(
            () ->
                new PlainFailure("there is no cluster in " + root + "; start one with: luotsi up"));
  }

  /** What a person pastes into a shell to use kubectl. */
  public String exportKubeconfig() {
    return "export KUBECONFIG=" + ShellWord.quote(kubeconfig());
  }

  static Optional<ClusterIdentity> readIdentity(Path root) throws IOException {
    Optional<ObjectNode> json = OwnFiles.readJson(root.resolve(IDENTITY), ObjectNode.class);
    if (json.isPresent() && json.get().path("format").asInt() > ClusterIdentity.FORMAT) {
      throw new IOException(
          "it was written by a newer Luotsi, in format " + json.get().path("format"));
    }
    try {
      return json.map(ClusterIdentity::read);
    } catch (IllegalArgumentException | NullPointerException e) {
      throw new IOException(IDENTITY + " is not what a cluster keeps of itself", e);
    }
  }

  /**
   * Makes the directory fit for a cluster to start in: there, writable, with room, and either empty
   * or ours.
   *
   * @throws BadInput if it is no place for that, {@link PlainFailure} if the disk is full
   */
  public void prepare() {
    try {
      OwnFiles.createFolder(root);
      if (identity().isEmpty()) {
        refuseForeign();
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
      throw new BadInput("cannot use " + root + " as data directory: " + Reasons.of(e), e);
    }
  }

  /** Waits for its turn. */
  public Lock lock() {
    return lock(".lock");
  }

  /**
   * Keeps others from changing who the members are; waits for its turn. Members start meanwhile.
   */
  public Lock lockMembers() {
    founded();
    return lock(".members");
  }

  private Lock lock(String file) {
    try {
      FileChannel channel =
          FileChannel.open(root.resolve(file), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      channel.lock();
      return new Lock(channel);
    } catch (IOException e) {
      throw new PlainFailure("cannot write to " + root + ": " + Reasons.of(e), e);
    }
  }

  /**
   * Makes the identity this directory's: claims its addresses, gives its control-plane members
   * their peer ids and keeps it. What has been claimed and given stays.
   */
  public ClusterIdentity identify(RangeClaims claims, ClusterIdentity wanted) {
    Optional<ClusterIdentity> known = identity();
    if (known.isEmpty()) {
      write(wanted); // so that whoever looks whether our claim stands finds us
    }
    OptionalInt slot =
        wanted.slot() == ClusterIdentity.NO_SLOT
            ? OptionalInt.empty()
            : OptionalInt.of(wanted.slot());
    ClusterIdentity identity =
        wanted
            .withSlot(claims.claim(wanted.uid(), root, slot))
            .withSeats(wanted.seats().stream().map(this::known).toList());
    if (!known.equals(Optional.of(identity))) {
      write(identity);
    }
    return identity;
  }

  /** The id is made in the member's own folder: a member that loses it is somebody new. */
  private Seat known(Seat seat) {
    if (!seat.isControlPlane() || !seat.peerId().isEmpty()) {
      return seat;
    }
    Path raft = member(seat.name()).raft();
    try {
      OwnFiles.createFolder(raft);
      return seat.knownAs(
          MemberIdentity.loadOrCreate(raft, seat.name(), RandomGenerator.getDefault()).peerId());
    } catch (IOException e) {
      throw new PlainFailure("cannot write to " + raft + ": " + Reasons.of(e), e);
    }
  }

  /**
   * Gives a member its folder and its seat. One of the control plane gets an id, under which it
   * will wait to be added, if its folder has none; nothing else may have run there.
   *
   * @return the cluster as it is kept from now on
   */
  public ClusterIdentity seat(ClusterIdentity identity, Seat seat) {
    Seat known = known(seat.knownAs(""));
    if (seat.isControlPlane()) {
      try {
        MemberIdentity.markJoining(member(seat.name()).raft());
      } catch (IOException e) {
        throw new PlainFailure("cannot write to " + root + ": " + Reasons.of(e), e);
      }
    }
    ClusterIdentity changed = identity.with(known);
    write(changed);
    return changed;
  }

  /** Takes a member's seat and all that it kept; it does not run. */
  public ClusterIdentity unseat(ClusterIdentity identity, String name) {
    ClusterIdentity changed = identity.without(name);
    write(changed);
    try {
      OwnFiles.deleteTree(member(name).path());
    } catch (IOException e) {
      throw new PlainFailure("cannot remove " + member(name).path() + ": " + Reasons.of(e), e);
    }
    return changed;
  }

  /** The id under which the member of that name last ran, or is to run; empty if it was wiped. */
  public Optional<String> peerId(String name) {
    try {
      return MemberIdentity.find(member(name).raft(), name).map(MemberIdentity::peerId);
    } catch (IOException e) {
      throw new PlainFailure("cannot read " + member(name).raft() + ": " + Reasons.of(e), e);
    }
  }

  /** The command that watches the cluster in the foreground. */
  private record Front(long pid, long startTicks) {}

  /** This process watches the cluster from now on. */
  public void watched() {
    long pid = ProcessHandle.current().pid();
    try {
      OwnFiles.writeJson(
          root.resolve(FRONT), new Front(pid, Processes.startTicks(pid).orElseThrow()));
    } catch (IOException e) {
      throw new PlainFailure("cannot write to " + root + ": " + Reasons.of(e), e);
    }
  }

  /** The process that watches the cluster in the foreground, if one does. */
  public Optional<ProcessHandle> watcher() {
    try {
      return OwnFiles.readJson(root.resolve(FRONT), Front.class)
          .filter(front -> Processes.startTicks(front.pid()).orElse(-1) == front.startTicks())
          .flatMap(front -> ProcessHandle.of(front.pid()));
    } catch (IOException e) {
      throw new PlainFailure("cannot read " + root + ": " + Reasons.of(e), e);
    }
  }

  /** Nobody watches the cluster any more. */
  public void unwatched() {
    try {
      Files.deleteIfExists(root.resolve(FRONT));
    } catch (IOException e) {
      throw new PlainFailure("cannot write to " + root + ": " + Reasons.of(e), e);
    }
  }

  private void write(ClusterIdentity identity) {
    try {
      OwnFiles.writeJson(root.resolve(IDENTITY), identity);
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
          throw new BadInput(
              "%s holds something else (%s) and no cluster; choose another folder with --data"
                  .formatted(root, name));
        }
      }
    }
  }
}
