package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.PODS;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.PatchType;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

/** What may be changed of a pod, what is said of the rest, and what a pod has as a whole. */
class PodUpdateTest {
  private static final ObjectKey X = ObjectKey.of("default", "x");
  private static final String REFUSED = "Pod \"x\" is invalid: ";

  private final PipelineClient client = TestApi.create().client();

  @Test
  void whatMayNotChangeIsShownLineByLine() {
    create("'containers':[{'name':'c','image':'i','command':['a']}]");

    assertThat(message(patch("{'spec':{'containers':[{'name':'c','image':'j','command':['b']}]}}")))
        .startsWith(REFUSED + "spec: Forbidden: pod updates may not change fields other than ")
        .contains(
            """
            (allow it to be set to 1 if it was previously negative)
            @@ -2,7 +2,7 @@
              "containers": [
               {
                "command": [
            -    "a"
            +    "b"
                ],
                "image": "i",
                "imagePullPolicy": "Always",
            """);
  }

  @Test
  void whatIsWrongIsSaidBesideWhatMayNotChange() {
    create("'containers':[{'name':'c','image':'i'}]");

    assertThat(message(patch("{'spec':{'restartPolicy':'Sometimes'}}")))
        .contains(
            "spec.restartPolicy: Unsupported value: \"Sometimes\"",
            "- \"restartPolicy\": \"Always\"",
            "+ \"restartPolicy\": \"Sometimes\"");
  }

  @Test
  void aPodThatIsNotScheduledYetMayBeConfinedToFewerNodes() {
    create(
        """
        'containers':[{'name':'c','image':'i'}],'schedulingGates':[{'name':'g'}],
        'nodeSelector':{'a':'1'},'affinity':{'nodeAffinity':{
          'requiredDuringSchedulingIgnoredDuringExecution':{'nodeSelectorTerms':[
            {'matchExpressions':[{'key':'k','operator':'Exists'}]}]}}}\
        """);
    String terms =
        "{'spec':{'affinity':{'nodeAffinity':{'requiredDuringSchedulingIgnoredDuringExecution':"
            + "{'nodeSelectorTerms':[%s]}}}}}";
    String kept = "{'key':'k','operator':'Exists'}";

    ok(patch("{'spec':{'nodeSelector':{'b':'2'}}}"));
    ok(
        patch(
            terms.formatted(
                "{'matchExpressions':[%s,{'key':'l','operator':'Exists'}]}".formatted(kept))));

    assertThat(message(patch("{'spec':{'nodeSelector':{'a':'3'}}}")))
        .isEqualTo(
            REFUSED
                + "spec.nodeSelector: Invalid value: {\"a\":\"3\",\"b\":\"2\"}: only additions to"
                + " spec.nodeSelector are allowed (no mutations or deletions)");
    assertThat(message(patch(terms.formatted("{'matchExpressions':[%s]}".formatted(kept)))))
        .contains("nodeSelectorTerms[0]: Invalid value", "only additions are allowed");
    assertThat(message(patch(terms.formatted("{},{}"))))
        .contains("no additions/deletions to non-empty NodeSelectorTerms list are allowed");

    ok(patch("{'spec':{'schedulingGates':[]}}"));
    assertThat(message(patch("{'spec':{'nodeSelector':{'c':'4'}}}")))
        .contains("spec: Forbidden: pod updates may not change fields other than");
  }

  @Test
  void aPodThatLimitsWhatItHasAsAWholeRequestsWhatItsContainersDoOrAllOfIt() {
    ObjectNode pod =
        create(
            """
            'resources':{'limits':{'cpu':'2','memory':'1Gi'}},
            'containers':[{'name':'c','image':'i','resources':{'requests':{'cpu':'500m'}}},
                          {'name':'d','image':'i','resources':{'requests':{'cpu':'1'}}}]\
            """);

    assertThat(pod.at("/spec/resources/requests/cpu").asText()).isEqualTo("1500m");
    assertThat(pod.at("/spec/resources/requests/memory").asText()).isEqualTo("1Gi");
    assertThat(pod.at("/status/qosClass").asText()).isEqualTo("Burstable");
  }

  @Test
  void hugePagesOfContainersAreLimitedOfThePodToo() {
    ObjectNode pod =
        create(
            """
            'resources':{'limits':{'cpu':'2','memory':'1Gi'}},
            'containers':[{'name':'c','image':'i','resources':{
              'limits':{'hugepages-2Mi':'4Mi','cpu':'1'}}}]\
            """);

    assertThat(pod.at("/spec/resources/limits/hugepages-2Mi").asText()).isEqualTo("4Mi");
    assertThat(pod.at("/spec/resources/requests/hugepages-2Mi").asText()).isEqualTo("4Mi");
  }

  @Test
  void thePodsOwnResourcesSayItsQualityOfService() {
    ObjectNode pod =
        create(
            """
            'resources':{'limits':{'cpu':'1','memory':'1Gi'},'requests':{'cpu':'1'}},
            'containers':[{'name':'c','image':'i'}]\
            """);

    assertThat(pod.at("/status/qosClass").asText()).isEqualTo("Guaranteed");
  }

  @Test
  void keysOfAnAffinityTakeTheirValuesFromThePod() {
    ObjectNode pod =
        json(
            ok(
                client.create(
                    PODS,
                    "default",
                    json(
                        """
                        {'metadata':{'name':'x','labels':{'hash':'1','tenant':'t'}},'spec':{
                          'containers':[{'name':'c','image':'i'}],
                          'affinity':{'podAntiAffinity':{
                            'requiredDuringSchedulingIgnoredDuringExecution':[{
                              'topologyKey':'z','labelSelector':{'matchLabels':{'app':'a'}},
                              'matchLabelKeys':['hash','none'],'mismatchLabelKeys':['tenant']}]}}}}
                        """))));

    assertThat(
            pod.at(
                    "/spec/affinity/podAntiAffinity/requiredDuringSchedulingIgnoredDuringExecution"
                        + "/0/labelSelector/matchExpressions")
                .toString())
        .isEqualTo(
            "[{'key':'hash','operator':'In','values':['1']},{'key':'tenant','operator':'NotIn',"
                    .replace('\'', '"')
                + "'values':['t']}]".replace('\'', '"'));
  }

  private ObjectNode create(String spec) {
    return json(
        ok(
            client.create(
                PODS, "default", json("{'metadata':{'name':'x'},'spec':{" + spec + "}}"))));
  }

  private CompletionStage<Outcome<StoredObject>> patch(String patch) {
    return client.patch(PODS, X, "", PatchType.MERGE, json(patch));
  }
}
