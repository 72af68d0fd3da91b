package io.luotsi.core.patch.apply;

import static io.luotsi.core.patch.apply.Applied.json;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FieldSetTest {
  @Test
  void everyKindOfStepIsWrittenInUpstreamsFormAndOrder() {
    String text =
        "{'f:a':{'.':{},'f:b':{}},'f:z':{},'k:{\\\"name\\\":\\\"x\\\"}':{'f:q':{}},"
            + "'k:{\\\"port\\\":9,\\\"protocol\\\":\\\"TCP\\\"}':{},'k:{\\\"port\\\":80}':{},"
            + "'v:5':{},'v:\\\"a\\\\u003cb\\\"':{},'v:true':{},'i:2':{},'i:10':{}}";

    FieldSet set = FieldsV1.read(json(text)).orElseThrow();

    assertThat(set.toString().lines())
        .containsExactly(
            ".a",
            ".z",
            "[port=9,protocol=\"TCP\"]",
            "[port=80]",
            "[=5]",
            "[=\"a<b\"]",
            "[=true]",
            "[2]",
            "[10]",
            ".a.b",
            "[name=\"x\"].q");
    assertThat(FieldsV1.write(set).toString()).isEqualTo(json(text).toString());
  }

  @Test
  void whatIsNoSetOfFieldsIsRefusedAndWhatALaterVersionMayKnowIsPassedOver() {
    for (String bad :
        List.of(
            "{'x':{}}",
            "{'f':{}}",
            "{'k:[]':{}}",
            "{'k:{':{}}",
            "{'v:':{}}",
            "{'v:1 2':{}}",
            "{'i:x':{}}",
            "{'f:a':{'nothing':{}}}")) {
      assertThat(FieldsV1.read(json(bad))).as(bad).isEmpty();
    }
    assertThat(FieldsV1.read(json("{'q:new':{},'f:a':{}}")))
        .isEqualTo(Optional.of(FieldSet.ofNames("a")));
    assertThat(FieldsV1.read(json("{}"))).isEqualTo(Optional.of(FieldSet.EMPTY));
  }

  @Test
  void aSetKeepsWhatIsBelowAPathThatIsTakenOutUnlessToldOtherwise() {
    FieldSet both = FieldSet.ofNames("a").union(FieldSet.ofNames("a", "b"));

    assertThat(both.difference(FieldSet.ofNames("a"))).isEqualTo(FieldSet.ofNames("a", "b"));
    assertThat(both.recursiveDifference(FieldSet.ofNames("a"))).isEqualTo(FieldSet.EMPTY);
    assertThat(both.difference(FieldSet.ofNames("a", "b"))).isEqualTo(FieldSet.ofNames("a"));
    assertThat(both.intersection(FieldSet.ofNames("a", "b"))).isEqualTo(FieldSet.ofNames("a", "b"));
  }

  @Test
  void setsObeyTheLawsOfSets() {
    Random random = new Random(7);
    for (int run = 0; run < 300; run++) {
      FieldSet a = any(random);
      FieldSet b = any(random);
      FieldSet c = any(random);
      assertThat(a.union(b)).isEqualTo(b.union(a));
      assertThat(a.intersection(b)).isEqualTo(b.intersection(a));
      assertThat(a.difference(b).union(a.intersection(b))).isEqualTo(a);
      assertThat(a.difference(b).intersection(b)).isEqualTo(FieldSet.EMPTY);
      assertThat(a.difference(b.union(c))).isEqualTo(a.difference(b).difference(c));
      assertThat(FieldsV1.read(FieldsV1.write(a))).isEqualTo(Optional.of(a));
      List<List<PathElement>> paths = new ArrayList<>();
      a.union(b).forEach(paths::add);
      assertThat(paths).allMatch(path -> a.has(path) || b.has(path)).doesNotHaveDuplicates();
    }
  }

  private static FieldSet any(Random random) {
    return IntStream.range(0, random.nextInt(12))
        .mapToObj(
            i ->
                FieldSet.of(
                    IntStream.range(0, 1 + random.nextInt(4))
                        .mapToObj(j -> step(random.nextInt(8)))
                        .toArray(PathElement[]::new)))
        .reduce(FieldSet.EMPTY, FieldSet::union);
  }

  private static PathElement step(int which) {
    return switch (which) {
      case 0 -> new PathElement.Key(List.of(new PathElement.KeyField("name", json("'x'"))));
      case 1 -> new PathElement.Key(List.of(new PathElement.KeyField("port", json("80"))));
      case 2 -> new PathElement.Value(json("'x'"));
      case 3 -> new PathElement.Index(3);
      default -> new PathElement.Name("f" + which);
    };
  }
}
