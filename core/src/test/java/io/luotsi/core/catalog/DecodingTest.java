package io.luotsi.core.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.catalog.Decoding.Result;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecodingTest {
  private static final BuiltInSchemas SCHEMAS = BuiltInSchemas.load();

  @Test
  void aGoodObjectIsLeftAsItIs() {
    ObjectNode pod =
        Trees.json(
            """
            {"apiVersion":"v1","kind":"Pod",
             "metadata":{"name":"p","labels":{"a":"b"},"creationTimestamp":"2026-01-02T03:04:05Z"},
             "spec":{"hostNetwork":false,"terminationGracePeriodSeconds":30,"containers":[
               {"name":"c","args":["x"],"ports":[{"containerPort":80}],
                "livenessProbe":{"httpGet":{"port":"http"}},
                "resources":{"limits":{"cpu":"500m","memory":"64Mi"}}}]}}\
            """);
    ObjectNode before = pod.deepCopy();

    assertThat(decode("core.v1.Pod", pod)).isEqualTo(new Result.Decoded(List.of()));
    assertThat(pod).isEqualTo(before);
  }

  @Test
  void emptyListsAndMapsOfOptionalFieldsAreLeftOutAndStructsAreNot() {
    ObjectNode deployment =
        Trees.json(
            """
            {"metadata":{"name":"d","labels":{},"annotations":{},"finalizers":[]},
             "spec":{"selector":{"matchLabels":{},"matchExpressions":[]},"strategy":{},
               "template":{"metadata":{"labels":{}},"spec":{"nodeSelector":{},
                 "securityContext":{},"volumes":[],"tolerations":[],
                 "containers":[{"name":"c","env":[],"resources":{"limits":{},"requests":{}},
                   "securityContext":{"capabilities":{"add":[]}}}]}}},
             "status":{}}
            """);
    assertThat(decode("apps.v1.Deployment", deployment)).isEqualTo(new Result.Decoded(List.of()));
    assertThat(deployment)
        .isEqualTo(
            Trees.json(
                """
                {"metadata":{"name":"d"},
                 "spec":{"selector":{},"strategy":{},
                   "template":{"metadata":{},"spec":{"securityContext":{},
                     "containers":[{"name":"c","resources":{},
                       "securityContext":{"capabilities":{}}}]}}},
                 "status":{}}
                """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          core.v1.PodSpec               | {"containers":[]}
          core.v1.Volume                | {"name":"v","emptyDir":{}}
          core.v1.NodeSelector          | {"nodeSelectorTerms":[]}
          networking.v1.NetworkPolicy   | {"spec":{"podSelector":{}}}
          rbac.v1.Role                  | {"rules":[]}
          rbac.v1.PolicyRule            | {"verbs":[]}
          discovery.v1.EndpointSlice    | {"endpoints":[],"ports":[]}
          storage.v1.CSINodeDriver      | {"name":"d","topologyKeys":[]}
          authentication.v1.TokenRequestSpec | {"audiences":[]}
          """)
  void whatGoWritesThoughItIsEmptyStays(String definition, String json) {
    ObjectNode object = Trees.json(json);
    assertThat(decode(definition, object)).isEqualTo(new Result.Decoded(List.of()));
    assertThat(object).isEqualTo(Trees.json(json));
  }

  @Test
  void anItemOfAListOrMapStaysThoughItIsEmpty() {
    ObjectNode policy = Trees.json("{\"spec\":{\"podSelector\":{},\"ingress\":[{}]}}");
    ObjectNode before = policy.deepCopy();
    assertThat(decode("networking.v1.NetworkPolicy", policy))
        .isEqualTo(new Result.Decoded(List.of()));
    assertThat(policy).isEqualTo(before);
  }

  @Test
  void unknownFieldsAreRemovedAndReportedWithTheirPaths() {
    ObjectNode deployment =
        Trees.json(
            """
            {"foo":1,"spec":{"replicas":2,"bar":{"x":1},"template":{"spec":{"containers":[
              {"name":"a"},{"name":"b","imag":"x","env":[{"name":"n","valu":""}]}]}}}}\
            """);

    assertThat(decode("apps.v1.Deployment", deployment))
        .isEqualTo(
            new Result.Decoded(
                List.of(
                    "unknown field \"foo\"",
                    "unknown field \"spec.bar\"",
                    "unknown field \"spec.template.spec.containers[1].imag\"",
                    "unknown field \"spec.template.spec.containers[1].env[0].valu\"")));
    assertThat(deployment)
        .isEqualTo(
            Trees.json(
                """
                {"spec":{"replicas":2,"template":{"spec":{"containers":[
                  {"name":"a"},{"name":"b","env":[{"name":"n"}]}]}}}}\
                """));
  }

  @Test
  void fieldNamesAreCaseSensitive() {
    ObjectNode pod = Trees.json("{\"Spec\":{}}");

    assertThat(decode("core.v1.Pod", pod))
        .isEqualTo(new Result.Decoded(List.of("unknown field \"Spec\"")));
  }

  @Test
  void nullIsAbsentInObjectsAndZeroInListsAndMaps() {
    ObjectNode pod =
        Trees.json(
            """
            {"metadata":{"labels":{"a":null},"annotations":null},
             "spec":{"nodeName":null,"containers":[null,{"name":"c","args":["x",null]}]}}\
            """);

    decode("core.v1.Pod", pod);

    assertThat(pod)
        .isEqualTo(
            Trees.json(
                """
                {"metadata":{"labels":{"a":""}},
                 "spec":{"containers":[{},{"name":"c","args":["x",""]}]}}\
                """));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {"spec":{"replicas":"3"}}       | string into Go struct field DeploymentSpec.spec.replicas of type int32
          {"spec":{"replicas":1.5}}       | number 1.5 into Go struct field DeploymentSpec.spec.replicas of type int32
          {"spec":{"replicas":99999999999}} | number 99999999999 into Go struct field DeploymentSpec.spec.replicas of type int32
          {"spec":{"paused":"yes"}}       | string into Go struct field DeploymentSpec.spec.paused of type bool
          {"spec":[]}                     | array into Go struct field Deployment.spec of type v1.DeploymentSpec
          {"metadata":{"labels":{"a":1}}} | number into Go struct field ObjectMeta.metadata.labels of type string
          {"metadata":{"labels":"a"}}     | string into Go struct field ObjectMeta.metadata.labels of type map[string]string
          {"spec":{"template":{"spec":{"containers":{}}}}} | object into Go struct field PodSpec.spec.template.spec.containers of type []v1.Container
          {"spec":{"template":{"spec":{"containers":[{"image":7}]}}}} | number into Go struct field Container.spec.template.spec.containers.image of type string
          {"spec":{"strategy":{"rollingUpdate":{"maxSurge":true}}}} | bool into Go struct field RollingUpdateDeployment.spec.strategy.rollingUpdate.maxSurge of type int32
          """)
  void aWrongTypeIsRefusedInTheWordsOfGo(String body, String words) {
    assertThat(decode("apps.v1.Deployment", Trees.json(body)))
        .isEqualTo(new Result.Malformed("json: cannot unmarshal " + words));
  }

  @Test
  void theFirstWrongTypeIsTheOneReported() {
    assertThat(decode("core.v1.Pod", Trees.json("{\"kind\":1,\"spec\":2}")))
        .isEqualTo(
            new Result.Malformed(
                "json: cannot unmarshal number into Go struct field Pod.kind of type string"));
  }

  @Test
  void aRefusalNamesTheKind() {
    assertThat(
            Decoding.refusal(
                    GroupVersionKind.of("apps/v1", "Deployment"),
                    "strict decoding error: unknown field \"spec.foo\"")
                .message())
        .isEqualTo(
            "Deployment in version \"v1\" cannot be handled as a Deployment:"
                + " strict decoding error: unknown field \"spec.foo\"");
  }

  @ParameterizedTest
  @CsvSource({
    "0.5,500m",
    "1024Mi,1Gi",
    "1000m,1",
    "1.5Gi,1536Mi",
    "1500,1500",
    "1000,1k",
    "0,0",
    "0m,0",
    "0.0Gi,0",
    "512Ki,512Ki",
    "1u,1m",
    "1500u,2m",
    "0.5Ki,512",
    "100,100",
    "1e3,1e3",
    "12E2,1200",
    "1.1,1100m",
    "0.0000000001,1m",
    "0.3Mi,314572800m",
    "9Ei,9223372036854775807",
    "+5,5",
    "-1000,-1k",
    "1000Ki,1000Ki",
    "1023,1023",
    "2048,2048",
    "5E,5E",
    "100000000000000000000,9223372036854775807"
  })
  void quantitiesBecomeCanonical(String given, String canonical) {
    ObjectNode quota = Trees.json("{\"spec\":{\"hard\":{\"cpu\":\"" + given + "\"}}}");

    assertThat(decode("core.v1.ResourceQuota", quota)).isInstanceOf(Result.Decoded.class);
    assertThat(quota.at("/spec/hard/cpu").textValue()).isEqualTo(canonical);
  }

  @Test
  void aQuantityThatIsNoResourceKeepsItsPrecision() {
    ObjectNode pod =
        Trees.json("{\"spec\":{\"volumes\":[{\"emptyDir\":{\"sizeLimit\":\"0.1u\"}}]}}");

    decode("core.v1.Pod", pod);

    assertThat(pod.at("/spec/volumes/0/emptyDir/sizeLimit").textValue()).isEqualTo("100n");
  }

  @Test
  void aQuantityThatIsNeitherTextNorNumberIsRefused() {
    assertThat(
            decode(
                "core.v1.ResourceQuota", Trees.json("{\"spec\":{\"hard\":{\"cpu\":{\"x\":1}}}}")))
        .isInstanceOfSatisfying(
            Result.Malformed.class,
            malformed -> assertThat(malformed.error()).startsWith("quantities must match"));
  }

  @Test
  void aQuantityMayBeANumber() {
    ObjectNode quota = Trees.json("{\"spec\":{\"hard\":{\"cpu\":0.5,\"pods\":10}}}");

    decode("core.v1.ResourceQuota", quota);

    assertThat(quota)
        .isEqualTo(Trees.json("{\"spec\":{\"hard\":{\"cpu\":\"500m\",\"pods\":\"10\"}}}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "x", "--1", "1 Mi"})
  void aWrongQuantityIsRefused(String given) {
    assertThat(decode("core.v1.ResourceQuota", hard(given)))
        .isEqualTo(
            new Result.Malformed(
                "quantities must match the regular expression"
                    + " '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"1Km", "1ki", "1EE", "1mi"})
  void aQuantityWithAnUnknownSuffixIsRefused(String given) {
    assertThat(decode("core.v1.ResourceQuota", hard(given)))
        .isEqualTo(new Result.Malformed("unable to parse quantity's suffix"));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-02T03:04:05Z, 2026-01-02T03:04:05Z, 2026-01-02T03:04:05.000000Z",
    "2024-02-29T23:59:59Z, 2024-02-29T23:59:59Z, 2024-02-29T23:59:59.000000Z",
    "2026-01-02T03:04:05.123456789Z, 2026-01-02T03:04:05Z, 2026-01-02T03:04:05.123456Z",
    "2026-01-02T05:04:05+02:00, 2026-01-02T03:04:05Z, 2026-01-02T03:04:05.000000Z"
  })
  void datesAreKeptInUtcAndTheirPrecision(String given, String seconds, String microseconds) {
    ObjectNode lease =
        Trees.json(
            "{\"metadata\":{\"creationTimestamp\":\"%s\"},\"spec\":{\"renewTime\":\"%s\"}}"
                .formatted(given, given));

    assertThat(decode("coordination.v1.Lease", lease)).isInstanceOf(Result.Decoded.class);
    assertThat(lease.at("/metadata/creationTimestamp").textValue()).isEqualTo(seconds);
    assertThat(lease.at("/spec/renewTime").textValue()).isEqualTo(microseconds);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "yesterday",
        "2026-01-02",
        "2026-01-02T03:04Z",
        "2026-13-02T03:04:05Z",
        "2026-02-29T03:04:05Z",
        "2026-01-02T24:04:05Z",
        "2026-01-02T03:60:05Z",
        "2026-01-00T03:04:05Z"
      })
  void aWrongDateIsRefused(String given) {
    assertThat(
            decode(
                "core.v1.Pod",
                Trees.json("{\"metadata\":{\"creationTimestamp\":\"" + given + "\"}}")))
        .isInstanceOfSatisfying(
            Result.Malformed.class,
            malformed -> assertThat(malformed.error()).startsWith("parsing time \"" + given));
  }

  @Test
  void bytesMustBeBase64() {
    assertThat(decode("core.v1.Secret", Trees.json("{\"data\":{\"a\":\"YWJj\"}}")))
        .isInstanceOf(Result.Decoded.class);
    assertThat(decode("core.v1.Secret", Trees.json("{\"data\":{\"a\":\"YW!j\"}}")))
        .isEqualTo(new Result.Malformed("illegal base64 data at input byte 2"));
    assertThat(decode("core.v1.Secret", Trees.json("{\"data\":{\"a\":\"YWJjZ\"}}")))
        .isEqualTo(new Result.Malformed("illegal base64 data at input byte 4"));
  }

  @Test
  void nobodyLooksIntoFreeFormObjects() {
    ObjectNode revision =
        Trees.json("{\"data\":{\"anything\":[1,null,{\"x\":\"y\"}]},\"revision\":3}");
    ObjectNode before = revision.deepCopy();

    assertThat(decode("apps.v1.ControllerRevision", revision))
        .isEqualTo(new Result.Decoded(List.of()));
    assertThat(revision).isEqualTo(before);
  }

  private static ObjectNode hard(String quantity) {
    return Trees.json("{\"spec\":{\"hard\":{\"cpu\":\"" + quantity + "\"}}}");
  }

  private static Result decode(String definition, ObjectNode object) {
    return Decoding.decode(object, SCHEMAS.named("io.k8s.api." + definition));
  }
}
