package io.luotsi.core.catalog.custom;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class LinearPatternTest {
  @ParameterizedTest
  @CsvSource(
      delimiterString = " ~ ",
      value = {
        "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$ ~ my-name ~ true",
        "^[a-z0-9]([-a-z0-9]*[a-z0-9])?$ ~ my-name- ~ false",
        "b+ ~ aabba ~ true",
        "^b+$ ~ aabba ~ false",
        "^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$ ~ * * * * */5 ~ true",
        "^(\\d+|\\*)(/\\d+)?(\\s+(\\d+|\\*)(/\\d+)?){4}$ ~ * * * * ~ false",
        "(?i)^HELLO$ ~ hello ~ true",
        "^(?:a|b|cd){2,3}$ ~ acdb ~ true",
        "^(?:a|b|cd){2,3}$ ~ a ~ false",
        "^a{2}$ ~ aaa ~ false",
        "^[^/]+$ ~ a/b ~ false",
        "^[[:alpha:]_]+$ ~ ab_c ~ true",
        "^\\p{Lu}\\pL*$ ~ Ärger ~ true",
        "\\bword\\b ~ a word here ~ true",
        "\\bword\\b ~ swords ~ false",
        "^\\x41\\.\\Q*.\\E$ ~ A.*. ~ true",
        "^(?P<year>\\d{4})$ ~ 2026 ~ true",
        "x{,3} ~ x{,3} ~ true",
        "^.$ ~ 😀 ~ true",
      })
  void itMatchesAsGoDoes(String expression, String text, boolean expected) {
    assertThat(LinearPattern.compile(expression).find(text)).isEqualTo(expected);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " ~ ",
      value = {
        "a(b ~ error parsing regexp: missing closing ): `a(b`",
        "a)b ~ error parsing regexp: unexpected ): `a)b`",
        "[a-z ~ error parsing regexp: missing closing ]: `[a-z`",
        "*a ~ error parsing regexp: missing argument to repetition operator: `*`",
        "(?=a)b ~ error parsing regexp: invalid or unsupported Perl syntax: `(?=`",
        "(a)\\1 ~ error parsing regexp: invalid escape sequence: `\\1`",
        "a{1001} ~ error parsing regexp: invalid repeat count: `{1001}`",
        "[z-a] ~ error parsing regexp: invalid character class range: `z-a`",
        "a** ~ error parsing regexp: invalid nested repetition operator: `**`",
      })
  void whatIsNoExpressionIsRefusedInGosWords(String expression, String message) {
    assertThatThrownBy(() -> LinearPattern.compile(expression)).hasMessage(message);
  }

  /** Each takes java.util.regex longer than anybody waits. */
  @Test
  @Timeout(20)
  void noExpressionTakesLongerThanItsSizeTimesTheTextsLength() {
    String text = "a".repeat(20_000) + "!";
    for (String evil :
        new String[] {"^(a+)+$", "^(a|aa)+$", "^(a|a?)+$", "(a*)*b", "^(.*a){12}$"}) {
      assertThat(LinearPattern.compile(evil).find(text)).as(evil).isFalse();
    }
  }

  @Test
  void anExpressionThatWouldGrowWithoutBoundIsRefused() {
    assertThatThrownBy(() -> LinearPattern.compile("((a{100}){100}){100}"))
        .hasMessageContaining("expression too large");
    assertThatThrownBy(() -> LinearPattern.compile("(".repeat(5_000) + "a" + ")".repeat(5_000)))
        .hasMessageContaining("expression nests too deeply");
  }

  @Test
  void whatTakesNoMoreRoomThanItLooksIsTaken() {
    assertThat(LinearPattern.compile("\\Q)(\\E[)(\\]]{2}\\x{1F600}").find(")()]😀")).isTrue();
    assertThat(LinearPattern.compile("([[:alpha:]]{1,63}\\.){1,8}[a-z]{2,}").find("a.b.com"))
        .isTrue();
  }
}
