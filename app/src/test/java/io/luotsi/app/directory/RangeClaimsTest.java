package io.luotsi.app.directory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.HashSet;
import java.util.List;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RangeClaimsTest {
  @TempDir Path temporary;

  private RangeClaims claims() {
    return new RangeClaims(temporary.resolve("claims"));
  }

  private ClusterIdentity start(String directory, String uid) {
    DataDirectory data = DataDirectory.at(temporary.resolve(directory));
    data.prepare();
    return data.identify(claims(), data.identity().orElseGet(() -> Identities.alone(uid)));
  }

  @Test
  void twoClustersNeverShareARange() {
    ClusterIdentity one = start("one", "uid-1");
    ClusterIdentity two = start("two", "uid-2");
    assertThat(one.ranges().podRange()).isEqualTo("127.16.0.0/16");
    assertThat(two.slot()).isNotEqualTo(one.slot());
    assertThat(two.ranges().serviceRange()).isNotEqualTo(one.ranges().serviceRange());
  }

  @Test
  void aClusterKeepsItsRangeFromStartToStart() {
    start("one", "uid-1");
    ClusterIdentity two = start("two", "uid-2");
    assertThat(start("two", "not used")).isEqualTo(two);
  }

  @Test
  void aRangeWhoseDataDirectoryIsGoneIsTakenWhenThereIsNoOther() throws IOException {
    ClusterIdentity one = start("one", "uid-1");
    OwnFiles.deleteTree(temporary.resolve("one"));
    ClusterIdentity two = start("two", "uid-2");
    assertThat(two.slot()).isNotEqualTo(one.slot());
    block(two.slot() + 1);
    assertThat(start("three", "uid-3").slot()).isEqualTo(one.slot());
    assertThatThrownBy(() -> start("four", "uid-4"))
        .isInstanceOf(PlainFailure.class)
        .hasMessageContaining("address ranges of this host are claimed");
  }

  /** Leaves no free range from that one on: what is no claim is left alone. */
  private void block(int first) throws IOException {
    for (int slot = first; slot < AddressRanges.SLOTS; slot++) {
      Files.createSymbolicLink(temporary.resolve("claims/slot-" + slot), temporary);
    }
  }

  @Test
  void aRangeIsFreeAgainWhenItIsGivenBack() {
    ClusterIdentity one = start("one", "uid-1");
    claims().release(one.slot(), "somebody else");
    assertThat(start("two", "uid-2").slot()).isNotEqualTo(one.slot());
    claims().release(one.slot(), "uid-1");
    assertThat(start("three", "uid-3").slot()).isEqualTo(one.slot());
  }

  @Test
  void aClusterWhoseRangeSomebodyElseHasTakenIsTold() throws IOException {
    ClusterIdentity one = start("one", "uid-1");
    Files.delete(temporary.resolve("claims").resolve("slot-" + one.slot()));
    start("two", "uid-2");
    assertThatThrownBy(() -> start("one", "uid-1"))
        .isInstanceOf(PlainFailure.class)
        .hasMessageContaining(temporary.resolve("two").toString());
  }

  @Test
  void manyClustersThatStartAtOnceGetRangesOfTheirOwn() throws Exception {
    int clusters = 20;
    for (int gone = 0; gone < clusters + 5; gone++) { // stale claims for them to fight about
      start("gone-" + gone, "gone-" + gone);
      OwnFiles.deleteTree(temporary.resolve("gone-" + gone));
    }
    block(clusters + 5);
    Set<Integer> slots = new HashSet<>();
    try (ExecutorService executor = Executors.newFixedThreadPool(clusters)) {
      List<Callable<Integer>> starts =
          IntStream.range(0, clusters)
              .<Callable<Integer>>mapToObj(i -> () -> start("many-" + i, "many-" + i).slot())
              .toList();
      for (Future<Integer> slot : executor.invokeAll(starts)) {
        slots.add(slot.get());
      }
    }
    assertThat(slots).hasSize(clusters);
  }

  @Test
  void theFolderIsEverybodysAndNobodyMayRemoveAnothersClaim() throws IOException {
    start("one", "uid-1");
    assertThat(Files.getAttribute(temporary.resolve("claims"), "unix:mode")).isEqualTo(0_041_777);
    assertThat(Files.getPosixFilePermissions(temporary.resolve("claims").resolve("slot-0")))
        .doesNotContain(PosixFilePermission.OTHERS_WRITE);
  }

  @Test
  void aLinkInPlaceOfAClaimIsNotFollowed() throws IOException {
    Files.createDirectories(temporary.resolve("claims"));
    Path victim = Files.writeString(temporary.resolve("victim"), "uid\n" + temporary + "\n");
    Files.createSymbolicLink(temporary.resolve("claims").resolve("slot-0"), victim);
    assertThat(claims().claim("uid", temporary, OptionalInt.empty())).isEqualTo(1);
    assertThat(victim).exists();
  }
}
