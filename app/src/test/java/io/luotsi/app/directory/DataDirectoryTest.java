package io.luotsi.app.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataDirectoryTest {
  @TempDir Path temporary;

  private DataDirectory directory() {
    return DataDirectory.at(temporary.resolve("data"));
  }

  private ClusterIdentity identify(DataDirectory directory) {
    return directory.identify(
        new RangeClaims(temporary.resolve("claims")), Identities.alone("uid-1"));
  }

  @Test
  void aNewDirectoryIsItsOwnersAlone() throws IOException {
    directory().prepare();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory().root())))
        .isEqualTo("rwx------");
  }

  @Test
  void aFolderWithSomethingElseInItIsRefused() throws IOException {
    Files.createDirectories(directory().root());
    Files.writeString(directory().root().resolve("thesis.tex"), "");
    assertThatThrownBy(() -> directory().prepare())
        .isInstanceOf(PlainFailure.class)
        .hasMessageContaining("thesis.tex");
  }

  @Test
  void aDirectoryOfANewerFormatIsRefused() throws IOException {
    Files.createDirectories(directory().root());
    Files.writeString(
        directory().root().resolve("cluster.json"),
        "{\"format\":3,\"uid\":\"u\",\"port\":1,\"slot\":0}");
    assertThatThrownBy(() -> directory().prepare())
        .isInstanceOf(PlainFailure.class)
        .hasMessageContaining("newer Luotsi");
  }

  @Test
  void aDirectoryOfTheFirstFormatHasOneSeatWithThePortsOfThen() throws IOException {
    Files.createDirectories(directory().root());
    Files.writeString(
        directory().root().resolve("cluster.json"),
        "{\"format\":1,\"uid\":\"u\",\"port\":17443,\"slot\":3}");
    ClusterIdentity old = directory().identity().orElseThrow();
    assertThat(old.slot()).isEqualTo(3);
    assertThat(old.seats())
        .containsExactly(
            new Seat(0, "node-1", Role.CONTROL_PLANE, "", "127.0.0.1", 17_443, 17_444, 17_445));

    ClusterIdentity kept = directory().identify(new RangeClaims(temporary.resolve("claims")), old);
    assertThat(kept.seats().getFirst().peerId()).startsWith("node-1-");
    assertThat(directory().identity()).contains(kept);
  }

  @Test
  void aMemberThatJoinsGetsASeatThatNobodyHasAndOneThatLeavesTakesItsFolderWithIt()
      throws IOException {
    directory().prepare();
    ClusterIdentity founded =
        directory()
            .identify(
                new RangeClaims(temporary.resolve("claims")),
                ClusterIdentity.draft(
                    "uid-1",
                    Seating.choose(0, "127.0.0.1", 1, 1),
                    new ClusterIdentity.Choices("127.0.0.1", 0, 0)));
    Seat place = Seating.another(founded, "west", Role.CONTROL_PLANE);
    assertThat(place.number()).isEqualTo(2);
    Set<Integer> ports = new HashSet<>(Set.of(founded.port()));
    for (Seat seat : List.of(founded.seats().getFirst(), founded.seats().getLast(), place)) {
      ports.addAll(List.of(seat.apiPort(), seat.raftPort(), seat.arteryPort()));
    }
    assertThat(ports).as("three of each, and none of the worker's Raft").hasSize(1 + 3 * 3);

    ClusterIdentity grown = directory().seat(founded, place);
    assertThat(directory().identity()).contains(grown);
    assertThat(grown.seats())
        .extracting(Seat::name)
        .containsExactly("node-1", "west", "worker-1"); // the control plane's first
    assertThat(directory().peerId("west")).contains(grown.seat("west").peerId());

    OwnFiles.deleteTree(directory().member("west").raft());
    assertThat(directory().peerId("west")).isEmpty();
    ClusterIdentity replaced = directory().seat(grown, grown.seat("west"));
    assertThat(replaced.seat("west").peerId())
        .startsWith("west-")
        .isNotEqualTo(grown.seat("west").peerId());
    assertThat(replaced.seat("west").raftPort()).isEqualTo(place.raftPort());

    ClusterIdentity left = directory().unseat(replaced, "node-1");
    assertThat(left.seats()).extracting(Seat::name).containsExactly("west", "worker-1");
    assertThat(directory().member("node-1").path()).doesNotExist();
    assertThat(Seating.another(left, "node-1", Role.WORKER).number()).isZero();
  }

  @Test
  void theOneThatIsLeftKeepsItsNameWhenItMovesToOtherPorts() throws IOException {
    directory().prepare();
    ClusterIdentity founded =
        directory()
            .identify(new RangeClaims(temporary.resolve("claims")), Identities.alone("uid-1"));
    Seat place = Seating.another(founded, "west", Role.CONTROL_PLANE);
    ClusterIdentity left = directory().unseat(directory().seat(founded, place), "node-1");
    Seat before = left.seats().getFirst();
    Seat moved = left.with(Seating.choose(0, "127.0.0.1", 1, 0), left.choices()).seats().getFirst();
    assertThat(moved.name()).isEqualTo("west");
    assertThat(moved.peerId()).isEqualTo(before.peerId());
    assertThat(moved.number()).isEqualTo(before.number());
    assertThat(moved.raftPort()).isNotEqualTo(before.raftPort());
  }

  @Test
  void choicesFromBeforeThereWereMoreAreRead() throws IOException {
    directory().prepare();
    ClusterIdentity draft =
        ClusterIdentity.draft(
            "uid-1",
            Seating.choose(0, "127.0.0.1", 1, 0),
            new ClusterIdentity.Choices(
                "127.0.0.1", 0, 0, true, List.of("*", "-scheduler"), "/p.yaml", "/a.log"));
    ClusterIdentity founded =
        directory().identify(new RangeClaims(temporary.resolve("claims")), draft);
    assertThat(directory().identity()).contains(founded);
    assertThat(founded.isNode(founded.seats().getFirst())).isFalse();
    assertThat(founded.choices().selection().orElseThrow().runs("scheduler")).isFalse();
    assertThat(founded.choices().auditPolicy()).contains(Path.of("/p.yaml"));
    assertThat(founded.choices().auditLog()).contains(Path.of("/a.log"));

    Path file = directory().root().resolve("cluster.json");
    String before = Files.readString(file);
    Files.writeString(file, before.replaceAll(",\\s*\"withoutNodes\"[^}]*", ""));
    ClusterIdentity old = directory().identity().orElseThrow();
    assertThat(Files.readString(file)).doesNotContain("controllers").contains("hollowNodes");
    assertThat(old.isNode(old.seats().getFirst())).isTrue();
    assertThat(old.choices().selection()).isEmpty();
    assertThat(old.choices().auditPolicy()).isEmpty();
    assertThat(old.choices().auditLog()).isEmpty();
  }

  @Test
  void everyMemberHasASeatOfItsOwnThatStays() throws IOException {
    directory().prepare();
    ClusterIdentity draft =
        ClusterIdentity.draft(
            "uid-1",
            Seating.choose(0, "127.0.0.1", 3, 2),
            new ClusterIdentity.Choices("127.0.0.1", 7, 2_000));
    ClusterIdentity founded =
        directory().identify(new RangeClaims(temporary.resolve("claims")), draft);

    assertThat(directory().identity()).contains(founded);
    assertThat(founded.seats())
        .extracting(Seat::name)
        .containsExactly("node-1", "node-2", "node-3", "worker-1", "worker-2");
    assertThat(founded.controlPlane()).extracting(Seat::number).containsExactly(0, 1, 2);
    assertThat(founded.controlPlane())
        .allSatisfy(seat -> assertThat(seat.peerId()).matches(seat.name() + "-[0-9a-f]{8}"));
    Set<Integer> ports = new HashSet<>(Set.of(founded.port()));
    for (Seat seat : founded.seats()) {
      assertThat(ports.add(seat.apiPort())).isTrue();
      assertThat(ports.add(seat.arteryPort())).isTrue();
      assertThat(seat.isControlPlane() ? ports.add(seat.raftPort()) : seat.raftPort() == 0)
          .isTrue();
    }
    assertThat(ports).allMatch(port -> port < 32_768);

    Files.delete(directory().member("node-2").raft().resolve("member"));
    assertThat(directory().identify(new RangeClaims(temporary.resolve("claims")), founded))
        .as("a wiped member is not given its id again")
        .isEqualTo(founded);
    assertThat(directory().member("node-2").raft().resolve("member")).doesNotExist();
  }

  @Test
  void aFileInItsPlaceIsRefusedInOneLine() throws IOException {
    Files.writeString(directory().root(), "");
    assertThatThrownBy(() -> directory().prepare())
        .isInstanceOf(PlainFailure.class)
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
  }

  @Test
  void clearingRemovesTheClusterAndNothingElse() throws IOException {
    directory().prepare();
    identify(directory());
    Path journal = directory().member("node-1").raft().resolve("log");
    Files.createDirectories(journal.getParent());
    Files.writeString(journal, "entries");
    Files.writeString(directory().root().resolve("notes"), "mine");
    directory().clear();
    assertThat(directory().root().toFile().list()).containsExactly("notes");
    assertThat(directory().identity()).isEmpty();
  }

  @Test
  void aCopyOfARunningMembersFolderIsNotTakenForThatMember() throws Exception {
    MemberDirectory member = directory().member("node-1");
    long self = ProcessHandle.current().pid();
    MemberRecord record =
        new MemberRecord(
            "node-1", "uid", self, Processes.startTicks(self).orElseThrow(), "a:1", true, 1, 1);
    try (MemberDirectory.Lock lock = member.lock()) {
      assertThat(lock).isNotNull();
      member.write(record);
      Path copy = temporary.resolve("copy/members/node-1");
      Files.createDirectories(copy);
      for (String file : List.of("lock", "member.json")) {
        Files.copy(member.path().resolve(file), copy.resolve(file));
      }

      assertThat(member.running()).contains(record);
      assertThatThrownBy(() -> new MemberDirectory("node-1", copy).running())
          .isInstanceOf(PlainFailure.class)
          .hasMessageContaining("is a copy of " + member.path());
    }
  }

  @Test
  void aMemberIsLockedForOneProcessAtATime() throws Exception {
    MemberDirectory member = directory().member("node-1");
    try (MemberDirectory.Lock lock = member.lock()) {
      assertThat(lock).isNotNull();
      Process other =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-cp",
                  System.getProperty("java.class.path"),
                  LockAttempt.class.getName(),
                  member.path().toString())
              .redirectErrorStream(true)
              .start();
      assertThat(new String(other.getInputStream().readAllBytes()))
          .contains("in use by another luotsi");
    }
    assertThatCode(() -> member.lock().close()).doesNotThrowAnyException();
  }

  /** Tries to lock a member as another process. */
  static final class LockAttempt {
    static void main(String[] arguments) throws IOException {
      Path path = Path.of(arguments[0]);
      try (MemberDirectory.Lock lock = new MemberDirectory("node-1", path).lock()) {
        System.out.println("locked " + lock);
      } catch (PlainFailure e) {
        System.out.println(e.getMessage());
      }
    }
  }

  @Test
  void aRecordNamesAProcessAndNotALaterOneOfItsPid() {
    MemberDirectory member = directory().member("node-1");
    directory().prepare();
    long pid = ProcessHandle.current().pid();
    long ticks = Processes.startTicks(pid).orElseThrow();
    MemberRecord record = new MemberRecord("node-1", "uid", pid, ticks, "a:1", false, 0, 0);
    assertThatCode(() -> OwnFiles.createFolder(member.path())).doesNotThrowAnyException();
    member.write(record);
    assertThat(member.running()).contains(record);
    member.write(new MemberRecord("node-1", "uid", pid, ticks - 1, "a:1", false, 0, 0));
    assertThat(member.running()).isEmpty();
  }
}
