package io.luotsi.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.junit.jupiter.api.Test;

/** How much is said in warnings. */
class WarningsTest {
  private static List<String> said(List<String> texts) {
    return Warnings.headers(texts).stream()
        .map(HttpHeader::value)
        .map(value -> value.substring("299 - \"".length(), value.length() - 1))
        .toList();
  }

  @Test
  void eachIsSaidOnceAndInOrder() {
    assertThat(said(List.of("b", "a", "b", "", "c", "a"))).containsExactly("b", "a", "c");
  }

  @Test
  void asLongAsTheyFitNothingIsCut() {
    String half = "h".repeat(2_048);

    assertThat(said(List.of(half, "i" + half.substring(1))))
        .allMatch(text -> text.length() == 2_048);
  }

  @Test
  void ifTheyDoNotFitLongOnesAreCutAndTheLastLeftOut() {
    List<String> many =
        Stream.iterate(100, i -> i + 1).limit(40).map(i -> i + "ä".repeat(500)).toList();

    assertThat(said(many))
        .hasSize(16)
        .allMatch(text -> text.length() == 256)
        .first()
        .asString()
        .startsWith("100ä");
  }
}
