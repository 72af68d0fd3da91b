package io.luotsi.core.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Authorizer.Attributes.Resource;
import io.luotsi.core.apiserver.NodeRules.Decision;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class NodeRulesTest {
  private static final Decision ALLOWED = new Decision.Allowed();
  private static final String UNRELATED = "no relationship found between node 'n1' and this object";

  /** A pod of n1 needs the objects called "needed". */
  private final NodeRules rules =
      new NodeRules((node, resource, key) -> Outcome.done(key.name().equals("needed")));

  private Decision decide(String verb, String resource, String namespace, String name) {
    return decide(verb, resource, namespace, name, FieldSelector.EVERYTHING);
  }

  /** The resource may have a subresource behind a slash. */
  private Decision decide(
      String verb, String resource, String namespace, String name, FieldSelector fields) {
    String[] parts = resource.split("/", 2);
    int dot = parts[0].indexOf('.');
    return rules.decide(
        "n1",
        new Resource(
            verb,
            dot < 0 ? "" : parts[0].substring(dot + 1),
            dot < 0 ? parts[0] : parts[0].substring(0, dot),
            parts.length > 1 ? parts[1] : "",
            namespace,
            name,
            fields));
  }

  private static Decision denied(String why) {
    return new Decision.Denied(why);
  }

  @Test
  void nodesMayDoWhatAKubeletAndAProxyNeed() {
    FieldSelector own = FieldSelector.equal("spec.nodeName", "n1");
    assertThat(
            List.of(
                decide("list", "pods", "", "", own),
                decide("watch", "pods", "", "", own),
                decide("get", "pods", "default", "needed"),
                decide("delete", "pods", "default", "p"),
                decide("patch", "pods/status", "default", "p"),
                decide("create", "nodes", "", ""),
                decide("get", "nodes", "", "n1"),
                decide("watch", "nodes", "", "n1"),
                decide("patch", "nodes", "", "n1"),
                decide("update", "nodes/status", "", "n1"),
                decide("list", "services", "", ""),
                decide("watch", "endpointslices.discovery.k8s.io", "", ""),
                decide("create", "leases.coordination.k8s.io", "kube-node-lease", ""),
                decide("patch", "leases.coordination.k8s.io", "kube-node-lease", "n1"),
                decide("get", "configmaps", "default", "needed"),
                decide("watch", "secrets", "default", "needed"),
                decide("create", "serviceaccounts/token", "default", "needed"),
                decide("patch", "events", "default", "e"),
                decide("create", "events.events.k8s.io", "default", "")))
        .containsOnly(ALLOWED);
  }

  @Test
  void ofWhatIsOthersTheyReadNothing() {
    assertThat(decide("get", "nodes", "", "n2"))
        .isEqualTo(denied("node 'n1' cannot read 'n2', only its own Node object"));
    assertThat(decide("list", "nodes", "", ""))
        .isEqualTo(denied("node 'n1' cannot read all nodes, only its own Node object"));
    FieldSelector foreign = FieldSelector.equal("spec.nodeName", "n2");
    assertThat(decide("list", "pods", "", "", foreign))
        .isEqualTo(denied("can only list/watch pods with spec.nodeName field selector"));
    FieldSelector allButOwn = FieldSelector.parse("spec.nodeName!=n1").orElseThrow();
    assertThat(decide("watch", "pods", "", "", allButOwn))
        .isEqualTo(denied("can only list/watch pods with spec.nodeName field selector"));
    assertThat(decide("get", "pods", "default", "p")).isEqualTo(denied(UNRELATED));
    assertThat(decide("get", "secrets", "default", "s")).isEqualTo(denied(UNRELATED));
    assertThat(decide("list", "secrets", "default", "")).isEqualTo(denied("No Object name found"));
    assertThat(decide("list", "configmaps", "", ""))
        .isEqualTo(denied("can only read namespaced object of this type"));
    assertThat(decide("update", "configmaps", "default", "needed"))
        .isEqualTo(denied("can only read resources of this type"));
    assertThat(decide("get", "serviceaccounts", "default", "needed"))
        .isEqualTo(denied("can only create tokens for individual service accounts"));
    assertThat(decide("create", "serviceaccounts/token", "default", "other"))
        .isEqualTo(denied(UNRELATED));
    assertThat(decide("get", "leases.coordination.k8s.io", "kube-node-lease", "n2"))
        .isEqualTo(denied("can only access node lease with the same name as the requesting node"));
    assertThat(decide("create", "leases.coordination.k8s.io", "default", ""))
        .isEqualTo(denied("can only access leases in the \"kube-node-lease\" system namespace"));
    assertThat(decide("list", "leases.coordination.k8s.io", "kube-node-lease", ""))
        .isEqualTo(denied("can only get, create, update, patch, or delete a node lease"));
  }

  @Test
  void andNothingElseAtAll() {
    assertThat(
            List.of(
                decide("update", "pods", "default", "p"),
                decide("deletecollection", "pods", "default", ""),
                decide("create", "pods/binding", "default", "p"),
                decide("get", "pods/log", "default", "p"),
                decide("delete", "nodes", "", "n1"),
                decide("get", "nodes/proxy", "", "n1"),
                decide("update", "services", "default", "s"),
                decide("patch", "services/status", "default", "s"),
                decide("list", "namespaces", "", ""),
                decide("get", "events", "default", "e"),
                decide("create", "deployments.apps", "default", "")))
        .containsOnly(denied(""));
  }

  @Test
  void whenNobodyKnowsAClientIsToldToComeBack() {
    Rejection busy = new Rejection.TooManyRequests("not yet", Duration.ofSeconds(1));
    NodeRules early = new NodeRules((node, resource, key) -> Outcome.rejected(busy));

    assertThat(early.decide("n1", new Resource("get", "", "secrets", "", "default", "s")))
        .isEqualTo(new Decision.Unknown(busy));
  }

  @Test
  void podsNeedWhatTheirSpecsName() {
    TestApi api = TestApi.create();
    api.namespace("other");
    PipelineClient client = api.client();
    Requests.ok(client.create(Requests.PODS, "default", pod("bound", "n1")));
    Requests.ok(client.create(Requests.PODS, "default", pod("foreign", "n2")));
    NodeReferences references = new PodReferences(api.store());
    for (String secret : List.of("s-env", "s-key", "s-volume", "s-projected", "s-pull")) {
      assertThat(needs(references, "n1", "secrets", "default", secret)).as(secret).isTrue();
      assertThat(needs(references, "n3", "secrets", "default", secret)).isFalse();
      assertThat(needs(references, "n1", "secrets", "other", secret)).isFalse();
      assertThat(needs(references, "n1", "configmaps", "default", secret)).isFalse();
    }
    for (String configMap : List.of("c-env", "c-key", "c-volume", "c-projected")) {
      assertThat(needs(references, "n1", "configmaps", "default", configMap)).isTrue();
      assertThat(needs(references, "n1", "secrets", "default", configMap)).isFalse();
    }
    assertThat(needs(references, "n1", "serviceaccounts", "default", "builder")).isTrue();
    assertThat(needs(references, "n1", "serviceaccounts", "default", "default")).isFalse();
    assertThat(needs(references, "n1", "pods", "default", "bound")).isTrue();
    assertThat(needs(references, "n1", "pods", "default", "foreign")).isFalse();
    // Names of other things than references.
    assertThat(needs(references, "n1", "secrets", "default", "c")).isFalse();
    assertThat(needs(references, "n1", "secrets", "default", "bound")).isFalse();
  }

  private static boolean needs(
      NodeReferences references, String node, String resource, String namespace, String name) {
    return references
        .needs(
            node, io.luotsi.core.api.GroupResource.parse(resource), ObjectKey.of(namespace, name))
        .orElseThrow();
  }

  private static com.fasterxml.jackson.databind.node.ObjectNode pod(String name, String node) {
    return Requests.json(
        """
        {'metadata': {'name': '%s'}, 'spec': {'nodeName': '%s', 'serviceAccountName': 'builder',
          'imagePullSecrets': [{'name': 's-pull'}],
          'volumes': [
            {'name': 'v1', 'secret': {'secretName': 's-volume'}},
            {'name': 'v2', 'configMap': {'name': 'c-volume'}},
            {'name': 'v3', 'projected': {'sources': [
              {'secret': {'name': 's-projected'}}, {'configMap': {'name': 'c-projected'}}]}}],
          'containers': [{'name': 'c', 'image': 'i',
            'envFrom': [{'secretRef': {'name': 's-env'}}, {'configMapRef': {'name': 'c-env'}}],
            'env': [
              {'name': 'A', 'valueFrom': {'secretKeyRef': {'name': 's-key', 'key': 'k'}}},
              {'name': 'B', 'valueFrom': {'configMapKeyRef': {'name': 'c-key', 'key': 'k'}}}]}]}}
        """
            .formatted(name, node));
  }
}
