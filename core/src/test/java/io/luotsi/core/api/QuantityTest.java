package io.luotsi.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantityTest {
  @ParameterizedTest
  @CsvSource({
    "0, 0",
    "0Ki, 0",
    "1000m, 1",
    "1500m, 1500m",
    "0.5, 500m",
    ".5, 500m",
    "5., 5",
    "+5, 5",
    "-2.5Gi, -2560Mi",
    "1.5Gi, 1536Mi",
    "1024Ki, 1Mi",
    "1023Ki, 1023Ki",
    "0.5Ki, 512",
    "1.1Ki, 1126400m",
    "1000k, 1M",
    "1234567, 1234567",
    "12e6, 12e6",
    "12E6, 12e6",
    "1e-3, 1e-3",
    "100e2, 10e3",
    "1E, 1E",
    "2Ei, 2Ei",
    "100n, 100n",
    "1u, 1u",
    "0.1n, 1n",
    "-0.1n, -1n",
    "9223372036854775807, 9223372036854775807",
    "9223372036854775808, 9223372036854775807",
    "1e900000000, 9223372036854775807"
  })
  void canonicalFormIsUpstreams(String text, String canonical) {
    assertThat(Quantity.parse(text).toString()).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", " ", "abc", "1x", "1 ", " 1", "--1", "1kk", "1Kii", "e5", "1K", "."})
  void whatIsNoQuantityIsRefused(String text) {
    assertThatThrownBy(() -> Quantity.parse(text)).isInstanceOf(IllegalArgumentException.class);
    assertThat(Quantity.check(text)).isPresent();
  }

  @Test
  void theWordsOfARefusalSayWhichPartIsWrong() {
    assertThat(Quantity.check("1.2.3")).contains("unable to parse numeric part of quantity");
    assertThat(Quantity.check("1K")).contains("unable to parse quantity's suffix");
    assertThat(Quantity.check("one").orElseThrow()).startsWith("quantities must match the regular");
  }

  @Property(tries = 300)
  void canonicalFormsMeanTheSameAndAreStable(
      @ForAll @LongRange(min = -1_000_000_000_000L, max = 1_000_000_000_000L) long millis) {
    Quantity quantity = Quantity.parse(millis + "m");
    Quantity again = Quantity.parse(quantity.toString());
    assertThat(again).isEqualTo(quantity).hasSameHashCodeAs(quantity);
    assertThat(again.toString()).isEqualTo(quantity.toString());
    assertThat(quantity.millis()).isEqualTo(millis);
  }

  @Property(tries = 300)
  void bytesKeepTheirValueInBinaryForm(
      @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long bytes) {
    assertThat(Quantity.parse(Quantity.ofBytes(bytes).toString()).value()).isEqualTo(bytes);
  }

  @Property(tries = 300)
  void orderIsThatOfTheAmounts(@ForAll int a, @ForAll int b) {
    Quantity left = Quantity.parse(a + "Ki");
    Quantity right = Quantity.parse(b + "k");
    assertThat(Integer.signum(left.compareTo(right))).isEqualTo(Long.compare(a * 1024L, b * 1000L));
    assertThat(left.plus(right).minus(right)).isEqualTo(left);
  }
}
