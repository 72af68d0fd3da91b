package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExpansionTest {
  @ParameterizedTest
  @CsvSource(
      quoteCharacter = '~',
      value = {
        "$(A),1",
        "x$(A)y$(B)z,x1y2z",
        "$(C),$(C)",
        "$$(A),$(A)",
        "$$$(A),$1",
        "$A,$A",
        "$,$",
        "$(A,$(A",
        "$$,$",
        "$(),$()",
        "$(A)$(A),11",
        "plain,plain"
      })
  void referencesAreReplacedAsUpstreamDoes(String text, String expected) {
    assertThat(Expansion.expand(text, Map.of("A", "1", "B", "2"))).isEqualTo(expected);
  }
}
