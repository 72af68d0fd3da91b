package io.luotsi.node.runtime.process;

import io.luotsi.core.api.Json;
import io.luotsi.node.runtime.process.ProcTable.Identity;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What is on disk of one run of one container: what was asked for, written by the JVM before
 * anything started, and what came of it, written by the shim.
 */
record ContainerDirectory(Path path) {
  /** Format 1. Fields may be added. */
  static final int FORMAT = 1;

  /**
   * @param ownMounts whether it sees other mounts than this JVM
   * @param orOutput whether its last output tells why it failed, if nothing else does
   * @param bootId of the kernel that ran it; after a reboot its pids mean nothing
   */
  record Record(
      int format,
      String id,
      String podUid,
      String name,
      int attempt,
      String image,
      String imageId,
      String bootId,
      String workingDirectory,
      Map<String, String> environment,
      List<String> cgroups,
      boolean ownMounts,
      boolean orOutput) {
    List<Path> cgroupPaths() {
      return cgroups.stream().map(Path::of).toList();
    }
  }

  /** When the shim wrote it is when it happened: no clock is read for it, and no tool needed. */
  record Ended(int exitCode, Instant at) {}

  record StartFailure(String why, Instant at) {}

  private static final String UNSTARTED = "unstarted";

  /** Where mounts are shown that cannot be made. */
  Path mounts() {
    return path.resolve("mounts");
  }

  /** What the container has to say about its end. */
  Path lastWords() {
    return path.resolve("last-words");
  }

  Path log() {
    return path.resolve("log");
  }

  Path work() {
    return path.resolve("work");
  }

  Path shimErrors() {
    return path.resolve("shim.err");
  }

  Path shimRecord() {
    return path.resolve("shim");
  }

  void write(Record record) throws IOException {
    Files.createDirectories(work());
    writeWhole(path.resolve("container.json"), Json.write(Json.objectOf(record)));
  }

  /** Empty if the JVM died before it had written it. */
  Optional<Record> read() {
    return readText("container.json")
        .map(json -> Json.readAs(json.getBytes(StandardCharsets.UTF_8), Record.class));
  }

  Optional<Identity> shim() {
    return readText("shim").flatMap(Identity::parse);
  }

  /** The container's first process. */
  Optional<Identity> first() {
    return readText("pid").flatMap(Identity::parse);
  }

  Optional<Instant> startedAt() {
    return modified("pid");
  }

  Optional<Ended> ended() {
    OptionalInt code =
        readText("exit").filter(t -> t.endsWith("\n")).stream()
            .mapToInt(t -> Integer.parseInt(t.strip()))
            .findFirst();
    return code.isEmpty()
        ? Optional.empty()
        : modified("exit").map(at -> new Ended(code.getAsInt(), at));
  }

  /** Why its program could not be run, if it could not; nothing of it ever ran then. */
  Optional<StartFailure> startFailure() {
    return readText(UNSTARTED)
        .flatMap(why -> modified(UNSTARTED).map(at -> new StartFailure(why, at)));
  }

  void writeStartFailure(String why) throws IOException {
    writeWhole(path.resolve(UNSTARTED), why.getBytes(StandardCharsets.UTF_8));
  }

  /** What the shim had to complain about, for the log. */
  String complaints() {
    return readText("shim.err").map(String::strip).orElse("");
  }

  /**
   * Records an end that the shim could not: somebody killed it.
   *
   * @return as it was recorded, so that every later JVM says the same; of a container that has been
   *     removed meanwhile nobody will ask again
   */
  Ended writeLost() {
    try {
      writeWhole(path.resolve("lost"), new byte[0]);
    } catch (NoSuchFileException removed) {
      return lostAt(Instant.now());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return lost().orElseGet(() -> lostAt(Instant.now()));
  }

  Optional<Ended> lost() {
    return modified("lost").map(ContainerDirectory::lostAt);
  }

  private static Ended lostAt(Instant at) {
    return new Ended(128 + Native.SIGKILL, at);
  }

  private Optional<Instant> modified(String name) {
    try {
      return Optional.of(Files.getLastModifiedTime(path.resolve(name))).map(FileTime::toInstant);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> readText(String name) {
    try {
      return Optional.of(Files.readString(path.resolve(name)));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whole or not at all, whenever the JVM dies. */
  static void writeWhole(Path file, byte[] bytes) throws IOException {
    Path temporary = file.resolveSibling(file.getFileName() + ".tmp");
    Files.write(temporary, bytes);
    Files.move(
        temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }
}
