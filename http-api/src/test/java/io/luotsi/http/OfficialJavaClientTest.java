package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.gson.reflect.TypeToken;
import io.kubernetes.client.Exec;
import io.kubernetes.client.PodLogs;
import io.kubernetes.client.custom.V1Patch;
import io.kubernetes.client.extended.leaderelection.LeaderElectionConfig;
import io.kubernetes.client.extended.leaderelection.LeaderElector;
import io.kubernetes.client.extended.leaderelection.resourcelock.LeaseLock;
import io.kubernetes.client.informer.ResourceEventHandler;
import io.kubernetes.client.informer.SharedIndexInformer;
import io.kubernetes.client.informer.SharedInformerFactory;
import io.kubernetes.client.openapi.ApiClient;
import io.kubernetes.client.openapi.ApiException;
import io.kubernetes.client.openapi.JSON;
import io.kubernetes.client.openapi.apis.AppsV1Api;
import io.kubernetes.client.openapi.apis.CoordinationV1Api;
import io.kubernetes.client.openapi.apis.CoreV1Api;
import io.kubernetes.client.openapi.apis.CustomObjectsApi;
import io.kubernetes.client.openapi.models.V1ConfigMap;
import io.kubernetes.client.openapi.models.V1ConfigMapList;
import io.kubernetes.client.openapi.models.V1Deployment;
import io.kubernetes.client.openapi.models.V1Namespace;
import io.kubernetes.client.openapi.models.V1ObjectMeta;
import io.kubernetes.client.openapi.models.V1Pod;
import io.kubernetes.client.openapi.models.V1Status;
import io.kubernetes.client.util.CallGeneratorParams;
import io.kubernetes.client.util.ClientBuilder;
import io.kubernetes.client.util.KubeConfig;
import io.kubernetes.client.util.PatchUtils;
import io.kubernetes.client.util.Watch;
import io.kubernetes.client.util.Yaml;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesApi;
import io.kubernetes.client.util.generic.dynamic.DynamicKubernetesObject;
import io.kubernetes.client.util.generic.dynamic.Dynamics;
import io.luotsi.core.api.Outcome;
import java.io.InputStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The official client of Java programs, unmodified, from a kubeconfig on. */
@Timeout(60)
class OfficialJavaClientTest {
  private static final String NAMESPACE = "java";

  /** Leases have whole seconds. */
  private static final Duration LEASE = Duration.ofSeconds(1);

  private static TestServer server;
  private static ApiClient client;
  private static CoreV1Api core;
  private static AppsV1Api apps;

  @BeforeAll
  static void start() throws Exception {
    server = TestServer.start();
    TestCertificates.Identity admin = server.certificates().identity("O=system:masters,CN=java");
    client =
        ClientBuilder.kubeconfig(
                KubeConfig.loadKubeConfig(new StringReader(Kubeconfigs.text(server, admin))))
            .build();
    core = new CoreV1Api(client);
    apps = new AppsV1Api(client);
    core.createNamespace(new V1Namespace().metadata(new V1ObjectMeta().name(NAMESPACE))).execute();
  }

  @AfterAll
  static void stop() {
    client.getHttpClient().dispatcher().executorService().shutdownNow();
    client.getHttpClient().connectionPool().evictAll();
    server.close();
  }

  private static V1ConfigMap configMap(String name, String value) {
    return new V1ConfigMap()
        .metadata(new V1ObjectMeta().name(name).putLabelsItem("app", name))
        .putDataItem("k", value);
  }

  private static V1ConfigMap create(String name) throws ApiException {
    return core.createNamespacedConfigMap(NAMESPACE, configMap(name, "1")).execute();
  }

  private interface Call {
    Object execute() throws ApiException;
  }

  /** What the client makes of a refusal. */
  private static V1Status refused(int code, Call call) {
    ApiException failure = catchThrowableOfType(ApiException.class, call::execute);
    assertThat(failure.getCode()).isEqualTo(code);
    V1Status status = JSON.deserialize(failure.getResponseBody(), V1Status.class);
    assertThat(status.getStatus()).isEqualTo("Failure");
    assertThat(status.getCode()).isEqualTo(code);
    return status;
  }

  @Test
  void typedObjectsAreCreatedReadListedReplacedAndDeleted() throws Exception {
    V1ConfigMap created = create("typed");
    assertThat(created.getMetadata().getUid()).isNotEmpty();
    assertThat(created.getMetadata().getCreationTimestamp()).isNotNull();
    V1ConfigMap replaced =
        core.replaceNamespacedConfigMap("typed", NAMESPACE, created.putDataItem("k", "2"))
            .execute();
    assertThat(replaced.getMetadata().getResourceVersion())
        .isNotEqualTo(created.getMetadata().getResourceVersion());
    assertThat(core.readNamespacedConfigMap("typed", NAMESPACE).execute().getData())
        .isEqualTo(Map.of("k", "2"));
    assertThat(
            core.listNamespacedConfigMap(NAMESPACE).labelSelector("app=typed").execute().getItems())
        .containsExactly(replaced);
    V1Status deleted = core.deleteNamespacedConfigMap("typed", NAMESPACE).execute();
    assertThat(deleted.getStatus()).isEqualTo("Success");
    assertThat(deleted.getDetails().getKind()).isEqualTo("configmaps");
  }

  @Test
  void listsComeInPages() throws Exception {
    for (String name : List.of("page-1", "page-2", "page-3")) {
      core.createNamespacedConfigMap(
              NAMESPACE,
              configMap(name, "1").metadata(new V1ObjectMeta().name(name).putLabelsItem("p", "")))
          .execute();
    }
    V1ConfigMapList first =
        core.listNamespacedConfigMap(NAMESPACE).labelSelector("p").limit(2).execute();
    assertThat(first.getItems()).hasSize(2);
    V1ConfigMapList rest =
        core.listNamespacedConfigMap(NAMESPACE)
            .labelSelector("p")
            .limit(2)
            ._continue(first.getMetadata().getContinue())
            .execute();
    assertThat(rest.getItems())
        .singleElement()
        .satisfies(last -> assertThat(last.getMetadata().getName()).isEqualTo("page-3"));
    assertThat(rest.getMetadata().getContinue()).isNull();
  }

  @Test
  void refusalsAreExceptionsWithAStatus() throws Exception {
    V1ConfigMap created = create("refused");
    assertThat(refused(409, () -> create("refused")).getReason()).isEqualTo("AlreadyExists");
    core.replaceNamespacedConfigMap("refused", NAMESPACE, configMap("refused", "2")).execute();
    assertThat(
            refused(
                    409,
                    () -> core.replaceNamespacedConfigMap("refused", NAMESPACE, created).execute())
                .getReason())
        .isEqualTo("Conflict");
    assertThat(
            refused(404, () -> core.readNamespacedConfigMap("none", NAMESPACE).execute())
                .getMessage())
        .isEqualTo("configmaps \"none\" not found");
    V1Status invalid = refused(422, () -> create("Not_A_Name"));
    assertThat(invalid.getReason()).isEqualTo("Invalid");
    assertThat(invalid.getDetails().getCauses())
        .extracting(cause -> cause.getField())
        .contains("metadata.name");
  }

  private static V1Deployment deployment(String name) throws ApiException {
    V1Deployment deployment =
        Yaml.loadAs(
            """
            metadata: {name: %1$s, labels: {app: %1$s}}
            spec:
              selector: {matchLabels: {app: %1$s}}
              template:
                metadata: {labels: {app: %1$s}}
                spec:
                  containers:
                  - {name: c, image: "i:1", env: [{name: A, value: a}]}
                  - {name: d, image: "i:1"}
            """
                .formatted(name),
            V1Deployment.class);
    return apps.createNamespacedDeployment(NAMESPACE, deployment).execute();
  }

  private static V1Deployment patch(String name, String format, String body) throws ApiException {
    boolean apply = format.equals(V1Patch.PATCH_FORMAT_APPLY_YAML);
    var call = apps.patchNamespacedDeployment(name, NAMESPACE, new V1Patch(body));
    return PatchUtils.patch(
        V1Deployment.class,
        () -> (apply ? call.fieldManager("java-test") : call).buildCall(null),
        format,
        client);
  }

  @Test
  void everyKindOfPatchDoesWhatItSays() throws Exception {
    assertThat(deployment("patched").getSpec().getStrategy().getType()).isEqualTo("RollingUpdate");
    V1Deployment json =
        patch(
            "patched",
            V1Patch.PATCH_FORMAT_JSON_PATCH,
            "[{\"op\":\"replace\",\"path\":\"/spec/replicas\",\"value\":2}]");
    assertThat(json.getSpec().getReplicas()).isEqualTo(2);
    V1Deployment merged =
        patch(
            "patched",
            V1Patch.PATCH_FORMAT_JSON_MERGE_PATCH,
            "{\"metadata\":{\"labels\":{\"app\":null,\"m\":\"1\"}}}");
    assertThat(merged.getMetadata().getLabels()).isEqualTo(Map.of("m", "1"));
    V1Deployment strategic =
        patch(
            "patched",
            V1Patch.PATCH_FORMAT_STRATEGIC_MERGE_PATCH,
            "{\"spec\":{\"template\":{\"spec\":{\"containers\":"
                + "[{\"name\":\"d\",\"image\":\"i:2\"}]}}}}");
    assertThat(strategic.getSpec().getTemplate().getSpec().getContainers())
        .extracting(container -> container.getName() + " " + container.getImage())
        .containsExactlyInAnyOrder("c i:1", "d i:2");
  }

  @Test
  void whatIsAppliedIsOwnedAndConflictsAreNamed() throws Exception {
    deployment("applied");
    String wish =
        """
        {"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"applied"},\
        "spec":{"template":{"spec":{"containers":[{"name":"c","image":"i:3"}]}}}}\
        """;
    V1Status conflict = refused(409, () -> patch("applied", V1Patch.PATCH_FORMAT_APPLY_YAML, wish));
    assertThat(conflict.getDetails().getCauses())
        .singleElement()
        .satisfies(
            cause -> {
              assertThat(cause.getReason()).isEqualTo("FieldManagerConflict");
              assertThat(cause.getField())
                  .isEqualTo(".spec.template.spec.containers[name=\"c\"].image");
            });
    V1Deployment own =
        patch(
            "applied",
            V1Patch.PATCH_FORMAT_APPLY_YAML,
            wish.replace("\"image\":\"i:3\"", "\"workingDir\":\"/tmp\""));
    assertThat(own.getSpec().getTemplate().getSpec().getContainers().getFirst().getWorkingDir())
        .isEqualTo("/tmp");
    // Raw, because this version's typed metadata came without managed fields.
    DynamicKubernetesObject stored =
        new DynamicKubernetesApi("apps", "v1", "deployments", client)
            .get(NAMESPACE, "applied")
            .throwsApiException()
            .getObject();
    assertThat(stored.getRaw().toString())
        .contains("\"manager\":\"java-test\",\"operation\":\"Apply\"");
  }

  private static Watch<V1ConfigMap> watch(String label, String version) throws ApiException {
    return Watch.createWatch(
        client,
        core.listNamespacedConfigMap(NAMESPACE)
            .labelSelector("app=" + label)
            .resourceVersion(version)
            .allowWatchBookmarks(true)
            .watch(true)
            .buildCall(null),
        new TypeToken<Watch.Response<V1ConfigMap>>() {}.getType());
  }

  @Test
  void aWatchResumesFromItsBookmark() throws Exception {
    V1ConfigMap created = create("watched");
    String bookmark = "";
    try (Watch<V1ConfigMap> watch = watch("watched", created.getMetadata().getResourceVersion())) {
      core.deleteNamespacedConfigMap("watched", NAMESPACE).execute();
      assertThat(watch.next().type).isEqualTo("DELETED");
      create("not-watched");
      while (bookmark.isEmpty()) {
        Watch.Response<V1ConfigMap> next = watch.next();
        assertThat(next.type).isEqualTo("BOOKMARK");
        bookmark = next.object.getMetadata().getResourceVersion();
      }
    }
    create("watched");
    try (Watch<V1ConfigMap> resumed = watch("watched", bookmark)) {
      Watch.Response<V1ConfigMap> next = resumed.next();
      assertThat(next.type).isEqualTo("ADDED");
      assertThat(next.object.getData()).isEqualTo(Map.of("k", "1"));
    }
  }

  @Test
  void aVersionOfLongAgoIsGone() throws Exception {
    create("gone-1");
    create("gone-2");
    server.api().store().keepEvents(1);
    try (Watch<V1ConfigMap> watch = watch("gone-1", "1")) {
      Watch.Response<V1ConfigMap> next = watch.next();
      assertThat(next.type).isEqualTo("ERROR");
      assertThat(next.status.getCode()).isEqualTo(410);
      assertThat(next.status.getReason()).isEqualTo("Expired");
    } finally {
      server.api().store().keepEvents(10_000);
    }
  }

  @Test
  void anInformerKnowsWhatIsThereAndHearsOfWhatHappens() throws Exception {
    create("informed");
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    SharedInformerFactory factory = new SharedInformerFactory(client);
    SharedIndexInformer<V1ConfigMap> informer =
        factory.sharedIndexInformerFor(
            (CallGeneratorParams params) ->
                core.listNamespacedConfigMap(NAMESPACE)
                    .labelSelector("app=informed")
                    .resourceVersion(params.resourceVersion)
                    .timeoutSeconds(params.timeoutSeconds)
                    .watch(params.watch)
                    .buildCall(null),
            V1ConfigMap.class,
            V1ConfigMapList.class);
    informer.addEventHandler(
        new ResourceEventHandler<>() {
          @Override
          public void onAdd(V1ConfigMap map) {
            heard.add("added " + map.getData());
          }

          @Override
          public void onUpdate(V1ConfigMap before, V1ConfigMap after) {
            heard.add("updated " + before.getData() + " " + after.getData());
          }

          @Override
          public void onDelete(V1ConfigMap map, boolean unknown) {
            heard.add("deleted " + unknown);
          }
        });
    factory.startAllRegisteredInformers();
    try {
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("added {k=1}");
      core.replaceNamespacedConfigMap("informed", NAMESPACE, configMap("informed", "2")).execute();
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("updated {k=1} {k=2}");
      assertThat(informer.getIndexer().getByKey(NAMESPACE + "/informed").getData())
          .isEqualTo(Map.of("k", "2"));
      core.deleteNamespacedConfigMap("informed", NAMESPACE).execute();
      assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("deleted false");
    } finally {
      factory.stopAllRegisteredInformers();
    }
  }

  @Test
  void aPodsLogIsReadAndItsShellSpokenWith() throws Exception {
    server.create(
        "/api/v1/namespaces/" + NAMESPACE + "/serviceaccounts",
        "application/json",
        "{\"metadata\":{\"name\":\"default\"}}");
    V1Pod pod =
        Yaml.loadAs(
            """
            metadata: {name: pod, namespace: java}
            spec: {nodeName: n, containers: [{name: a, image: i}]}
            """,
            V1Pod.class);
    pod.getSpec().overhead(null); // sent empty, which upstream refuses, too
    core.createNamespacedPod(NAMESPACE, pod).execute();
    server.node().log("a", "line 1\n");
    try (InputStream log = new PodLogs(client).streamNamespacedPodLog(NAMESPACE, "pod", "a")) {
      assertThat(log.readAllBytes()).asString().isEqualTo("line 1\n");
    }
    assertThat(core.readNamespacedPodLog("pod", NAMESPACE).execute()).isEqualTo("line 1\n");

    FakePod shell = new FakePod();
    server.node().sessions(request -> Outcome.done(shell.session(FakePod::repeatOnce)));
    Process process = new Exec(client).exec(NAMESPACE, "pod", new String[] {"sh"}, true, false);
    process.getOutputStream().write("hello".getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
    assertThat(process.getInputStream().readAllBytes()).asString().isEqualTo("hello");
    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(3);
    process.destroy();
  }

  @Test
  void aLeaderIsElectedAndSucceeded() throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    Thread first = candidate("first", heard);
    first.start();
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("first leads");
    Thread second = candidate("second", heard);
    second.start();
    CoordinationV1Api leases = new CoordinationV1Api(client);
    assertThat(
            leases.readNamespacedLease("lead", NAMESPACE).execute().getSpec().getHolderIdentity())
        .isEqualTo("first");
    assertThat(heard).isEmpty();
    first.interrupt();
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("first is over");
    assertThat(heard.poll(20, TimeUnit.SECONDS)).isEqualTo("second leads");
    second.interrupt();
    first.join();
    second.join();
  }

  private static Thread candidate(String name, BlockingQueue<String> heard) {
    LeaderElectionConfig config =
        new LeaderElectionConfig(
            new LeaseLock(NAMESPACE, "lead", name, client),
            LEASE,
            LEASE.multipliedBy(2).dividedBy(3),
            LEASE.dividedBy(10));
    return new Thread(
        () -> {
          try (LeaderElector elector = new LeaderElector(config)) {
            elector.run(() -> heard.add(name + " leads"), () -> heard.add(name + " is over"));
          }
        },
        name);
  }

  @Test
  void customAndUntypedObjectsAreServedAlike() throws Exception {
    define();
    CustomObjectsApi custom = new CustomObjectsApi(client);
    Map<String, Object> pilot =
        Map.of(
            "apiVersion",
            "sea.example.com/v1",
            "kind",
            "Pilot",
            "metadata",
            Map.of("name", "one"),
            "spec",
            Map.of("harbour", "Turku", "unknown", "dropped"));
    custom
        .createNamespacedCustomObject("sea.example.com", "v1", NAMESPACE, "pilots", pilot)
        .execute();
    DynamicKubernetesApi pilots =
        new DynamicKubernetesApi("sea.example.com", "v1", "pilots", client);
    DynamicKubernetesObject read = pilots.get(NAMESPACE, "one").throwsApiException().getObject();
    assertThat(read.getRaw().get("spec").toString())
        .isEqualTo("{\"harbour\":\"Turku\",\"boats\":1}");
    DynamicKubernetesObject second =
        Dynamics.newFromJson(
            """
            {"apiVersion":"sea.example.com/v1","kind":"Pilot",\
            "metadata":{"name":"two","namespace":"java"},"spec":{"harbour":7}}\
            """);
    var refused = pilots.create(second);
    assertThat(refused.getHttpStatusCode()).isEqualTo(422);
    assertThat(refused.getStatus().getReason()).isEqualTo("Invalid");
    assertThat(pilots.list(NAMESPACE).getObject().getItems()).hasSize(1);
    custom
        .deleteNamespacedCustomObject("sea.example.com", "v1", NAMESPACE, "pilots", "one")
        .execute();
    assertThat(pilots.get(NAMESPACE, "one").getHttpStatusCode()).isEqualTo(404);
  }

  private static void define() {
    server.define(
        "application/yaml",
        """
        metadata: {name: pilots.sea.example.com}
        spec:
          group: sea.example.com
          scope: Namespaced
          names: {plural: pilots, kind: Pilot}
          versions:
          - name: v1
            served: true
            storage: true
            schema:
              openAPIV3Schema:
                type: object
                properties:
                  spec:
                    type: object
                    properties:
                      harbour: {type: string}
                      boats: {type: integer, default: 1}
        """);
  }
}
