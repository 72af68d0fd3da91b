package io.luotsi.core.patch;

import static io.luotsi.core.patch.Trees.json;
import static io.luotsi.core.patch.Trees.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MergePatchTest {

  /** The examples of RFC 7396, appendix A, whose documents are objects. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'a':'b'}            | {'a':'c'}                | {'a':'c'}
          {'a':'b'}            | {'b':'c'}                | {'a':'b','b':'c'}
          {'a':'b'}            | {'a':null}               | {}
          {'a':'b','b':'c'}    | {'a':null}               | {'b':'c'}
          {'a':['b']}          | {'a':'c'}                | {'a':'c'}
          {'a':'c'}            | {'a':['b']}              | {'a':['b']}
          {'a':{'b':'c'}}      | {'a':{'b':'d','c':null}} | {'a':{'b':'d'}}
          {'a':[{'b':'c'}]}    | {'a':[1]}                | {'a':[1]}
          {'e':null}           | {'a':1}                  | {'e':null,'a':1}
          {}                   | {'a':{'bb':{'ccc':null}}} | {'a':{'bb':{}}}
          """)
  void objectsMergeAndNullRemoves(String before, String patch, String after) {
    assertThat(MergePatch.apply(object(before), json(patch)))
        .isEqualTo(Outcome.done(object(after)));
  }

  @Test
  void theCurrentObjectStaysAsItIs() {
    ObjectNode current = object("{'a':{'b':1}}");

    MergePatch.apply(current, json("{'a':{'b':2,'c':3}}"));

    assertThat(current).isEqualTo(object("{'a':{'b':1}}"));
  }

  @Test
  void aPatchMustBeAnObject() {
    assertThat(MergePatch.apply(object("{}"), json("[]")))
        .isEqualTo(
            Outcome.rejected(
                new Rejection.BadRequest(
                    "error decoding patch: json: cannot unmarshal array into Go value of type"
                        + " map[string]interface {}")));
  }
}
