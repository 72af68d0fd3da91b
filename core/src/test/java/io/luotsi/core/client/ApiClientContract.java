package io.luotsi.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Statuses;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.ObjectList;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.client.ApiClient.Propagation;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/**
 * What everybody inside Luotsi may rely on, whichever way their {@link ApiClient} takes to the API
 * server: the same objects, the same order of events, and the same refusals to the letter.
 */
public abstract class ApiClientContract {
  protected static final GroupVersionResource CONFIG_MAPS =
      GroupVersionResource.of("v1", "configmaps");
  protected static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final GroupVersionResource SERVICES = GroupVersionResource.of("v1", "services");
  private static final GroupVersionResource DEPLOYMENTS =
      GroupVersionResource.of("apps/v1", "deployments");
  private static final GroupVersionResource LEASES =
      GroupVersionResource.of("coordination.k8s.io/v1", "leases");
  private static final int EVENTS = 2_000;

  protected final TestApi api = TestApi.guarded();

  /** Somebody who may do everything. */
  protected abstract ApiClient admin();

  /** The kubelet of {@code node-1}. */
  protected abstract ApiClient node();

  protected static <T> T await(CompletionStage<T> stage) {
    return stage.toCompletableFuture().orTimeout(30, TimeUnit.SECONDS).join();
  }

  protected static <T> T done(CompletionStage<Outcome<T>> stage) {
    return await(stage).orElseThrow();
  }

  /** What an HTTP client would be told. */
  private static <T> JsonNode refusal(CompletionStage<Outcome<T>> stage) {
    return switch (await(stage)) {
      case Outcome.Rejected<T>(Rejection why) -> Statuses.of(why);
      case Outcome.Done<T>(T value) -> throw new AssertionError("was done: " + value);
    };
  }

  protected static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  protected static ObjectNode configMap(String name, String value) {
    return json("{'metadata':{'name':'%s'},'data':{'k':'%s'}}".formatted(name, value));
  }

  private static ObjectNode pod(String name, String node) {
    return json(
        """
        {'metadata':{'name':'%s'},'spec':{%s'containers':[{'name':'c','image':'i'}]}}
        """
            .formatted(name, node.isEmpty() ? "" : "'nodeName':'" + node + "',"));
  }

  protected static ObjectKey key(String name) {
    return ObjectKey.of("default", name);
  }

  private StoredObject stored(GroupVersionResource resource, ObjectKey key) {
    return api.store().snapshot(resource.groupResource()).get(key).orElseThrow();
  }

  @Test
  void whatIsCreatedReadAndListedIsWhatIsStoredByteForByte() {
    StoredObject created =
        done(admin().create(CONFIG_MAPS, "default", configMap("a", "é\\u0000\\n\\\"{}")));

    byte[] bytes = stored(CONFIG_MAPS, key("a")).json();
    assertThat(created.json()).isEqualTo(bytes);
    assertThat(done(admin().get(CONFIG_MAPS, key("a"))).json()).isEqualTo(bytes);
    ObjectList list = done(admin().list(CONFIG_MAPS, Selection.inNamespace("default")));
    assertThat(list.items()).singleElement().satisfies(o -> assertThat(o.json()).isEqualTo(bytes));
    assertThat(list.version()).isEqualTo(created.resourceVersion());
    assertThat(created.uid()).isNotEmpty();
  }

  @Test
  void aNameIsMadeForWhoAsksForOne() {
    ObjectNode body = json("{'metadata':{'generateName':'x-'}}");

    assertThat(done(admin().create(CONFIG_MAPS, "default", body)).key().name())
        .startsWith("x-")
        .hasSizeGreaterThan(2);
  }

  @Test
  void anEmptyListHasAVersionToWatchFrom() {
    ObjectList list = done(admin().list(PODS, Selection.EVERYTHING));

    assertThat(list.items()).isEmpty();
    try (WatchCursor cursor = done(admin().watch(PODS, Selection.EVERYTHING, list.version()))) {
      CompletionStage<Outcome<List<WatchEvent>>> next = cursor.next();
      done(admin().create(PODS, "default", pod("p", "")));
      assertThat(done(next)).singleElement().isInstanceOf(WatchEvent.Added.class);
    }
  }

  @Test
  void listsAreSelectedByNamespaceLabelsAndFieldsAndComeInKeyOrder() {
    api.namespace("other");
    for (String name : List.of("c", "a", "b")) {
      ObjectNode pod = pod(name, name.equals("b") ? "node-2" : "node-1");
      pod.withObject("/metadata").putObject("labels").put("app", name.equals("c") ? "x" : "y");
      done(admin().create(PODS, "default", pod));
    }
    done(admin().create(PODS, "other", pod("d", "node-1")));

    assertThat(names(Selection.EVERYTHING)).containsExactly("a", "b", "c", "d");
    assertThat(names(Selection.inNamespace("default"))).containsExactly("a", "b", "c");
    assertThat(names(Selection.byField("spec.nodeName", "node-1"))).containsExactly("a", "c", "d");
    LabelSelector labels = LabelSelector.parse("app in (x, y),app!=x,!gone").orElseThrow();
    assertThat(names(new Selection(Optional.empty(), labels, FieldSelector.EVERYTHING)))
        .containsExactly("a", "b");
    FieldSelector fields =
        FieldSelector.parse("metadata.name!=a,spec.nodeName=node-1").orElseThrow();
    assertThat(names(new Selection(Optional.of("default"), LabelSelector.EVERYTHING, fields)))
        .containsExactly("c");
    assertThat(names(Selection.byField("spec.nodeName", "a,b=c\\d"))).isEmpty();
  }

  private List<String> names(Selection selection) {
    return done(admin().list(PODS, selection)).items().stream()
        .map(item -> item.key().name())
        .toList();
  }

  @Test
  void objectsAreReplacedAndPatchedInEachWayAndInParts() {
    StoredObject made = done(admin().create(CONFIG_MAPS, "default", configMap("a", "1")));
    ObjectNode body = Json.readObject(made.json());
    body.withObject("/data").put("k", "2");
    assertThat(value(done(admin().update(CONFIG_MAPS, key("a"), "", body)))).isEqualTo("2");
    assertThat(value(patched(PatchType.MERGE, "{'data':{'k':'3'}}"))).isEqualTo("3");
    assertThat(value(patched(PatchType.STRATEGIC_MERGE, "{'data':{'k':'4'}}"))).isEqualTo("4");
    JsonNode operations = json("{'x':[{'op':'replace','path':'/data/k','value':'5'}]}").path("x");
    StoredObject last = done(admin().patch(CONFIG_MAPS, key("a"), "", PatchType.JSON, operations));
    assertThat(value(last)).isEqualTo("5");
    assertThat(last.resourceVersion()).isEqualTo(made.resourceVersion() + 4);

    done(admin().create(PODS, "default", pod("p", "node-1")));
    ObjectNode status = json("{'status':{'phase':'Running'}}");
    StoredObject running = done(node().patch(PODS, key("p"), "status", PatchType.MERGE, status));
    assertThat(running.field("status.phase")).isEqualTo("Running");
    assertThat(running.json()).isEqualTo(stored(PODS, key("p")).json());
  }

  private StoredObject patched(PatchType type, String patch) {
    return done(admin().patch(CONFIG_MAPS, key("a"), "", type, json(patch)));
  }

  private static String value(StoredObject configMap) {
    return Json.readObject(configMap.json()).at("/data/k").asText();
  }

  @Test
  void aBindingGivesThePodThatIsBound() {
    done(admin().create(PODS, "default", pod("p", "")));
    ObjectNode binding = json("{'metadata':{'name':'p'},'target':{'name':'node-1'}}");

    StoredObject bound = done(admin().createSubresource(PODS, key("p"), "binding", binding));

    assertThat(bound.field("spec.nodeName")).isEqualTo("node-1");
  }

  @Test
  void whatIsIssuedAndStoredNowhereIsGiven() {
    GroupVersionResource accounts = GroupVersionResource.of("v1", "serviceaccounts");
    done(admin().create(accounts, "default", json("{'metadata':{'name':'robot'}}")));

    StoredObject issued =
        done(admin().createSubresource(accounts, key("robot"), "token", json("{'spec':{}}")));

    assertThat(Json.readObject(issued.json()).at("/status/token").asText()).isNotEmpty();
  }

  @Test
  void deletionGivesTheObjectAsItIsLeft() {
    StoredObject configMap = done(admin().create(CONFIG_MAPS, "default", configMap("a", "1")));
    StoredObject gone = done(admin().delete(CONFIG_MAPS, key("a"), DeleteOptions.DEFAULT));
    assertThat(gone.uid()).isEqualTo(configMap.uid());
    assertThat(refusal(admin().get(CONFIG_MAPS, key("a"))).path("code").asInt()).isEqualTo(404);

    StoredObject pod = done(admin().create(PODS, "default", pod("p", "node-1")));
    StoredObject ending =
        done(
            admin()
                .delete(
                    PODS,
                    key("p"),
                    new DeleteOptions(
                        OptionalInt.of(7),
                        Optional.of(Propagation.BACKGROUND),
                        Optional.of(pod.uid()),
                        Optional.empty())));
    assertThat(ending.deleting()).isTrue();
    assertThat(Json.readObject(ending.json()).at("/metadata/deletionGracePeriodSeconds").asInt())
        .isEqualTo(7);
    StoredObject ended = done(node().delete(PODS, key("p"), DeleteOptions.now(pod.uid())));
    assertThat(ended.uid()).isEqualTo(pod.uid());
    assertThat(api.store().snapshot(GroupResource.parse("pods")).objects()).isEmpty();
  }

  /** Both ways to the same server are asked the same; whatever changes is refused to both. */
  @Test
  void refusalsAreTheSameToTheLetter() {
    StoredObject there = done(admin().create(CONFIG_MAPS, "default", configMap("there", "1")));
    done(admin().create(PODS, "default", pod("foreign", "node-2")));
    done(admin().create(PODS, "default", pod("own", "node-1")));
    ApiClient admin = api.client();
    ApiClient node = api.client(io.luotsi.core.apiserver.UserInfo.node("node-1"));
    List<ObjectNode> expected = refusals(admin, node, there);

    List<ObjectNode> told = refusals(admin(), node(), there);

    assertThat(told).isEqualTo(expected);
    assertThat(expected.stream().map(status -> status.path("code").asInt()).distinct())
        .contains(400, 403, 404, 409, 422);
  }

  private static List<ObjectNode> refusals(ApiClient admin, ApiClient node, StoredObject there) {
    ObjectNode stale = Json.readObject(there.json());
    stale.withObject("/metadata").put("resourceVersion", "1");
    ObjectNode status = json("{'status':{'phase':'Running'}}");
    List<CompletionStage<? extends Outcome<?>>> asked = new ArrayList<>();
    asked.add(admin.get(CONFIG_MAPS, key("absent")));
    asked.add(admin.get(GroupVersionResource.of("nope/v1", "things"), key("x")));
    asked.add(admin.list(GroupVersionResource.of("v1", "things"), Selection.EVERYTHING));
    asked.add(admin.list(PODS, Selection.byField("spec.color", "blue")));
    asked.add(admin.watch(PODS, Selection.byField("spec.color", "blue"), 1));
    asked.add(admin.create(CONFIG_MAPS, "default", configMap("there", "2")));
    asked.add(admin.create(CONFIG_MAPS, "absent", configMap("x", "2")));
    asked.add(admin.create(CONFIG_MAPS, "default", json("{'metadata':{'name':'A_b'}}")));
    asked.add(
        admin.create(
            DEPLOYMENTS,
            "default",
            json(
                """
                {'metadata':{'name':'d'},'spec':{'replicas':-1,'selector':{},
                'template':{'metadata':{'labels':{'a':'b'}},'spec':{'containers':[]}}}}
                """)));
    asked.add(admin.create(SERVICES, "default", json("{'metadata':{'name':'s'},'spec':{}}")));
    asked.add(admin.update(CONFIG_MAPS, key("there"), "", stale));
    asked.add(admin.update(CONFIG_MAPS, key("absent"), "", configMap("absent", "1")));
    asked.add(admin.update(CONFIG_MAPS, key("there"), "status", stale));
    asked.add(
        admin.patch(
            CONFIG_MAPS,
            key("there"),
            "",
            PatchType.JSON,
            json("{'x':[{'op':'remove','path':'/data/none'}]}").path("x")));
    asked.add(
        admin.patch(CONFIG_MAPS, key("there"), "", PatchType.MERGE, json("{'data':{'k':1}}")));
    asked.add(admin.delete(CONFIG_MAPS, key("absent"), DeleteOptions.DEFAULT));
    asked.add(admin.delete(CONFIG_MAPS, key("there"), DeleteOptions.now("another")));
    asked.add(admin.delete(PODS, key("own"), DeleteOptions.now("another")));
    asked.add(node.get(DEPLOYMENTS, key("d")));
    asked.add(node.list(LEASES, Selection.EVERYTHING));
    asked.add(node.get(CONFIG_MAPS, key("there")));
    asked.add(node.get(PODS, key("foreign")));
    asked.add(node.list(PODS, Selection.EVERYTHING));
    asked.add(node.watch(PODS, Selection.byField("spec.nodeName", "node-2"), 1));
    asked.add(node.list(NODES, Selection.byField("metadata.name", "node-2")));
    asked.add(node.watch(DEPLOYMENTS, Selection.EVERYTHING, 1));
    asked.add(node.create(CONFIG_MAPS, "default", configMap("x", "1")));
    asked.add(node.create(PODS, "default", pod("x", "node-1")));
    asked.add(node.patch(PODS, key("foreign"), "status", PatchType.MERGE, status));
    asked.add(node.delete(PODS, key("foreign"), DeleteOptions.DEFAULT));
    asked.add(node.create(NODES, "", json("{'metadata':{'name':'node-2'}}")));
    asked.add(
        node.create(LEASES, "kube-node-lease", json("{'metadata':{'name':'node-2'},'spec':{}}")));
    return asked.stream().map(ApiClientContract::told).toList();
  }

  private static ObjectNode told(CompletionStage<? extends Outcome<?>> stage) {
    return switch (await(stage)) {
      case Outcome.Rejected<?>(Rejection why) -> Statuses.of(why);
      case Outcome.Done<?>(Object value) -> throw new AssertionError("was done: " + value);
    };
  }

  @Test
  void whatTheStoreSaysOfAWriteIsPassedOn() {
    api.store().refuseNextCommit(new Rejection.Timeout("who knows"));
    assertThat(await(admin().create(CONFIG_MAPS, "default", configMap("a", "1"))))
        .isEqualTo(Outcome.rejected(new Rejection.Timeout("who knows")));

    api.store().refuseNextCommit(new Rejection.TooManyRequests("no leader", Duration.ofSeconds(3)));
    assertThat(await(admin().create(CONFIG_MAPS, "default", configMap("a", "1"))))
        .isEqualTo(
            Outcome.rejected(new Rejection.TooManyRequests("no leader", Duration.ofSeconds(3))));
    done(admin().create(CONFIG_MAPS, "default", configMap("a", "1")));
  }

  @Test
  void aWatchHasEveryEventOnceInOrderWhateverTheirNumber() {
    long from = done(admin().list(CONFIG_MAPS, Selection.EVERYTHING)).version();
    try (WatchCursor cursor = done(admin().watch(CONFIG_MAPS, Selection.EVERYTHING, from))) {
      Thread writer =
          Thread.ofVirtual()
              .start(
                  () -> {
                    for (int i = 0; i < EVENTS / 2; i++) {
                      done(api.client().create(CONFIG_MAPS, "default", configMap("c" + i, "1")));
                      done(api.client().delete(CONFIG_MAPS, key("c" + i), DeleteOptions.DEFAULT));
                    }
                  });
      List<Long> versions = new ArrayList<>();
      while (versions.size() < EVENTS) {
        List<WatchEvent> events = done(cursor.next());
        assertThat(events).isNotEmpty();
        events.forEach(event -> versions.add(event.version()));
      }
      assertThat(versions).isSorted().doesNotHaveDuplicates();
      assertThat(versions.getFirst()).isEqualTo(from + 1);
      assertThat(versions.getLast()).isEqualTo(from + EVENTS);
      assertThat(cursor.version()).isEqualTo(from + EVENTS);
      assertThat(writer.isAlive()).isFalse();
    }
  }

  @Test
  void aWatchShowsWhatBeginsAndCeasesToBeSelected() {
    StoredObject made = done(admin().create(PODS, "default", pod("p", "")));
    Selection selection = Selection.byField("spec.nodeName", "node-1");
    try (WatchCursor cursor = done(admin().watch(PODS, selection, made.resourceVersion()))) {
      ObjectNode binding = json("{'metadata':{'name':'p'},'target':{'name':'node-1'}}");
      done(admin().createSubresource(PODS, key("p"), "binding", binding));
      List<WatchEvent> bound = done(cursor.next());
      assertThat(bound).singleElement().isInstanceOf(WatchEvent.Added.class);

      ObjectNode status = json("{'status':{'phase':'Running'}}");
      done(node().patch(PODS, key("p"), "status", PatchType.MERGE, status));
      List<WatchEvent> running = done(cursor.next());
      assertThat(running).singleElement().isInstanceOf(WatchEvent.Modified.class);
      assertThat(running.getFirst().object().json()).isEqualTo(stored(PODS, key("p")).json());

      done(node().delete(PODS, key("p"), DeleteOptions.now(made.uid())));
      List<WatchEvent> deleted = done(cursor.next());
      assertThat(deleted.getLast()).isInstanceOf(WatchEvent.Deleted.class);
      assertThat(deleted.getLast().object().uid()).isEqualTo(made.uid());
      assertThat(deleted.getLast().version())
          .isEqualTo(api.store().snapshot(PODS.groupResource()).version());
    }
  }

  @Test
  void aWatchThatSeesLittleKnowsHowFarItHasCome() {
    StoredObject first = done(admin().create(CONFIG_MAPS, "default", configMap("a", "1")));
    Selection other = Selection.byField("metadata.name", "b");
    try (WatchCursor cursor = done(admin().watch(CONFIG_MAPS, other, first.resourceVersion()))) {
      CompletionStage<Outcome<List<WatchEvent>>> next = cursor.next();
      StoredObject last = done(admin().delete(CONFIG_MAPS, key("a"), DeleteOptions.DEFAULT));
      long newest = api.store().snapshot(CONFIG_MAPS.groupResource()).version();

      waitUntil(() -> cursor.version() == newest);

      assertThat(newest).isGreaterThanOrEqualTo(last.resourceVersion());
      assertThat(next.toCompletableFuture()).isNotDone();
      done(admin().create(CONFIG_MAPS, "default", configMap("b", "1")));
      assertThat(done(next)).singleElement().isInstanceOf(WatchEvent.Added.class);
    }
  }

  @Test
  void aWatchFromTooLongAgoIsToldSo() {
    done(admin().create(CONFIG_MAPS, "default", configMap("a", "1")));
    api.store().keepEvents(1);
    for (int i = 0; i < 3; i++) {
      done(admin().create(CONFIG_MAPS, "default", configMap("b" + i, "1")));
    }

    Outcome<List<WatchEvent>> told =
        switch (await(admin().watch(CONFIG_MAPS, Selection.EVERYTHING, 1))) {
          case Outcome.Rejected<WatchCursor>(Rejection why) -> Outcome.rejected(why);
          case Outcome.Done<WatchCursor>(WatchCursor cursor) -> await(cursor.next());
        };

    assertThat(told)
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused -> assertThat(refused.rejection()).isInstanceOf(Rejection.Expired.class));
  }

  @Test
  void closingAWatchEndsItsPendingStage() {
    long from = done(admin().list(CONFIG_MAPS, Selection.EVERYTHING)).version();
    WatchCursor cursor = done(admin().watch(CONFIG_MAPS, Selection.EVERYTHING, from));
    CompletionStage<Outcome<List<WatchEvent>>> next = cursor.next();

    cursor.close();

    assertThat(done(next)).isEmpty();
    assertThat(done(cursor.next())).isEmpty();
  }

  /** As many watches as would fill a connection's window if each could fill its share. */
  @Test
  void watchesThatAreNotReadHoldUpNobody() {
    String value = "v".repeat(500_000);
    long from = done(admin().list(CONFIG_MAPS, Selection.EVERYTHING)).version();
    List<WatchCursor> frozen = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      frozen.add(done(admin().watch(CONFIG_MAPS, Selection.EVERYTHING, from)));
    }
    try (WatchCursor read = done(admin().watch(CONFIG_MAPS, Selection.EVERYTHING, from))) {
      int written = 50;
      for (int i = 0; i < written; i++) {
        done(api.client().create(CONFIG_MAPS, "default", configMap("c" + i, value)));
      }
      assertThat(versions(read, written)).hasSize(written).isSorted();
      assertThat(done(admin().get(CONFIG_MAPS, key("c1"))).key()).isEqualTo(key("c1"));
      for (WatchCursor cursor : frozen) {
        assertThat(versions(cursor, written)).hasSize(written).isSorted();
        cursor.close();
      }
    }
  }

  private static List<Long> versions(WatchCursor cursor, int events) {
    List<Long> versions = new ArrayList<>();
    while (versions.size() < events) {
      done(cursor.next()).forEach(event -> versions.add(event.version()));
    }
    return versions;
  }

  protected static void waitUntil(java.util.function.BooleanSupplier condition) {
    Instant end = Instant.now().plusSeconds(30);
    while (!condition.getAsBoolean()) {
      if (Instant.now().isAfter(end)) {
        throw new AssertionError("did not come about within 30 s");
      }
      CompletableFuture.runAsync(
              () -> {}, CompletableFuture.delayedExecutor(10, TimeUnit.MILLISECONDS))
          .join();
    }
  }
}
