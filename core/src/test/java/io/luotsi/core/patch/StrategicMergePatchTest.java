package io.luotsi.core.patch;

import static io.luotsi.core.patch.Trees.json;
import static io.luotsi.core.patch.Trees.object;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.catalog.BuiltInSchemas;
import io.luotsi.core.catalog.StructuralSchema;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StrategicMergePatchTest {
  private static final StructuralSchema POD = BuiltInSchemas.load().named("io.k8s.api.core.v1.Pod");
  private static final StructuralSchema DEPLOYMENT =
      BuiltInSchemas.load().named("io.k8s.api.apps.v1.Deployment");
  private static final StructuralSchema SERVICE =
      BuiltInSchemas.load().named("io.k8s.api.core.v1.Service");

  @Test
  void containersMergeByName() {
    assertPatched(
        POD,
        "{'spec':{'containers':[{'name':'a','image':'x','args':['1']},{'name':'b','image':'y'}]}}",
        "{'spec':{'containers':[{'name':'b','image':'z'}]}}",
        "{'spec':{'containers':[{'name':'a','image':'x','args':['1']},{'name':'b','image':'z'}]}}");
  }

  @Test
  void anUnknownItemIsAppended() {
    assertPatched(
        POD,
        "{'spec':{'containers':[{'name':'a'}]}}",
        "{'spec':{'containers':[{'name':'b','image':'z','command':null}]}}",
        "{'spec':{'containers':[{'name':'b','image':'z'},{'name':'a'}]}}");
  }

  @Test
  void environmentMergesInsideAContainerThatMerges() {
    assertPatched(
        DEPLOYMENT,
        """
        {'spec':{'template':{'spec':{'containers':[
          {'name':'a','env':[{'name':'X','value':'1'},{'name':'Y','value':'2'}]}]}}}}\
        """,
        """
        {'spec':{'template':{'spec':{'containers':[
          {'name':'a','env':[{'name':'Y','value':'3'}]}]}}}}\
        """,
        """
        {'spec':{'template':{'spec':{'containers':[
          {'name':'a','env':[{'name':'X','value':'1'},{'name':'Y','value':'3'}]}]}}}}\
        """);
  }

  @Test
  void anItemIsDeletedByADirective() {
    assertPatched(
        POD,
        "{'spec':{'volumes':[{'name':'a','emptyDir':{}},{'name':'b'}]}}",
        "{'spec':{'volumes':[{'$patch':'delete','name':'a'}]}}",
        "{'spec':{'volumes':[{'name':'b'}]}}");
  }

  @Test
  void aListIsReplacedByADirective() {
    assertPatched(
        POD,
        "{'spec':{'containers':[{'name':'a'},{'name':'b'}]}}",
        "{'spec':{'containers':[{'name':'c'},{'$patch':'replace'}]}}",
        "{'spec':{'containers':[{'name':'c'}]}}");
  }

  @Test
  void anObjectIsReplacedOrEmptiedByADirective() {
    assertPatched(
        POD,
        "{'metadata':{'labels':{'a':'1','b':'2'}}}",
        "{'metadata':{'labels':{'$patch':'replace','c':'3'}}}",
        "{'metadata':{'labels':{'c':'3'}}}");
    assertPatched(
        POD,
        "{'metadata':{'labels':{'a':'1'}}}",
        "{'metadata':{'labels':{'$patch':'delete'}}}",
        "{'metadata':{'labels':{}}}");
  }

  @Test
  void atomicListsAreReplaced() {
    assertPatched(
        POD,
        "{'spec':{'tolerations':[{'key':'a'}],'containers':[{'name':'a','args':['x','y']}]}}",
        "{'spec':{'tolerations':[{'key':'b'}],'containers':[{'name':'a','args':['z']}]}}",
        "{'spec':{'tolerations':[{'key':'b'}],'containers':[{'name':'a','args':['z']}]}}");
  }

  @Test
  void primitiveListsMergeAsSets() {
    assertPatched(
        POD,
        "{'metadata':{'finalizers':['a','b']}}",
        "{'metadata':{'finalizers':['b','c']}}",
        "{'metadata':{'finalizers':['a','b','c']}}");
  }

  @Test
  void itemsOfAPrimitiveListAreDeletedByADirective() {
    assertPatched(
        POD,
        "{'metadata':{'finalizers':['a','b','c']}}",
        "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a','c','x']}}",
        "{'metadata':{'finalizers':['b']}}");
    assertPatched(
        POD,
        "{'metadata':{}}",
        "{'metadata':{'$deleteFromPrimitiveList/finalizers':['a']}}",
        "{'metadata':{}}");
  }

  @Test
  void nullRemovesAFieldAndALabel() {
    assertPatched(
        POD,
        "{'metadata':{'labels':{'a':'1','b':'2'}},'spec':{'nodeName':'n','hostname':'h'}}",
        "{'metadata':{'labels':{'a':null,'z':null}},'spec':{'nodeName':null}}",
        "{'metadata':{'labels':{'b':'2'}},'spec':{'hostname':'h'}}");
  }

  @Test
  void retainedKeysAreAllThatStays() {
    assertPatched(
        DEPLOYMENT,
        "{'spec':{'strategy':{'type':'RollingUpdate','rollingUpdate':{'maxSurge':1}}}}",
        "{'spec':{'strategy':{'$retainKeys':['type'],'type':'Recreate'}}}",
        "{'spec':{'strategy':{'type':'Recreate'}}}");
    assertPatched(
        POD,
        "{'spec':{'volumes':[{'name':'v','emptyDir':{}}]}}",
        """
        {'spec':{'volumes':[{'name':'v','hostPath':{'path':'/x'},
          '$retainKeys':['name','hostPath']}]}}\
        """,
        "{'spec':{'volumes':[{'name':'v','hostPath':{'path':'/x'}}]}}");
  }

  @Test
  void aKeyThatIsNotRetainedMayNotBeSet() {
    assertRefused(
        DEPLOYMENT,
        "{'spec':{'strategy':{'type':'a'}}}",
        "{'spec':{'strategy':{'$retainKeys':['type'],'rollingUpdate':{}}}}",
        "invalid patch format of retainKeys");
    assertRefused(
        DEPLOYMENT,
        "{'spec':{'strategy':{}}}",
        "{'spec':{'strategy':{'$retainKeys':'type'}}}",
        "invalid patch format of retainKeys");
  }

  @Test
  void thePatchSaysTheOrderOfItsItemsAndTheServersKeepTheirPlace() {
    assertPatched(
        POD,
        "{'spec':{'containers':[{'name':'a'},{'name':'b'},{'name':'c'},{'name':'d'}]}}",
        """
        {'spec':{'$setElementOrder/containers':[{'name':'c'},{'name':'a'},{'name':'e'}],
          'containers':[{'name':'e','image':'x'}]}}\
        """,
        """
        {'spec':{'containers':[{'name':'b'},{'name':'c'},{'name':'a'},{'name':'e','image':'x'},
          {'name':'d'}]}}\
        """);
  }

  @Test
  void anOrderAloneReorders() {
    assertPatched(
        POD,
        "{'metadata':{'finalizers':['a','b','c']}}",
        "{'metadata':{'$setElementOrder/finalizers':['c','a','b']}}",
        "{'metadata':{'finalizers':['c','a','b']}}");
    assertPatched(
        POD,
        "{'spec':{}}",
        "{'spec':{'$setElementOrder/containers':[{'name':'c'}]}}",
        "{'spec':{}}");
  }

  @Test
  void anOrderOfAListThatIsAddedIsKept() {
    assertPatched(
        POD,
        "{'spec':{}}",
        """
        {'spec':{'$setElementOrder/volumes':[{'name':'b'},{'name':'a'}],
          'volumes':[{'name':'b'},{'name':'a','hostPath':null},{'$patch':'delete','name':'c'}]}}\
        """,
        "{'spec':{'volumes':[{'name':'b'},{'name':'a'}]}}");
  }

  @Test
  void theClientsUsualApplyDeletesOneContainerAndChangesAnother() {
    assertPatched(
        POD,
        "{'spec':{'containers':[{'name':'a','image':'1'},{'name':'b'},{'name':'injected'}]}}",
        """
        {'spec':{'$setElementOrder/containers':[{'name':'a'}],
          'containers':[{'$patch':'delete','name':'b'},{'name':'a','image':'2'}]}}\
        """,
        "{'spec':{'containers':[{'name':'a','image':'2'},{'name':'injected'}]}}");
  }

  @Test
  void aPatchWhoseItemsAreOutOfItsOwnOrderIsRefused() {
    assertThat(
            StrategicMergePatch.apply(
                object("{'spec':{'containers':[{'name':'a'}]}}"),
                json(
                    """
                    {'spec':{'$setElementOrder/containers':[{'name':'a'},{'name':'b'}],
                      'containers':[{'name':'b'},{'name':'a'}]}}\
                    """),
                POD))
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            rejected ->
                assertThat(rejected.rejection().toString())
                    .contains("The order in patch list")
                    .contains("doesn't match $setElementOrder list"));
  }

  @Test
  void servicePortsMergeByPort() {
    assertPatched(
        SERVICE,
        "{'spec':{'ports':[{'port':80,'name':'a'},{'port':81,'name':'b'}]}}",
        "{'spec':{'ports':[{'port':81,'nodePort':30000}]}}",
        "{'spec':{'ports':[{'port':80,'name':'a'},{'port':81,'name':'b','nodePort':30000}]}}");
  }

  @Test
  void podConditionsMergeByType() {
    assertPatched(
        POD,
        "{'status':{'conditions':[{'type':'Ready','status':'False'},{'type':'X','status':'True'}]}}",
        "{'status':{'conditions':[{'type':'Ready','status':'True'}]}}",
        "{'status':{'conditions':[{'type':'Ready','status':'True'},{'type':'X','status':'True'}]}}");
  }

  @Test
  void anItemThatIsAddedKeepsWhatItReplaces() {
    assertPatched(
        POD,
        "{'spec':{'containers':[{'name':'a'}]}}",
        """
        {'spec':{'containers':[{'name':'b','resources':{'$patch':'replace','limits':{'cpu':'1'}},
          'env':[{'$patch':'delete','name':'X'},{'name':'Y'}]}]}}\
        """,
        """
        {'spec':{'containers':[{'name':'b','resources':{'limits':{'cpu':'1'}},
          'env':[{'name':'Y'}]},{'name':'a'}]}}\
        """);
  }

  @Test
  void directivesDoNotSurviveWhereNothingWas() {
    assertPatched(
        POD,
        "{}",
        """
        {'metadata':{'labels':{'a':'b','c':null},'$setElementOrder/finalizers':['x'],
          'finalizers':['x']},'spec':{'$patch':'delete'}}\
        """,
        "{'metadata':{'labels':{'a':'b'},'finalizers':['x']}}");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'spec':{'$patch':'burn'}} | unknown patch type: burn in map: {"$patch":"burn"}
          {'spec':{'containers':[{'image':'x'}]}} | map: {"image":"x"} does not contain declared merge key: name
          {'spec':{'containers':[{'$patch':'merge','name':'a'}]}} | merging lists cannot yet be specified in the patch
          {'spec':{'containers':[1]}} | list element types are not identical: number and object
          {'spec':{'$setElementOrder/containers':{}}} | invalid patch format of setElementOrder list
          {'spec':{'$deleteFromPrimitiveList':[1]}} | invalid patch format of primitive list
          {'spec':{'$setElementOrder/foos':[1],'foos':[1]}} | unable to find api field in struct PodSpec for the json field "foos"
          """)
  void aSenselessPatchIsRefused(String patch, String message) {
    assertRefused(POD, "{'spec':{'containers':[{'name':'a'}]}}", patch, message);
  }

  @Test
  void listsOfListsCannotBeMerged() {
    assertThat(
            StrategicMergePatch.apply(
                object("{'spec':{'containers':[{'name':'a'}]}}"),
                json("{'spec':{'containers':[[1]]}}"),
                POD))
        .isEqualTo(
            Outcome.rejected(
                new Rejection.Unprocessable(
                    "the server rejected our request due to an error in our request")));
  }

  @Test
  void currentAndPatchStayAsTheyAre() {
    ObjectNode current = object("{'spec':{'containers':[{'name':'a'}]}}");
    ObjectNode patch =
        object(
            "{'spec':{'$setElementOrder/containers':[{'name':'b'}],'containers':[{'name':'b'}]}}");
    ObjectNode patchBefore = patch.deepCopy();

    ObjectNode result = StrategicMergePatch.apply(current, patch, POD).orElseThrow();
    result.withObject("/spec").put("nodeName", "n");

    assertThat(current).isEqualTo(object("{'spec':{'containers':[{'name':'a'}]}}"));
    assertThat(patch).isEqualTo(patchBefore);
  }

  private static void assertPatched(
      StructuralSchema schema, String before, String patch, String after) {
    assertThat(StrategicMergePatch.apply(object(before), json(patch), schema))
        .isEqualTo(Outcome.done(object(after)));
  }

  private static void assertRefused(
      StructuralSchema schema, String before, String patch, String message) {
    assertThat(StrategicMergePatch.apply(object(before), json(patch), schema))
        .isEqualTo(Outcome.rejected(new Rejection.BadRequest(message)));
  }
}
