package io.luotsi.core.patch;

import static io.luotsi.core.patch.Trees.json;
import static io.luotsi.core.patch.Trees.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonPatchTest {
  private static final Rejection INAPPLICABLE =
      new Rejection.Unprocessable("the server rejected our request due to an error in our request");

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'a':1}         | {'op':'add','path':'/b','value':2}              | {'a':1,'b':2}
          {'a':1}         | {'op':'add','path':'/a','value':2}              | {'a':2}
          {'a':[1,3]}     | {'op':'add','path':'/a/1','value':2}            | {'a':[1,2,3]}
          {'a':[1]}       | {'op':'add','path':'/a/-','value':2}            | {'a':[1,2]}
          {'a':[1]}       | {'op':'add','path':'/a/1','value':2}            | {'a':[1,2]}
          {'a':[1]}       | {'op':'add','path':'/a/-1','value':2}           | {'a':[1,2]}
          {'a':[1,2]}     | {'op':'remove','path':'/a/0'}                   | {'a':[2]}
          {'a':[1,2]}     | {'op':'remove','path':'/a/-1'}                  | {'a':[1]}
          {'a':1,'b':2}   | {'op':'remove','path':'/b'}                     | {'a':1}
          {'a':[1,2]}     | {'op':'replace','path':'/a/1','value':{'x':3}}  | {'a':[1,{'x':3}]}
          {'a':{'b':1}}   | {'op':'replace','path':'/a/b','value':null}     | {'a':{'b':null}}
          {'a':1}         | {'op':'move','from':'/a','path':'/b'}           | {'b':1}
          {'a':[1,2]}     | {'op':'move','from':'/a/0','path':'/a/-'}       | {'a':[2,1]}
          {'a':{'x':1}}   | {'op':'copy','from':'/a','path':'/b'}           | {'a':{'x':1},'b':{'x':1}}
          {'a':{'x':[1]}} | {'op':'test','path':'/a','value':{'x':[1.0]}}   | {'a':{'x':[1]}}
          {'a':1}         | {'op':'test','path':'/b','value':null}          | {'a':1}
          {'a/b':{'c~d':1}} | {'op':'remove','path':'/a~1b/c~0d'}           | {'a/b':{}}
          {'':1}          | {'op':'replace','path':'/','value':2}           | {'':2}
          """)
  void anOperationDoesWhatTheStandardSays(String before, String operation, String after) {
    assertThat(JsonPatch.apply(object(before), json("[" + operation + "]")))
        .isEqualTo(Outcome.done(object(after)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{'op':'remove','path':'/b'}",
        "{'op':'replace','path':'/b','value':1}",
        "{'op':'add','path':'/b/c','value':1}",
        "{'op':'add','path':'/l/3','value':1}",
        "{'op':'add','path':'/l/x','value':1}",
        "{'op':'remove','path':'/l/2'}",
        "{'op':'remove','path':'/l/-'}",
        "{'op':'test','path':'/a','value':2}",
        "{'op':'test','path':'/a'}",
        "{'op':'move','from':'/b','path':'/c'}",
        "{'op':'copy','from':'/b','path':'/c'}",
        "{'op':'move','path':'/c'}",
        "{'op':'replace','path':'','value':{}}",
        "{'op':'add','path':'b','value':1}",
        "{'op':'add','value':1}",
        "{'op':'burn','path':'/a'}",
        "{'path':'/a'}"
      })
  void anOperationThatDoesNotApplyIsRefused(String operation) {
    assertThat(JsonPatch.apply(object("{'a':1,'l':[1,2]}"), json("[" + operation + "]")))
        .isEqualTo(Outcome.rejected(INAPPLICABLE));
  }

  @Test
  void aPatchDoesAllOrNothing() {
    ObjectNode current = object("{'a':1}");

    Outcome<ObjectNode> outcome =
        JsonPatch.apply(
            current,
            json("[{'op':'add','path':'/b','value':1},{'op':'test','path':'/a','value':2}]"));

    assertThat(outcome.isDone()).isFalse();
    assertThat(current).isEqualTo(object("{'a':1}"));
  }

  @Test
  void whatIsNoListOfOperationsIsABadRequest() {
    assertThat(JsonPatch.apply(object("{}"), json("{}")))
        .isEqualTo(
            Outcome.rejected(
                new Rejection.BadRequest(
                    "json: cannot unmarshal object into Go value of type jsonpatch.Patch")));
    assertThat(JsonPatch.apply(object("{}"), json("[1]")))
        .isEqualTo(
            Outcome.rejected(
                new Rejection.BadRequest(
                    "json: cannot unmarshal number into Go value of type jsonpatch.Operation")));
  }

  @Test
  void tenThousandOperationsAreTheMost() {
    ArrayNode patch = (ArrayNode) json("[]");
    for (int i = 0; i < JsonPatch.MAX_OPERATIONS; i++) {
      patch.addObject().put("op", "add").put("path", "/a").put("value", i);
    }
    assertThat(JsonPatch.apply(object("{}"), patch)).isEqualTo(Outcome.done(object("{'a':9999}")));

    patch.addObject().put("op", "remove").put("path", "/a");

    assertThat(JsonPatch.apply(object("{}"), patch))
        .isEqualTo(
            Outcome.rejected(
                new Rejection.RequestEntityTooLarge(
                    "The allowed maximum operations in a JSON patch is 10000, got 10001")));
  }

  @Test
  void copiesThatGrowWithoutEndAreRefused() {
    ArrayNode patch = (ArrayNode) json("[{'op':'add','path':'/a','value':['0123456789']}]");
    for (int i = 0; i < 40; i++) {
      patch.addObject().put("op", "copy").put("from", "/a").put("path", "/a/-");
    }

    assertThat(JsonPatch.apply(object("{}"), patch)).isEqualTo(Outcome.rejected(INAPPLICABLE));
  }

  @Test
  void aPatchsValueIsNotSharedWithTheResult() {
    ArrayNode patch = (ArrayNode) json("[{'op':'add','path':'/a','value':{}}]");
    ObjectNode result = JsonPatch.apply(object("{}"), patch).orElseThrow();

    ((ObjectNode) result.get("a")).put("x", 1);

    assertThat(patch).isEqualTo(json("[{'op':'add','path':'/a','value':{}}]"));
  }
}
