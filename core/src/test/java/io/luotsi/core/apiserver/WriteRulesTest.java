package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.CONFIG_MAPS;
import static io.luotsi.core.apiserver.Requests.DEPLOYMENTS;
import static io.luotsi.core.apiserver.Requests.LEASES;
import static io.luotsi.core.apiserver.Requests.NAMESPACES;
import static io.luotsi.core.apiserver.Requests.NODES;
import static io.luotsi.core.apiserver.Requests.PODS;
import static io.luotsi.core.apiserver.Requests.deployment;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.pod;
import static io.luotsi.core.apiserver.Requests.refused;
import static io.luotsi.core.apiserver.Requests.target;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.FieldValidation;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class WriteRulesTest {
  private static final ObjectKey X = ObjectKey.of("default", "x");

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  @Test
  void aNewPodIsPendingAndHasWhatAdmissionAddsAndNoStatusOfTheClients() {
    ObjectNode body = pod("x");
    body.putObject("status").put("phase", "Running").put("podIP", "1.2.3.4");

    ObjectNode pod = json(ok(client.create(PODS, "default", body)));

    assertThat(pod.path("status"))
        .isEqualTo(json("{'phase': 'Pending', 'qosClass': 'BestEffort'}"));
    assertThat(pod.at("/metadata/generation").asInt()).isEqualTo(1);
    assertThat(pod.at("/spec/priority").asInt(-1)).isZero();
    assertThat(pod.at("/spec/tolerations").toString())
        .isEqualTo(
            "[{\"key\":\"node.kubernetes.io/not-ready\",\"operator\":\"Exists\",\"effect\":"
                + "\"NoExecute\",\"tolerationSeconds\":300},{\"key\":"
                + "\"node.kubernetes.io/unreachable\",\"operator\":\"Exists\",\"effect\":"
                + "\"NoExecute\",\"tolerationSeconds\":300}]");
  }

  @Test
  void aWriteThatChangesNothingLeavesTheVersionWhateverTypesItsNumbersHave() {
    ok(client.create(DEPLOYMENTS, "default", deployment("x")));
    ObjectNode status = Json.object();
    status.putObject("status").put("observedGeneration", 1L).put("replicas", (short) 2);
    long version =
        ok(client.patch(DEPLOYMENTS, X, "status", PatchType.MERGE, status)).resourceVersion();
    ObjectNode spec = Json.object();
    spec.putObject("spec").put("replicas", 3L);

    StoredObject again = ok(client.patch(DEPLOYMENTS, X, "status", PatchType.MERGE, status));
    StoredObject main = ok(client.patch(DEPLOYMENTS, X, "", PatchType.MERGE, spec));

    assertThat(again.resourceVersion()).isEqualTo(version);
    assertThat(main.resourceVersion()).isEqualTo(version);
    assertThat(json(main).at("/metadata/generation").asInt()).isEqualTo(1);
  }

  @Test
  void statusAndSpecAreWrittenApart() {
    ok(client.create(DEPLOYMENTS, "default", deployment("x")));
    ObjectNode wanted = json(ok(client.get(DEPLOYMENTS, X)));
    wanted.withObject("spec").put("replicas", 5);
    wanted.withObject("status").put("replicas", 7);

    ObjectNode main = json(ok(client.update(DEPLOYMENTS, X, "", wanted)));
    wanted.withObject("metadata").put("resourceVersion", "");
    wanted.withObject("spec").put("replicas", 9);
    ObjectNode status = json(ok(client.update(DEPLOYMENTS, X, "status", wanted)));

    assertThat(main.at("/spec/replicas").asInt()).isEqualTo(5);
    assertThat(main.at("/status/replicas").asInt()).isZero();
    assertThat(main.at("/metadata/generation").asInt()).isEqualTo(2);
    assertThat(status.at("/spec/replicas").asInt()).isEqualTo(5);
    assertThat(status.at("/status/replicas").asInt()).isEqualTo(7);
    assertThat(status.at("/metadata/generation").asInt()).isEqualTo(2);
  }

  @Test
  @Conformance("Deployment, completes the scaling of a Deployment subresource")
  void scaleIsAViewOfReplicas() {
    ok(client.create(DEPLOYMENTS, "default", deployment("x")));
    var scaleTarget =
        new Api.Target(
            UserInfo.component("admin"),
            target(api, DEPLOYMENTS, "default", "x").type(),
            "default",
            "x",
            "scale");
    StoredObject scale = ok(api.pipeline().get(scaleTarget, OptionalLong.empty()));

    assertThat(json(scale).path("kind").asText()).isEqualTo("Scale");
    assertThat(json(scale).at("/status/selector").asText()).isEqualTo("app=x");
    assertThat(json(scale).at("/spec/replicas").asInt()).isEqualTo(3);
    ObjectNode wanted = json(scale);
    wanted.withObject("spec").put("replicas", 8);
    assertThat(
            json(ok(client.update(DEPLOYMENTS, X, "scale", wanted))).at("/spec/replicas").asInt())
        .isEqualTo(8);
    assertThat(refused(client.update(DEPLOYMENTS, X, "scale", wanted)))
        .as("at a version that is gone")
        .isInstanceOf(Rejection.Conflict.class);
    ok(client.patch(DEPLOYMENTS, X, "scale", PatchType.MERGE, json("{'spec': {'replicas': 0}}")));
    assertThat(json(ok(client.get(DEPLOYMENTS, X))).at("/spec/replicas").asInt(-1)).isZero();
    assertThat(
            message(
                client.patch(
                    DEPLOYMENTS, X, "scale", PatchType.MERGE, json("{'spec': {'replicas': -1}}"))))
        .isEqualTo(
            "Scale.autoscaling \"x\" is invalid: spec.replicas: Invalid value: -1: must be greater"
                + " than or equal to 0");
  }

  @Test
  void aPodIsBoundOnce() {
    ok(client.create(PODS, "default", pod("x")));
    ObjectNode binding = json("{'target': {'kind': 'Node', 'name': 'n1'}}");

    ObjectNode bound = json(ok(client.createSubresource(PODS, X, "binding", binding)));

    assertThat(bound.at("/spec/nodeName").asText()).isEqualTo("n1");
    assertThat(bound.at("/status/conditions/0/type").asText()).isEqualTo("PodScheduled");
    assertThat(message(client.createSubresource(PODS, X, "binding", binding)))
        .isEqualTo(
            "Operation cannot be fulfilled on pods/binding \"x\": pod x is already assigned to node"
                + " \"n1\"");
    assertThat(
            message(client.createSubresource(PODS, X, "binding", json("{'target': {'name': ''}}"))))
        .isEqualTo("Binding \"x\" is invalid: target.name: Required value");
    assertThat(
            refused(
                client.createSubresource(PODS, ObjectKey.of("default", "y"), "binding", binding)))
        .isInstanceOf(Rejection.NotFound.class);
  }

  @Test
  void aBindingThatIsNoneIsRefusedAndStoresNothing() {
    ok(client.create(PODS, "default", pod("x")));

    assertThat(
            message(
                client.createSubresource(
                    PODS,
                    X,
                    "binding",
                    json("{'metadata': {'annotations': {'a': 3}}, 'target': {'name': 'n1'}}"))))
        .startsWith(
            "Binding in version \"v1\" cannot be handled as a Binding: json: cannot unmarshal"
                + " number into Go struct field");
    assertThat(json(ok(client.get(PODS, X))).at("/spec/nodeName").isMissingNode()).isTrue();
  }

  @Test
  void whatNamesNoPlaceIsNotAllowed() {
    assertThat(refused(client.create(PODS, "", pod("x")))).isEqualTo(new Rejection.NoSuchMethod());
    assertThat(
            refused(
                api.pipeline()
                    .delete(target(api, PODS, "default", ""), DeleteOptions.DEFAULT, false)))
        .isEqualTo(new Rejection.NoSuchMethod());
  }

  @Test
  void anUpdateThatCreatesAndLosesTheRaceReplaces() {
    ObjectNode body = Requests.service("x", ", 'selector': {'a': 'ours'}");
    api.store().beforeNextCommit(write -> {});
    api.store()
        .beforeNextCommit(
            write ->
                ok(
                    client.create(
                        Requests.SERVICES,
                        "default",
                        Requests.service("x", ", 'selector': {'a': 'theirs'}"))));

    ObjectNode stored = json(ok(client.update(Requests.SERVICES, X, "", body)));

    assertThat(stored.at("/spec/selector/a").asText()).isEqualTo("ours");
    assertThat(ok(client.list(Requests.ADDRESSES, Selection.EVERYTHING)).items()).hasSize(1);
  }

  @Test
  void twoSchedulersCannotBothBind() {
    ok(client.create(PODS, "default", pod("x")));
    api.store()
        .beforeNextCommit(
            write ->
                ok(
                    client.createSubresource(
                        PODS, X, "binding", json("{'target': {'name': 'n1'}}"))));

    assertThat(
            refused(
                client.createSubresource(PODS, X, "binding", json("{'target': {'name': 'n2'}}"))))
        .isInstanceOf(Rejection.Conflict.class);
    assertThat(json(ok(client.get(PODS, X))).at("/spec/nodeName").asText()).isEqualTo("n1");
  }

  @Test
  void aRunningPodIsToldToGoAndRemovedByItsKubelet() {
    ok(client.create(PODS, "default", pod("x")));
    ok(client.createSubresource(PODS, X, "binding", json("{'target': {'name': 'n1'}}")));

    StoredObject told = ok(client.delete(PODS, X, DeleteOptions.DEFAULT));

    assertThat(told.deleting()).isTrue();
    assertThat(json(told).at("/metadata/deletionTimestamp").asText())
        .isEqualTo("2026-01-02T03:04:35Z");
    assertThat(json(told).at("/metadata/generation").asInt()).isEqualTo(2);
    ok(client.delete(PODS, X, DeleteOptions.now(told.uid())));
    assertThat(refused(client.get(PODS, X))).isInstanceOf(Rejection.NotFound.class);
  }

  @Test
  void deletionHasPreconditions() {
    StoredObject there =
        ok(client.create(CONFIG_MAPS, "default", json("{'metadata': {'name': 'x'}}")));

    assertThat(message(client.delete(CONFIG_MAPS, X, DeleteOptions.now("other"))))
        .isEqualTo(
            "Operation cannot be fulfilled on configmaps \"x\": the UID in the precondition (other)"
                + " does not match the UID in record ("
                + there.uid()
                + "). The object might have been deleted and then recreated");
    assertThat(
            refused(
                client.delete(
                    CONFIG_MAPS,
                    X,
                    new DeleteOptions(
                        OptionalInt.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("1")))))
        .isInstanceOf(Rejection.Conflict.class);
  }

  @Test
  void takingTheLastFinalizerAwayRemovesTheObject() {
    ok(
        client.create(
            CONFIG_MAPS,
            "default",
            json("{'metadata': {'name': 'x', 'finalizers': ['example.com/f']}}")));
    assertThat(ok(client.delete(CONFIG_MAPS, X, DeleteOptions.DEFAULT)).deleting()).isTrue();
    assertThat(
            message(
                client.patch(
                    CONFIG_MAPS,
                    X,
                    "",
                    PatchType.MERGE,
                    json("{'metadata': {'finalizers': ['example.com/f', 'example.com/g']}}"))))
        .contains("no new finalizers can be added if the object is being deleted");

    ok(
        client.patch(
            CONFIG_MAPS, X, "", PatchType.MERGE, json("{'metadata': {'finalizers': null}}")));

    assertThat(refused(client.get(CONFIG_MAPS, X))).isInstanceOf(Rejection.NotFound.class);
  }

  @Test
  @Conformance("Namespace, apply finalizer to a namespace")
  void aNamespaceGoesWhenItIsFinalizedAndTakesNothingNewMeanwhile() {
    api.namespace("team");
    ObjectKey team = ObjectKey.of("team");
    ObjectNode told = json(ok(client.delete(NAMESPACES, team, DeleteOptions.DEFAULT)));

    assertThat(told.at("/status/phase").asText()).isEqualTo("Terminating");
    var create = client.create(CONFIG_MAPS, "team", json("{'metadata': {'name': 'x'}}"));
    assertThat(message(create))
        .isEqualTo(
            "configmaps \"x\" is forbidden: unable to create new content in namespace team because"
                + " it is being terminated");
    assertThat(Statuses.of(refused(create)).at("/details/causes/0").toString())
        .isEqualTo(
            "{\"reason\":\"NamespaceTerminating\",\"message\":\"namespace team is being"
                + " terminated\",\"field\":\"metadata.namespace\"}");
    told.withObject("spec").putArray("finalizers");
    ObjectNode kept = told.deepCopy();
    kept.withObject("metadata").remove("resourceVersion");
    assertThat(json(ok(client.update(NAMESPACES, team, "", kept))).at("/spec/finalizers"))
        .as("the namespace itself cannot be updated so")
        .hasSize(1);
    kept.withObject("spec").putArray("finalizers");
    ok(client.update(NAMESPACES, team, "finalize", kept));
    assertThat(refused(client.get(NAMESPACES, team))).isInstanceOf(Rejection.NotFound.class);
  }

  @Test
  void namespacesMustExistAndSomeStay() {
    assertThat(message(client.create(PODS, "nowhere", pod("x"))))
        .isEqualTo("namespaces \"nowhere\" not found");
    assertThat(
            message(client.delete(NAMESPACES, ObjectKey.of("kube-system"), DeleteOptions.DEFAULT)))
        .isEqualTo("namespaces \"kube-system\" is forbidden: this namespace may not be deleted");
  }

  @Test
  void leasesAreCreatedByUpdatesButNeverReplacedBlindly() {
    ObjectKey key = ObjectKey.of("kube-node-lease", "n1");
    ObjectNode lease =
        json(
            "{'metadata': {'name': 'n1'},"
                + " 'spec': {'holderIdentity': 'n1', 'leaseDurationSeconds': 40}}");

    StoredObject created = ok(client.update(LEASES, key, "", lease));

    assertThat(created.key()).isEqualTo(key);
    assertThat(message(client.update(LEASES, key, "", lease)))
        .isEqualTo(
            "Lease.coordination.k8s.io \"n1\" is invalid: metadata.resourceVersion: Invalid value:"
                + " 0x0: must be specified for an update");
    assertThat(
            refused(
                client.patch(
                    LEASES, ObjectKey.of("kube-node-lease", "n2"), "", PatchType.MERGE, lease)))
        .as("a patch creates nothing")
        .isInstanceOf(Rejection.NotFound.class);
  }

  @Test
  void annotationsOfADeploymentCountAsItsSpecDoes() {
    ok(client.create(DEPLOYMENTS, "default", deployment("x")));

    ObjectNode note = json("{'metadata': {'annotations': {'a': 'b'}}}");
    StoredObject noted = ok(client.patch(DEPLOYMENTS, X, "", PatchType.MERGE, note));
    assertThat(json(noted).at("/metadata/generation").asInt()).isEqualTo(2);
    ObjectNode both = json("{'metadata': {'annotations': {'a': 'c'}}, 'spec': {'replicas': 9}}");
    StoredObject changed = ok(client.patch(DEPLOYMENTS, X, "", PatchType.MERGE, both));
    assertThat(json(changed).at("/metadata/generation").asInt()).isEqualTo(3);
    ObjectNode status = json("{'metadata': {'annotations': {'a': 'd'}}, 'status': {}}");
    StoredObject told = ok(client.patch(DEPLOYMENTS, X, "status", PatchType.MERGE, status));
    assertThat(json(told).at("/metadata/generation").asInt()).isEqualTo(3);
  }

  @Test
  void nothingIsStoredByADryRun() {
    WriteOptions dry = new WriteOptions(true, "me", FieldValidation.STRICT);
    var written =
        ok(
            api.pipeline()
                .create(target(api, PODS, "default", ""), new Body(pod("x"), List.of()), dry));

    assertThat(written.object().uid()).isNotEmpty();
    assertThat(json(written.object()).path("metadata").has("resourceVersion")).isFalse();
    assertThat(refused(client.get(PODS, X))).isInstanceOf(Rejection.NotFound.class);
    long version = ok(client.create(PODS, "default", pod("x"))).resourceVersion();
    assertThat(
            ok(api.pipeline()
                    .delete(target(api, PODS, "default", "x"), DeleteOptions.DEFAULT, true))
                .gone())
        .isTrue();
    assertThat(ok(client.get(PODS, X)).resourceVersion()).isEqualTo(version);
  }

  @Test
  @Conformance("Server side field validation, typed object")
  void unknownAndDuplicateFieldsAreReportedAsAsked() {
    ObjectNode body = pod("x");
    body.withObject("spec").put("replcas", 3);
    Body twice = new Body(body, List.of("duplicate field \"metadata.name\""));
    var target = target(api, PODS, "default", "");

    assertThat(
            message(
                api.pipeline()
                    .create(target, twice, new WriteOptions(true, "me", FieldValidation.STRICT))))
        .isEqualTo(
            "Pod in version \"v1\" cannot be handled as a Pod: strict decoding error: duplicate"
                + " field \"metadata.name\", unknown field \"spec.replcas\"");
    assertThat(
            ok(api.pipeline()
                    .create(target, twice, new WriteOptions(true, "me", FieldValidation.WARN)))
                .warnings())
        .containsExactly("duplicate field \"metadata.name\"", "unknown field \"spec.replcas\"");
    assertThat(
            ok(api.pipeline()
                    .create(target, twice, new WriteOptions(true, "me", FieldValidation.IGNORE)))
                .warnings())
        .isEmpty();
  }

  private static ObjectNode named(String metadata) {
    return json("{'metadata': " + metadata + "}");
  }

  @Test
  void metadataThatIsTheServersDoesNotChange() {
    StoredObject made = ok(client.create(CONFIG_MAPS, "default", named("{'name': 'x'}")));
    StoredObject patched =
        ok(
            client.patch(
                CONFIG_MAPS,
                X,
                "",
                PatchType.MERGE,
                named("{'creationTimestamp': '2020-01-01T00:00:00Z'}")));

    assertThat(patched.resourceVersion()).as("nothing changed").isEqualTo(made.resourceVersion());
    assertThat(
            message(
                client.patch(
                    CONFIG_MAPS,
                    X,
                    "",
                    PatchType.MERGE,
                    named("{'deletionTimestamp': '2020-01-01T00:00:00Z'}"))))
        .isEqualTo(
            "ConfigMap \"x\" is invalid: metadata.deletionTimestamp: Invalid value:"
                + " \"2020-01-01T00:00:00Z\": field is immutable");
    assertThat(message(client.update(CONFIG_MAPS, X, "", json("{'metadata': {'name': 'y'}}"))))
        .isEqualTo("the name of the object (y) does not match the name on the URL (x)");
    assertThat(
            message(
                client.create(
                    CONFIG_MAPS, "default", json("{'metadata': {'name': 'z', 'namespace': 'q'}}"))))
        .isEqualTo(
            "the namespace of the provided object does not match the namespace sent on the"
                + " request");
    assertThat(
            message(
                client.update(
                    CONFIG_MAPS, X, "", json("{'metadata': {'name': 'x', 'uid': 'other'}}"))))
        .contains("Precondition failed: UID in precondition: other, UID in object meta: ");
    assertThat(
            message(client.patch(CONFIG_MAPS, X, "", PatchType.MERGE, named("{'uid': 'other'}"))))
        .as("what is patched is the one of that name")
        .isEqualTo(
            "ConfigMap \"x\" is invalid: metadata.uid: Invalid value: \"other\": field is"
                + " immutable");
  }

  @Test
  void aKubeletIsHeldToItsOwnNode() {
    TestApi guarded = TestApi.guarded();
    PipelineClient n1 = guarded.client(UserInfo.node("n1"));
    PipelineClient admin = guarded.client();
    ok(
        n1.create(
            NODES,
            "",
            json("{'metadata': {'name': 'n1'}, 'status': {'capacity': {'cpu': '2000m'}}}")));
    assertThat(json(ok(admin.get(NODES, ObjectKey.of("n1")))).at("/status/capacity/cpu").asText())
        .isEqualTo("2");
    assertThat(message(n1.create(NODES, "", json("{'metadata': {'name': 'n2'}}"))))
        .isEqualTo("nodes \"n2\" is forbidden: node \"n1\" is not allowed to modify node \"n2\"");
    ok(admin.create(PODS, "default", pod("x")));
    ObjectNode running = json("{'status': {'phase': 'Running'}}");
    assertThat(message(n1.patch(PODS, X, "status", PatchType.MERGE, running)))
        .isEqualTo(
            "pods \"x\" is forbidden: node \"n1\" can only update pod status for pods with"
                + " spec.nodeName set to itself");
    ok(admin.createSubresource(PODS, X, "binding", json("{'target': {'name': 'n1'}}")));
    ObjectNode patched = json(ok(n1.patch(PODS, X, "status", PatchType.MERGE, running)));
    assertThat(patched.at("/status/phase").asText()).isEqualTo("Running");
    assertThat(patched.at("/status/qosClass").asText()).isEqualTo("BestEffort");
    assertThat(
            message(
                n1.update(LEASES, ObjectKey.of("kube-node-lease", "n2"), "", json("{'spec': {}}"))))
        .endsWith("can only access node lease with the same name as the requesting node");
    assertThat(message(n1.list(DEPLOYMENTS, Selection.EVERYTHING)))
        .isEqualTo(
            "deployments.apps is forbidden: User \"system:node:n1\" cannot list resource"
                + " \"deployments\" in API group \"apps\" at the cluster scope");
  }

  @Test
  void aKubeletSteersNoPodsByTaintsOrLabels() {
    TestApi guarded = TestApi.guarded();
    PipelineClient n1 = guarded.client(UserInfo.node("n1"));
    assertThat(
            message(
                n1.create(
                    NODES,
                    "",
                    json(
                        "{'metadata': {'name': 'n1', 'labels': {'a': 'b',"
                            + " 'node-restriction.kubernetes.io/x': '1', 'k8s.io/y': '1',"
                            + " 'kubernetes.io/os': 'linux', 'node.kubernetes.io/z': '1'}}}"))))
        .isEqualTo(
            "nodes \"n1\" is forbidden: node \"n1\" is not allowed to set the following labels:"
                + " k8s.io/y, node-restriction.kubernetes.io/x");
    ok(n1.create(NODES, "", json("{'metadata': {'name': 'n1', 'labels': {'a': 'b'}}}")));
    ObjectNode taint = json("{'spec': {'taints': [{'key': 'k', 'effect': 'NoSchedule'}]}}");
    assertThat(message(n1.patch(NODES, ObjectKey.of("n1"), "", PatchType.MERGE, taint)))
        .endsWith("node \"n1\" is not allowed to modify taints");
    ok(guarded.client().patch(NODES, ObjectKey.of("n1"), "", PatchType.MERGE, taint));
    ObjectNode label = json("{'metadata': {'labels': {'a': 'c', 'x.kubernetes.io/role': 'w'}}}");
    assertThat(message(n1.patch(NODES, ObjectKey.of("n1"), "", PatchType.MERGE, label)))
        .endsWith("is not allowed to modify labels: x.kubernetes.io/role");
    ObjectNode allowed = json("{'metadata': {'labels': {'a': 'c'}}}");
    ok(n1.patch(NODES, ObjectKey.of("n1"), "", PatchType.MERGE, allowed));
  }

  @Test
  void aKubeletShowsPodsOfItsOwnButReachesForNothingThroughThem() {
    TestApi guarded = TestApi.guarded();
    PipelineClient n1 = guarded.client(UserInfo.node("n1"));
    String uid = ok(n1.create(NODES, "", json("{'metadata': {'name': 'n1'}}"))).uid();

    assertThat(message(n1.create(PODS, "default", pod("p"))))
        .endsWith("node \"n1\" can only create mirror pods");
    ObjectNode mirror = pod("p");
    mirror
        .withObject("/metadata")
        .putObject("annotations")
        .put("kubernetes.io/config.mirror", "hash");
    assertThat(message(n1.create(PODS, "default", mirror)))
        .endsWith("node \"n1\" can only create pods with spec.nodeName set to itself");
    mirror.withObject("/spec").put("nodeName", "n1");
    assertThat(message(n1.create(PODS, "default", mirror)))
        .endsWith("node \"n1\" can only create pods with an owner reference set to itself");
    ObjectNode owner = mirror.withObject("/metadata").putArray("ownerReferences").addObject();
    owner.put("apiVersion", "v1").put("kind", "Node").put("name", "n1").put("uid", "other");
    assertThat(message(n1.create(PODS, "default", mirror)))
        .endsWith("can only create pods with a controller owner reference set to itself");
    owner.put("controller", true);
    assertThat(message(n1.create(PODS, "default", mirror)))
        .endsWith("node n1 UID mismatch: expected other got " + uid);
    owner.put("uid", uid);
    ObjectNode reaching = mirror.deepCopy();
    reaching.withArray("/spec/volumes").add(json("{'name':'v','secret':{'secretName':'s'}}"));
    assertThat(message(n1.create(PODS, "default", reaching)))
        .endsWith("node \"n1\" can not create pods that reference secrets");
    ok(n1.create(PODS, "default", mirror));
    ObjectNode relabelled = json("{'metadata': {'labels': {'app': 'web'}}}");
    assertThat(
            message(
                n1.patch(
                    PODS, ObjectKey.of("default", "p"), "status", PatchType.MERGE, relabelled)))
        .isEqualTo("pods \"p\" is forbidden: node \"n1\" cannot update labels through pod status");
  }

  @Test
  void manyWritersOfOneObjectAllGetThrough() {
    ok(client.create(CONFIG_MAPS, "default", json("{'metadata': {'name': 'x'}}")));
    var patches =
        IntStream.range(0, 50)
            .mapToObj(i -> json("{'data': {'k" + i + "': 'v'}}"))
            .parallel()
            .map(patch -> client.patch(CONFIG_MAPS, X, "", PatchType.MERGE, patch))
            .toList();
    patches.forEach(Requests::ok);

    assertThat(json(ok(client.get(CONFIG_MAPS, X))).path("data")).hasSize(50);
  }

  @Test
  void whetherATimedOutWriteWasDoneIsNotGuessed() {
    ok(client.create(CONFIG_MAPS, "default", json("{'metadata': {'name': 'x'}}")));
    api.store().refuseNextCommit(new Rejection.Timeout("no leader"));

    assertThat(
            refused(
                client.patch(CONFIG_MAPS, X, "", PatchType.MERGE, json("{'data': {'a': 'b'}}"))))
        .isEqualTo(new Rejection.Timeout("no leader"));
    assertThat(ok(client.get(CONFIG_MAPS, X)).resourceVersion()).isEqualTo(2);
  }
}
