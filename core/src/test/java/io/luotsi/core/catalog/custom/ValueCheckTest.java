package io.luotsi.core.catalog.custom;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Upstream's messages, one keyword a line. */
class ValueCheckTest {
  private static JsonNode json(String text) {
    try {
      return Json.mapper().readTree(text.replace('\'', '"'));
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(text, e);
    }
  }

  /** A check of an object whose one field {@code x} has the schema. */
  private static List<String> check(String schema, String value) {
    JsonNode object = json("{'type': 'object', 'properties': {'x': " + schema + "}}");
    return ValueCheck.of(object).check("", json("{'x': " + value + "}")).stream()
        .map(FieldError::message)
        .toList();
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " ~ ",
      quoteCharacter = '`',
      value = {
        "{'type': 'integer'} ~ 'a' ~ x: Invalid value: \"string\": x in body must be of type"
            + " integer: \"string\"",
        "{'type': 'string'} ~ 1 ~ x: Invalid value: \"integer\": x in body must be of type string:"
            + " \"integer\"",
        "{'type': 'string'} ~ null ~ x: Invalid value: \"null\": x in body must be of type string:"
            + " \"null\"",
        "{'type': 'integer'} ~ 1.5 ~ x: Invalid value: \"number\": x in body must be of type"
            + " integer: \"number\"",
        "{'x-kubernetes-int-or-string': true} ~ true ~ x: Invalid value: \"boolean\": x in body"
            + " must be of type integer,string: \"boolean\"",
        "{'type': 'integer', 'minimum': 1} ~ 0 ~ x: Invalid value: 0: x in body should be greater"
            + " than or equal to 1",
        "{'type': 'integer', 'minimum': 1, 'exclusiveMinimum': true} ~ 1 ~ x: Invalid value: 1: x"
            + " in body should be greater than 1",
        "{'type': 'integer', 'maximum': 10} ~ 11 ~ x: Invalid value: 11: x in body should be less"
            + " than or equal to 10",
        "{'type': 'number', 'multipleOf': 0.5} ~ 1.3 ~ x: Invalid value: 1.3: x in body should be a"
            + " multiple of 0.5",
        "{'type': 'string', 'minLength': 2} ~ 'a' ~ x: Invalid value: \"a\": x in body should be at"
            + " least 2 chars long",
        "{'type': 'string', 'maxLength': 2} ~ 'abc' ~ x: Too long: may not be more than 2 bytes",
        "{'type': 'string', 'pattern': '^a+$'} ~ 'b' ~ x: Invalid value: \"b\": x in body should"
            + " match '^a+$'",
        "{'type': 'string', 'enum': ['a', 'b']} ~ 'c' ~ x: Unsupported value: \"c\": supported"
            + " values: \"a\", \"b\"",
        "{'type': 'string', 'format': 'date-time'} ~ 'now' ~ x: Invalid value: \"now\": x in body"
            + " must be of type date-time: \"now\"",
        "{'type': 'array', 'items': {'type': 'string'}, 'maxItems': 1} ~ ['a', 'b'] ~ x: Too many:"
            + " 2: must have at most 1 item",
        "{'type': 'array', 'items': {'type': 'string'}, 'minItems': 1} ~ [] ~ x: Invalid value: 0:"
            + " x in body should have at least 1 items",
        "{'type': 'array', 'items': {'type': 'string'}} ~ ['a', 2] ~ x[1]: Invalid value:"
            + " \"integer\": x[1] in body must be of type string: \"integer\"",
        "{'type': 'object', 'required': ['y']} ~ {} ~ x.y: Required value",
        "{'type': 'object', 'minProperties': 1} ~ {} ~ x: Invalid value: 0: x in body should have"
            + " at least 1 properties",
        "{'type': 'object', 'maxProperties': 1} ~ {'a': 1, 'b': 2} ~ x: Too many: 2: must have at"
            + " most 1 item",
        "{'type': 'object', 'additionalProperties': {'type': 'integer'}} ~ {'a': 'b'} ~ x.a:"
            + " Invalid value: \"string\": x.a in body must be of type integer: \"string\"",
        "{'type': 'string', 'not': {'enum': ['a']}} ~ 'a' ~ <nil>: Invalid value: \"\": \"x\" must"
            + " not validate the schema (not)",
        "{'type': 'integer', 'anyOf': [{'minimum': 5}]} ~ 1 ~ <nil>: Invalid value: \"\": \"x\""
            + " must validate at least one schema (anyOf)",
        "{'type': 'integer', 'oneOf': [{'minimum': 0}, {'minimum': 1}]} ~ 1 ~ <nil>: Invalid value:"
            + " \"\": \"x\" must validate one and only one schema (oneOf). Found 2 valid"
            + " alternatives",
      })
  void whatIsWrongIsSaidInUpstreamsWords(String schema, String value, String message) {
    assertThat(check(schema, value)).first().isEqualTo(message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " ~ ",
      quoteCharacter = '`',
      value = {
        "{'type': 'string', 'nullable': true} ~ null",
        "{'type': 'integer'} ~ 2.0",
        "{'type': 'number'} ~ 2",
        "{'x-kubernetes-int-or-string': true} ~ '50%'",
        "{'type': 'string', 'format': 'unheard-of'} ~ 'x'",
        "{'type': 'string', 'format': 'uuid'} ~ '6BA7B810-9dad-11d1-80b4-00c04fd430c8'",
        "{'type': 'string', 'format': 'cidr'} ~ '2001:db8::/32'",
        "{'type': 'string', 'format': 'duration'} ~ '1h30m'",
        "{'type': 'string', 'format': 'ipv6'} ~ '::ffff:10.0.0.1'",
        "{'type': 'integer', 'anyOf': [{'minimum': 5}, {'maximum': 2}]} ~ 1",
        "{'type': 'integer', 'oneOf': [{'minimum': 5}, {'maximum': 2}]} ~ 1",
        "{'type': 'object', 'properties': {'a': {'type': 'string'}}} ~ {'b': 1}",
      })
  void whatFitsIsAccepted(String schema, String value) {
    assertThat(check(schema, value)).isEmpty();
  }

  @Test
  void ofAlternativesThatAllFailTheOneThatKnewMostIsSaid() {
    assertThat(
            check(
                """
                {'type': 'object', 'oneOf': [{'required': ['a', 'b']}, {'required': ['c']}],
                 'properties': {'a': {'type': 'string'}}}
                """,
                "{}"))
        .first()
        .asString()
        .endsWith("(oneOf). Found none valid");
  }

  @Test
  void allThatIsWrongIsSaidAtOnce() {
    assertThat(
            check(
                """
                {'type': 'object', 'required': ['a'], 'properties': {
                  'b': {'type': 'string'}, 'c': {'type': 'integer', 'maximum': 1}}}
                """,
                "{'b': 1, 'c': 2}"))
        .hasSize(3);
  }

  @Test
  void whatWasWrongBeforeMayStayWrong() {
    ValueCheck check =
        ValueCheck.of(
            json(
                """
                {'type': 'object', 'properties': {
                  'old': {'type': 'integer', 'maximum': 1},
                  'list': {'type': 'array', 'x-kubernetes-list-type': 'map',
                    'x-kubernetes-list-map-keys': ['k'],
                    'items': {'type': 'object', 'properties': {
                      'k': {'type': 'string'}, 'v': {'type': 'integer', 'maximum': 1}}}}}}
                """));
    JsonNode before = json("{'old': 5, 'list': [{'k': 'a', 'v': 7}]}");

    assertThat(check.check("", before)).hasSize(2);
    assertThat(
            check.checkUpdate(
                "", json("{'old': 5, 'list': [{'k': 'b'}, {'k': 'a', 'v': 7}]}"), before))
        .isEmpty();
    assertThat(check.checkUpdate("", json("{'old': 6, 'list': [{'k': 'a', 'v': 8}]}"), before))
        .hasSize(2);
  }

  @Test
  void numbersWithoutBoundCostNothing() {
    assertThat(check("{'type': 'number', 'multipleOf': 3, 'maximum': 5}", "1e400")).isNotEmpty();
  }
}
