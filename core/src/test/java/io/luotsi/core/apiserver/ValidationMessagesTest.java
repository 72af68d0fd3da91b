package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.ok;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A good object, a JSON patch that spoils it, and what upstream says of it. */
class ValidationMessagesTest {
  private static final String LABEL_FORM =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character (e.g. 'my-name',  or '123-abc',"
          + " regex used for validation is '[a-z0-9]([-a-z0-9]*[a-z0-9])?')";

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "containers | [] | spec.containers: Required value",
        "containers/0/name | '' | spec.containers[0].name: Required value",
        "containers/0/name | 'A' | spec.containers[0].name: Invalid value: 'A': LABEL",
        "containers/- | {'name':'c','image':'i'} | spec.containers[1].name: Duplicate value: 'c'",
        "containers/0/image | '' | spec.containers[0].image: Required value",
        "containers/0/image | ' i' | spec.containers[0].image: Invalid value: ' i': must not have"
            + " leading or trailing whitespace",
        "containers/0/imagePullPolicy | 'Sometimes' | spec.containers[0].imagePullPolicy:"
            + " Unsupported value: 'Sometimes': supported values: 'Always', 'IfNotPresent',"
            + " 'Never'",
        "containers/0/ports | [{'containerPort': 0}] | spec.containers[0].ports[0].containerPort:"
            + " Required value",
        "containers/0/ports | [{'containerPort': 70000}] |"
            + " spec.containers[0].ports[0].containerPort: Invalid value: 70000: must be between 1"
            + " and 65535, inclusive",
        "containers/0/ports | [{'containerPort': 80, 'protocol': 'ICMP'}] |"
            + " spec.containers[0].ports[0].protocol: Unsupported value: 'ICMP': supported values:"
            + " 'SCTP', 'TCP', 'UDP'",
        "containers/0/ports | [{'containerPort': 80, 'name': 'a'}, {'containerPort': 81, 'name':"
            + " 'a'}] | spec.containers[0].ports[1].name: Duplicate value: 'a'",
        "containers/0/env | [{'name': ''}] | spec.containers[0].env[0].name: Required value",
        "containers/0/env | [{'name': 'A=B'}] | spec.containers[0].env[0].name: Invalid value:"
            + " 'A=B': a valid environment variable name must consist only of printable ASCII"
            + " characters other than '='",
        "containers/0/env | [{'name': 'A', 'value': 'x', 'valueFrom': {'fieldRef': {'fieldPath':"
            + " 'status.podIP'}}}] | spec.containers[0].env[0].valueFrom: Invalid value: '': may"
            + " not be specified when `value` is not empty",
        "containers/0/env | [{'name': 'A', 'valueFrom': {'fieldRef': {'fieldPath': 'spec.foo'}}}] |"
            + " spec.containers[0].env[0].valueFrom.fieldRef.fieldPath: Invalid value: 'spec.foo':"
            + " error converting fieldPath: field label not supported: spec.foo",
        "containers/0/volumeMounts | [{'name': 'v', 'mountPath': '/v'}] |"
            + " spec.containers[0].volumeMounts[0].name: Not found: 'v'",
        "containers/0/resources | {'requests': {'cpu': '2'}, 'limits': {'cpu': '1000m'}} |"
            + " spec.containers[0].resources.requests: Invalid value: '2': must be less than or"
            + " equal to cpu limit of 1",
        "containers/0/resources | {'limits': {'memory': '-1Gi'}, 'requests': {'memory': '-1Gi'}} |"
            + " spec.containers[0].resources.limits[memory]: Invalid value: '-1Gi': must be greater"
            + " than or equal to 0",
        "containers/0/livenessProbe | {} | spec.containers[0].livenessProbe: Required value: must"
            + " specify a handler type",
        "containers/0/livenessProbe | {'tcpSocket': {'port': 80}, 'successThreshold': 2} |"
            + " spec.containers[0].livenessProbe.successThreshold: Invalid value: 2: must be 1",
        "containers/0/readinessProbe | {'httpGet': {'path': '/', 'port': 0}} |"
            + " spec.containers[0].readinessProbe.httpGet.port: Invalid value: 0: must be between 1"
            + " and 65535, inclusive",
        "containers/0/readinessProbe | {'httpGet': {'path': '/', 'port': 80}, 'periodSeconds': -1}"
            + " | spec.containers[0].readinessProbe.periodSeconds: Invalid value: -1: must be"
            + " greater than or equal to 0",
        "initContainers | [{'name': 'c', 'image': 'i'}] | spec.initContainers[0].name: Duplicate"
            + " value: 'c'",
        "initContainers | [{'name': 'd', 'image': 'i', 'readinessProbe': {'tcpSocket': {'port':"
            + " 1}}}] | spec.initContainers[0].readinessProbe: Forbidden: may not be set for init"
            + " containers without restartPolicy=Always",
        "restartPolicy | 'Maybe' | spec.restartPolicy: Unsupported value: 'Maybe': supported"
            + " values: 'Always', 'OnFailure', 'Never'",
        "volumes | [{'name': 'v', 'emptyDir': {}}, {'name': 'v', 'emptyDir': {}}] |"
            + " spec.volumes[1].name: Duplicate value: 'v'",
        "volumes | [{'name': 'v', 'emptyDir': {}, 'hostPath': {'path': '/x'}}] |"
            + " spec.volumes[0].hostPath: Forbidden: may not specify more than 1 volume type",
        "volumes | [{'name': 'v', 'hostPath': {'path': '/a/../b'}}] |"
            + " spec.volumes[0].hostPath.path: Invalid value: '/a/../b': must not contain '..'",
        "volumes | [{'name': 'v', 'configMap': {'items': []}}] | spec.volumes[0].configMap.name:"
            + " Required value",
        "tolerations | [{'effect': 'NoSchedule'}] | spec.tolerations[0].operator: Invalid value:"
            + " '': operator must be Exists when `key` is empty, which means `match all values and"
            + " all keys`",
        "tolerations | [{'key': 'a', 'operator': 'Exists', 'effect': 'NoSchedule',"
            + " 'tolerationSeconds': 3}] | spec.tolerations[0].effect: Invalid value: 'NoSchedule':"
            + " effect must be 'NoExecute' when `tolerationSeconds` is set",
        "activeDeadlineSeconds | 0 | spec.activeDeadlineSeconds: Invalid value: 0: must be between"
            + " 1 and 2147483647, inclusive",
        "hostname | 'A' | spec.hostname: Invalid value: 'A': LABEL",
        "nodeSelector | {'a': '-'} | spec.nodeSelector: Invalid value: '-': a valid label must be"
      })
  void aPodIsRefusedInUpstreamsWords(String path, String value, String message) {
    refuses(
        "v1/pods",
        "{'metadata': {'name': 'x'}, 'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}",
        "/spec/" + path,
        value,
        message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/spec/replicas | -1 | spec.replicas: Invalid value: -1: must be greater than or equal to"
            + " 0",
        "/spec/selector | {} | spec.selector: Invalid value: {}: empty selector is invalid for"
            + " deployment",
        "/spec/selector | {'matchLabels': {'app': 'y'}} | spec.template.metadata.labels: Invalid"
            + " value: {'app':'x'}: `selector` does not match template `labels`",
        "/spec/selector | {'matchExpressions': [{'key': 'a', 'operator': 'In'}]} |"
            + " spec.selector.matchExpressions[0].values: Required value: must be specified when"
            + " `operator` is 'In' or 'NotIn'",
        "/spec/template/spec/restartPolicy | 'Never' | spec.template.spec.restartPolicy:"
            + " Unsupported value: 'Never': supported values: 'Always'",
        "/spec/template/spec/containers/0/name | '' | spec.template.spec.containers[0].name:"
            + " Required value",
        "/spec/strategy | {'type': 'Recreate', 'rollingUpdate': {'maxSurge': 1}} |"
            + " spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type`"
            + " is 'Recreate'",
        "/spec/strategy | {'type': 'Blue'} | spec.strategy: Unsupported value: {\"type\":\"Blue\"}:"
            + " supported values: 'Recreate', 'RollingUpdate'",
        "/spec/strategy | {'rollingUpdate': {'maxSurge': 0, 'maxUnavailable': 0}} |"
            + " spec.strategy.rollingUpdate.maxUnavailable: Invalid value: 0: may not be 0 when"
            + " `maxSurge` is 0",
        "/spec/strategy | {'rollingUpdate': {'maxSurge': 'x'}} |"
            + " spec.strategy.rollingUpdate.maxSurge: Invalid value: 'x': a valid percent string",
        "/spec/progressDeadlineSeconds | 0 | spec.progressDeadlineSeconds: Invalid value: 0: must"
            + " be greater than minReadySeconds",
        "/metadata/labels | {'a b': 'c'} | metadata.labels: Invalid value: 'a b': name part must"
            + " consist of"
      })
  void aDeploymentIsRefusedInUpstreamsWords(String path, String value, String message) {
    refuses("apps/v1/deployments", Requests.deployment("x").toString(), path, value, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/spec/ports | [] | spec.ports: Required value",
        "/spec/ports | [{'port': 1}, {'port': 2, 'name': 'b'}] | spec.ports[0].name: Required"
            + " value",
        "/spec/ports | [{'port': 0}] | spec.ports[0].port: Invalid value: 0: must be between 1 and"
            + " 65535, inclusive",
        "/spec/ports | [{'port': 1, 'name': 'a'}, {'port': 1, 'name': 'b'}] | spec.ports[1]:"
            + " Duplicate value",
        "/spec/type | 'Magic' | spec.type: Unsupported value: 'Magic': supported values:"
            + " 'ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'",
        "/spec/type | 'ExternalName' | spec.externalName: Required value",
        "/spec/type | 'NodePort' | spec.type: Forbidden: node ports are not served by this cluster,"
            + " use ClusterIP",
        "/spec/clusterIP | 'one' | spec.clusterIPs[0]: Invalid value: 'one': must be a valid IP"
            + " address, (e.g. 10.9.8.7 or 2001:db8::ffff)",
        "/spec/sessionAffinity | 'Sticky' | spec.sessionAffinity: Unsupported value: 'Sticky':"
            + " supported values: 'ClientIP', 'None'",
        "/metadata/name | 'A' | metadata.name: Invalid value: 'A': LABEL"
      })
  void aServiceIsRefusedInUpstreamsWords(String path, String value, String message) {
    refuses("v1/services", Requests.service("x", "").toString(), path, value, message);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "v1/configmaps | {'data': {'a/b': ''}} | data[a/b]: Invalid value: 'a/b': a valid config"
            + " key must",
        "v1/configmaps | {'data': {'a': ''}, 'binaryData': {'a': ''}} | data[a]: Invalid value:"
            + " 'a': duplicate of key present in binaryData",
        "v1/secrets | {'type': 'kubernetes.io/tls', 'data': {'tls.crt': ''}} | data[tls.key]:"
            + " Required value",
        "v1/secrets | {'data': {'..': ''}} | data[..]: Invalid value: '..': must not be '..'",
        "coordination.k8s.io/v1/leases | {'spec': {'leaseDurationSeconds': 0}} |"
            + " spec.leaseDurationSeconds: Invalid value: 0: must be greater than 0",
        "v1/events | {'involvedObject': {'namespace': 'kube-system'}} | involvedObject.namespace:"
            + " Invalid value: 'kube-system': does not match event.namespace",
        "v1/serviceaccounts | {'metadata': {'name': 'A'}} | metadata.name: Invalid value: 'A': a"
            + " lowercase RFC 1123 subdomain must",
        "v1/serviceaccounts | {'metadata': {'name': 'x', 'finalizers': ['mine']}} |"
            + " metadata.finalizers[0]: Invalid value: 'mine': name is neither a standard finalizer"
            + " name nor is it fully qualified",
        "v1/serviceaccounts | {'metadata': {'name': 'x', 'ownerReferences': [{'apiVersion': 'v1',"
            + " 'kind': '', 'name': 'n', 'uid': 'u'}]}} | metadata.ownerReferences[0].kind: Invalid"
            + " value: '': kind must not be empty",
        "discovery.k8s.io/v1/endpointslices | {'addressType': 'IPv9'} | addressType: Unsupported"
            + " value: 'IPv9': supported values: 'FQDN', 'IPv4', 'IPv6'",
        "discovery.k8s.io/v1/endpointslices | {'addressType': 'IPv4', 'endpoints': [{'addresses':"
            + " []}]} | endpoints[0].addresses: Required value: must contain at least 1 address",
        "discovery.k8s.io/v1/endpointslices | {'addressType': 'IPv4', 'endpoints': [{'addresses':"
            + " ['127.0.0.1']}]} | endpoints[0].addresses[0]: Invalid value: '127.0.0.1': may not"
            + " be in the loopback range (127.0.0.0/8, ::1/128)",
        "discovery.k8s.io/v1/endpointslices | {'addressType': 'IPv4', 'endpoints': [{'addresses':"
            + " ['1.2.3']}]} | endpoints[0].addresses[0]: Invalid value: '1.2.3': must be a valid"
            + " IP address, (e.g. 10.9.8.7 or 2001:db8::ffff)"
      })
  void otherKindsAreRefusedInUpstreamsWords(String resource, String body, String message) {
    ObjectNode object = json(body);
    if (!object.has("metadata")) {
      object.putObject("metadata").put("name", "x");
    }
    assertThat(errors(create(resource, object))).anyMatch(e -> e.startsWith(spell(message)));
  }

  @Test
  void aSliceMayHaveTheAddressesOfOurOwnProcessPods() {
    ok(
        create(
            "discovery.k8s.io/v1/endpointslices",
            json(
                "{'metadata': {'name': 'x'}, 'addressType': 'IPv4', 'endpoints': [{'addresses':"
                    + " ['127.1.2.3']}]}")));
  }

  @Test
  void allThatIsWrongIsSaidAtOnceInOrder() {
    ObjectNode pod =
        json(
            "{'metadata': {'name': 'X'}, 'spec': {'restartPolicy': 'No', 'volumes': [{'name': ''}],"
                + " 'containers': [{'name': 'c', 'image': ''}, {'name': 'c', 'image': 'i'}]}}");

    assertThat(errors(create("v1/pods", pod)).stream().map(e -> e.substring(0, e.indexOf(':'))))
        .containsExactly(
            "metadata.name",
            "spec.volumes[0].name",
            "spec.containers[0].image",
            "spec.containers[1].name",
            "spec.restartPolicy");
  }

  @Test
  void configurationThatIsSealedOrTooLargeIsRefused() {
    ok(
        create(
            "v1/configmaps",
            json("{'metadata': {'name': 'x'}, 'immutable': true, 'data': {'a': 'b'}}")));
    assertThat(errors(patch("v1/configmaps", "{'data': {'a': 'c'}, 'immutable': false}")))
        .containsExactly(
            "immutable: Forbidden: field is immutable when `immutable` is set",
            "data: Forbidden: field is immutable when `immutable` is set");
    ObjectNode large = json("{'metadata': {'name': 'y'}}");
    large.putObject("data").put("a", "x".repeat(1024 * 1024 + 1));
    assertThat(errors(create("v1/configmaps", large)))
        .containsExactly("Too long: may not be more than 1048576 bytes");
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1/configmaps", "v1/secrets"})
  @Conformance({"ConfigMap Volume, immutability", "Secrets Volume, immutability"})
  void whatIsSealedStaysAsItIsUntilItGoes(String resource) {
    ok(create(resource, json("{'metadata': {'name': 'x'}, 'data': {'a': 'eA=='}}")));
    ok(patch(resource, "{'data': {'a': 'eQ=='}}"));
    ok(patch(resource, "{'immutable': true}"));

    assertThat(errors(patch(resource, "{'data': {'a': 'eA=='}}")))
        .containsExactly("data: Forbidden: field is immutable when `immutable` is set");
    assertThat(errors(patch(resource, "{'immutable': false}")))
        .containsExactly("immutable: Forbidden: field is immutable when `immutable` is set");
    ok(patch(resource, "{'metadata': {'labels': {'a': 'b'}}}"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"v1/configmaps", "v1/secrets"})
  @Conformance({"ConfigMap, with empty-key", "Secrets, with empty-key"})
  void aKeyIsNeverEmpty(String resource) {
    assertThat(errors(create(resource, json("{'metadata': {'name': 'x'}, 'data': {'': 'eA=='}}"))))
        .singleElement()
        .asString()
        .startsWith("data[]: Invalid value: \"\": a valid config key must consist of");
  }

  @Test
  void ofARunningPodOnlyALittleMayChange() {
    ok(create("v1/pods", Requests.pod("x")));

    ok(
        patchWith(
            "v1/pods",
            PatchType.STRATEGIC_MERGE,
            "{'spec': {'containers': [{'name': 'c', 'image': 'j'}], 'activeDeadlineSeconds': 9}}"));
    assertThat(
            errors(
                patchWith(
                    "v1/pods",
                    PatchType.STRATEGIC_MERGE,
                    "{'spec': {'containers': [{'name': 'c', 'command': ['x']}]}}")))
        .hasSize(1)
        .first()
        .asString()
        .startsWith("spec: Forbidden: pod updates may not change fields other than");
    assertThat(
            errors(
                patchWith(
                    "v1/pods",
                    PatchType.STRATEGIC_MERGE,
                    "{'spec': {'containers': [{'name': 'd', 'image': 'i'}]}}")))
        .containsExactly(
            "spec.containers: Forbidden: pod updates may not add or remove containers");
    assertThat(errors(patch("v1/pods", "{'spec': {'activeDeadlineSeconds': 10}}")))
        .containsExactly(
            "spec.activeDeadlineSeconds: Invalid value: 10: must be less than or equal to previous"
                + " value");
    assertThat(errors(patch("v1/pods", "{'spec': {'tolerations': []}}")))
        .containsExactly(
            "spec.tolerations: Forbidden: existing toleration can not be modified except its"
                + " tolerationSeconds");
  }

  @Test
  void selectorsOfWorkloadsAreForEver() {
    ok(create("apps/v1/deployments", Requests.deployment("x")));

    assertThat(
            errors(
                patch(
                    "apps/v1/deployments",
                    "{'spec': {'selector': {'matchLabels': {'app': 'y'}}, 'template': {'metadata':"
                        + " {'labels': {'app': 'y'}}}}}")))
        .containsExactly(
            spell("spec.selector: Invalid value: {'matchLabels':{'app':'y'}}: field is immutable"));
  }

  private void refuses(String resource, String good, String path, String value, String message) {
    ObjectNode object = json(good);
    ok(create(resource, object.deepCopy()));
    ok(client.delete(resource(resource), ObjectKey.of("default", "x"), DeleteOptions.DEFAULT));
    spoil(object, path, value);
    assertThat(errors(create(resource, object))).anyMatch(e -> e.startsWith(spell(message)));
  }

  private static void spoil(ObjectNode object, String path, String value) {
    int slash = path.lastIndexOf('/');
    JsonNode parent = object.at(path.substring(0, slash));
    JsonNode spoilt = json("{'v': " + value + "}").get("v");
    String last = path.substring(slash + 1);
    if (last.equals("-")) {
      ((ArrayNode) parent).add(spoilt);
    } else {
      ((ObjectNode) parent).set(last, spoilt);
    }
  }

  /** Apostrophes stand for quotation marks, but not where they quote a letter of a rule. */
  private static String spell(String message) {
    return message
        .replace("LABEL", LABEL_FORM)
        .replaceAll("(Invalid|Unsupported|Duplicate) value: '([^']*)'", "$1 value: \"$2\"")
        .replaceAll("Not found: '([^']*)'", "Not found: \"$1\"")
        .replaceAll("\\{'app':'(\\w)'\\}", "{\"app\":\"$1\"}")
        .replace("'matchLabels'", "\"matchLabels\"")
        .replace("`match all values and all keys`", "\"match all values and all keys\"")
        .replaceAll("(?<=supported values: .{0,200})'", "\"");
  }

  private CompletionStage<Outcome<StoredObject>> create(String resource, ObjectNode body) {
    return client.create(resource(resource), "default", body);
  }

  private CompletionStage<Outcome<StoredObject>> patch(String resource, String patch) {
    return patchWith(resource, PatchType.MERGE, patch);
  }

  private CompletionStage<Outcome<StoredObject>> patchWith(
      String resource, PatchType type, String patch) {
    return client.patch(resource(resource), ObjectKey.of("default", "x"), "", type, json(patch));
  }

  private static GroupVersionResource resource(String text) {
    int slash = text.lastIndexOf('/');
    return GroupVersionResource.of(text.substring(0, slash), text.substring(slash + 1));
  }

  private static List<String> errors(CompletionStage<Outcome<StoredObject>> stage) {
    return switch (stage.toCompletableFuture().join()) {
      case Outcome.Rejected<StoredObject>(Rejection.Invalid invalid) ->
          invalid.errors().stream().map(FieldError::message).toList();
      case Outcome<StoredObject> other -> throw new AssertionError(other.toString());
    };
  }
}
