package io.luotsi.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What becomes of an object of a custom kind before it is validated. */
class CustomDecodingTest {
  private static final CustomSchemas SCHEMAS = new CustomSchemas(BuiltInSchemas.load());

  private static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  private static StructuralSchema schema(String properties) {
    return SCHEMAS.root(json("{'type': 'object', 'properties': {" + properties + "}}"));
  }

  private static List<String> decode(ObjectNode object, StructuralSchema schema) {
    return switch (CustomDecoding.decode(object, schema)) {
      case Decoding.Result.Decoded(List<String> unknown) -> unknown;
      case Decoding.Result.Malformed(String error) -> List.of("malformed: " + error);
    };
  }

  @Test
  void fieldsThatNobodyDefinedAreRemovedAndNamed() {
    ObjectNode object =
        json(
            """
            {'apiVersion': 'g/v1', 'kind': 'K', 'metadata': {'name': 'n', 'nme': 1}, 'extra': 1,
             'spec': {'a': 'x', 'b': 1, 'list': [{'c': 1, 'd': 2}]}}
            """);

    List<String> unknown =
        decode(
            object,
            schema(
                """
                'spec': {'type': 'object', 'properties': {'a': {'type': 'string'},
                  'list': {'type': 'array', 'items': {'type': 'object',
                    'properties': {'c': {'type': 'integer'}}}}}}
                """));

    assertThat(unknown)
        .containsExactly(
            "unknown field \"metadata.nme\"",
            "unknown field \"extra\"",
            "unknown field \"spec.b\"",
            "unknown field \"spec.list[0].d\"");
    assertThat(object)
        .isEqualTo(
            json(
                """
                {'apiVersion': 'g/v1', 'kind': 'K', 'metadata': {'name': 'n'},
                 'spec': {'a': 'x', 'list': [{'c': 1}]}}
                """));
  }

  @Test
  void whatIsToBePreservedStaysButForWhatIsDefinedInside() {
    ObjectNode object = json("{'spec': {'known': {'a': 1, 'b': 2}, 'free': {'x': {'y': 1}}}}");

    assertThat(
            decode(
                object,
                schema(
                    """
                    'spec': {'type': 'object', 'x-kubernetes-preserve-unknown-fields': true,
                      'properties': {'known': {'type': 'object',
                        'properties': {'a': {'type': 'integer'}}}}}
                    """)))
        .containsExactly("unknown field \"spec.known.b\"");
    assertThat(object).isEqualTo(json("{'spec': {'known': {'a': 1}, 'free': {'x': {'y': 1}}}}"));
  }

  @Test
  void mapsKeepTheirKeysAndEmbeddedObjectsTheirMetadata() {
    ObjectNode object =
        json(
            """
            {'spec': {'map': {'any': {'a': 1, 'b': 2}},
              'template': {'apiVersion': 'v1', 'kind': 'Pod', 'metadata': {'labels': {'a': 'b'},
                'strange': 1}, 'spec': {'x': 1}}}}
            """);

    List<String> unknown =
        decode(
            object,
            schema(
                """
                'spec': {'type': 'object', 'properties': {
                  'map': {'type': 'object', 'additionalProperties': {'type': 'object',
                    'properties': {'a': {'type': 'integer'}}}},
                  'template': {'type': 'object', 'x-kubernetes-embedded-resource': true,
                    'x-kubernetes-preserve-unknown-fields': true}}}
                """));

    assertThat(unknown)
        .containsExactly(
            "unknown field \"spec.map.any.b\"", "unknown field \"spec.template.metadata.strange\"");
    assertThat(object.at("/spec/template/spec/x").asInt()).isEqualTo(1);
  }

  @Test
  void metadataOfAWrongTypeIsMalformedAndAnythingElseIsLeftToValidation() {
    StructuralSchema schema = schema("'spec': {'type': 'object'}");

    assertThat(decode(json("{'metadata': {'labels': {'a': 1}}}"), schema))
        .containsExactly(
            "malformed: json: cannot unmarshal number into Go struct field ObjectMeta.labels of"
                + " type string");
    assertThat(decode(json("{'spec': 'text'}"), schema)).isEmpty();
  }

  @Test
  void absentFieldsAndForbiddenNullsGetTheirDefaultsAndAllowedNullsStay() {
    ObjectNode object = json("{'spec': {'b': null, 'c': null, 'd': null, 'items': [{}]}}");

    CustomDecoding.fill(
        object,
        schema(
            """
            'spec': {'type': 'object', 'default': {}, 'properties': {
              'a': {'type': 'string', 'default': ''},
              'b': {'type': 'integer', 'default': 7},
              'c': {'type': 'integer', 'nullable': true, 'default': 8},
              'd': {'type': 'integer'},
              'items': {'type': 'array', 'items': {'type': 'object', 'properties': {
                'n': {'type': 'integer', 'default': 1}}}}}}
            """));

    assertThat(object)
        .isEqualTo(json("{'spec': {'a': '', 'b': 7, 'c': null, 'items': [{'n': 1}]}}"));
  }

  @Test
  void defaultsOfAnObjectThatIsItselfADefaultAreFilledIn() {
    ObjectNode object = json("{}");

    CustomDecoding.fill(
        object,
        schema(
            "'spec': {'type': 'object', 'default': {}, 'properties': {"
                + "'a': {'type': 'string', 'default': 'x'}}}"));

    assertThat(object).isEqualTo(json("{'spec': {'a': 'x'}}"));
  }
}
