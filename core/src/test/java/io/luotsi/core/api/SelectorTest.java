package io.luotsi.core.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.LabelSelector.Operator;
import io.luotsi.core.api.LabelSelector.Requirement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.AlphaChars;
import net.jqwik.api.constraints.Size;
import net.jqwik.api.constraints.StringLength;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SelectorTest {
  @Test
  void everyFormOfTheGrammarIsRead() {
    LabelSelector selector =
        LabelSelector.parse("a=b, c==d,e != f , g in (h,i),j notin (k,),l,!m,n>1,o<2,p=")
            .orElseThrow();
    assertThat(selector.requirements())
        .containsExactly(
            new Requirement("a", Operator.IN, Set.of("b")),
            new Requirement("c", Operator.IN, Set.of("d")),
            new Requirement("e", Operator.NOT_IN, Set.of("f")),
            new Requirement("g", Operator.IN, Set.of("h", "i")),
            new Requirement("j", Operator.NOT_IN, Set.of("k", "")),
            new Requirement("l", Operator.EXISTS, Set.of()),
            new Requirement("m", Operator.DOES_NOT_EXIST, Set.of()),
            new Requirement("n", Operator.GREATER_THAN, Set.of("1")),
            new Requirement("o", Operator.LESS_THAN, Set.of("2")),
            new Requirement("p", Operator.IN, Set.of("")));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "a in () | unable to parse requirement: values: Invalid value: []: for 'in', 'notin'"
            + " operators, values set can't be empty",
        "a=b, | found '', expected: identifier after ','",
        "a b | unable to parse requirement: found 'b', expected: in, notin, =, ==, !=, gt, lt",
        "=b | found '=', expected: !, identifier, or 'end of string'",
        "!a=b | unable to parse requirement: found '=', expected: in, notin, =, ==, !=, gt, lt",
        "a in b | unable to parse requirement: found 'b' expected: '('",
        "a in (b | unable to parse requirement: found '', expected: ',' or ')'",
        "a=b c | found 'c', expected: ',' or 'end of string'",
        "a>x | unable to parse requirement: values[0]: Invalid value: \"x\": for 'Gt', 'Lt'"
            + " operators, the value must be an integer",
        "a=(| unable to parse requirement: found '(', expected: identifier"
      })
  void whatIsNoSelectorIsRefusedInUpstreamsWords(String text, String message) {
    assertThat(LabelSelector.parse(text))
        .isEqualTo(Outcome.rejected(new Rejection.BadRequest(message)));
  }

  @Test
  void keysAndValuesMustBeThoseOfLabels() {
    assertThat(message(LabelSelector.parse("a/b/c=d")))
        .startsWith(
            "unable to parse requirement: key: Invalid value: \"a/b/c\": a qualified name must"
                + " consist of");
    assertThat(message(LabelSelector.parse("a=-b")))
        .startsWith(
            "unable to parse requirement: values[0][a]: Invalid value: \"-b\": a valid label must"
                + " be an empty string");
  }

  @Property(tries = 200)
  void aSelectorOfAnObjectsOwnLabelsMatchesItAndNoOther(
      @ForAll @Size(min = 1, max = 4)
          Map<
                  @AlphaChars @StringLength(min = 1, max = 5) String,
                  @AlphaChars @StringLength(min = 1, max = 5) String>
              labels,
      @ForAll @AlphaChars @StringLength(min = 6, max = 7) String other) {
    String text =
        String.join(
            ",", labels.entrySet().stream().map(e -> e.getKey() + "=" + e.getValue()).toList());
    LabelSelector selector = LabelSelector.parse(text).orElseThrow();
    assertThat(selector.matches(labels)).isTrue();
    String key = labels.keySet().iterator().next();
    assertThat(selector.matches(Map.of(key, other))).isFalse();
    assertThat(LabelSelector.parse("!" + key).orElseThrow().matches(labels)).isFalse();
  }

  @Test
  void theSelectorObjectOfASpecIsReadWithAllItsOperators() {
    LabelSelector selector =
        LabelSelector.ofSpec(
            Json.readObject(
                """
                {"matchLabels": {"a": "b"}, "matchExpressions": [
                  {"key": "c", "operator": "NotIn", "values": ["d"]},
                  {"key": "e", "operator": "Exists"}]}
                """
                    .getBytes(java.nio.charset.StandardCharsets.UTF_8)));
    assertThat(selector.matches(Map.of("a", "b", "e", ""))).isTrue();
    assertThat(selector.matches(Map.of("a", "b", "c", "d", "e", ""))).isFalse();
    assertThat(selector.matches(Map.of("a", "b"))).isFalse();
  }

  @Test
  void fieldSelectorsAreReadWithTheirEscapes() {
    FieldSelector selector = FieldSelector.parse("a.b=c,d!=e,f==g\\,h\\=\\\\,i=").orElseThrow();
    assertThat(selector.terms())
        .isEqualTo(
            List.of(
                new FieldSelector.Term("a.b", true, "c"),
                new FieldSelector.Term("d", false, "e"),
                new FieldSelector.Term("f", true, "g,h=\\"),
                new FieldSelector.Term("i", true, "")));
    assertThat(message(FieldSelector.parse("a")))
        .isEqualTo("invalid selector: 'a'; can't understand 'a'");
    assertThat(message(FieldSelector.parse("a=b=c")))
        .isEqualTo("invalid field selector: unescaped character in value: =");
    assertThat(message(FieldSelector.parse("a=\\x")))
        .isEqualTo("invalid field selector: invalid escape sequence: \\x");
  }

  private static <T> String message(Outcome<T> outcome) {
    return switch (outcome) {
      case Outcome.Rejected<T>(Rejection.BadRequest(String message)) -> message;
      case Outcome.Rejected<T>(Rejection other) -> throw new AssertionError(other);
      case Outcome.Done<T>(T value) -> throw new AssertionError(value);
    };
  }
}
