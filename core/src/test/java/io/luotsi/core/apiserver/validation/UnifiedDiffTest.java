package io.luotsi.core.apiserver.validation;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.luotsi.core.api.Json;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class UnifiedDiffTest {
  @Test
  void whatIsEqualWhateverItsOrderHasNoDifference() {
    assertThat(UnifiedDiff.of(value("{'a':1,'b':[]}"), value("{'b':[],'a':1}"))).isEmpty();
  }

  @Test
  void aChangeStandsAmongThreeLinesOnEitherSide() {
    assertThat(
            UnifiedDiff.of(
                value("{'a':1,'b':2,'c':3,'d':{'e':'x'},'f':6,'g':7,'h':8}"),
                value("{'a':1,'b':2,'c':3,'d':{'e':'y'},'f':6,'g':7,'h':8}")))
        .isEqualTo(
            """
            @@ -3,7 +3,7 @@
              "b": 2,
              "c": 3,
              "d": {
            -  "e": "x"
            +  "e": "y"
              },
              "f": 6,
              "g": 7,
            """);
  }

  @Test
  void whatIsAddedTakesNothingAway() {
    assertThat(UnifiedDiff.of(value("{'a':1}"), value("{'a':1,'b':[2,3]}")))
        .isEqualTo(
            """
            @@ -1,3 +1,7 @@
             {
            - "a": 1
            + "a": 1,
            + "b": [
            +  2,
            +  3
            + ]
             }
            """);
    assertThat(UnifiedDiff.of(value("{}"), value("{'a':1}")))
        .isEqualTo("@@ -1 +1,3 @@\n-{}\n+{\n+ \"a\": 1\n+}\n");
  }

  @Test
  void changesFarApartAreHunksOfTheirOwnAndCloseOnesAreOne() {
    assertThat(UnifiedDiff.of(numbers(30, 3, 25), numbers(30)))
        .containsSubsequence("@@ -2,7 +2,7 @@", "@@ -24,7 +24,7 @@");
    assertThat(UnifiedDiff.of(numbers(30, 3, 10), numbers(30)))
        .containsOnlyOnce("@@ -2,14 +2,14 @@");
    assertThat(UnifiedDiff.of(numbers(30, 3, 11), numbers(30)).split("@@ -")).hasSize(3);
  }

  @Test
  void twoLongListsWithNothingInCommonAreSaidWithoutComparingAll() {
    int many = 4000;
    String[] lines = UnifiedDiff.of(numbers(many), texts(many)).split("\n");
    assertThat(lines).hasSize(1 + 2 + 2 * many);
  }

  private static JsonNode numbers(int count, int... other) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < count; i++) {
      array.add(i);
    }
    for (int index : other) {
      array.set(index, -1);
    }
    return array;
  }

  private static JsonNode texts(int count) {
    ArrayNode array = JsonNodeFactory.instance.arrayNode();
    for (int i = 0; i < count; i++) {
      array.add("t" + i);
    }
    return array;
  }

  /** JSON with apostrophes. */
  private static JsonNode value(String json) {
    return Json.readObject(json.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
