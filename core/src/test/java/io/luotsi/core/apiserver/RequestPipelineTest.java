package io.luotsi.core.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class RequestPipelineTest {
  private static final GroupVersionResource CONFIG_MAPS =
      GroupVersionResource.of("v1", "configmaps");
  private static final ObjectKey KEY = ObjectKey.of("default", "a");

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  @Test
  void creationFillsWhatTheServerOwns() {
    ObjectNode body = configMap("a");
    ((ObjectNode) body.get("metadata")).put("uid", "mine").put("selfLink", "x");

    StoredObject stored = ok(client.create(CONFIG_MAPS, "default", body));

    ObjectNode json = Json.readObject(stored.json());
    assertThat(stored.resourceVersion()).isEqualTo(2);
    assertThat(stored.uid()).hasSize(36).isNotEqualTo("mine");
    assertThat(json.at("/metadata/creationTimestamp").asText()).isEqualTo("2026-01-02T03:04:05Z");
    assertThat(json.at("/metadata/namespace").asText()).isEqualTo("default");
    assertThat(json.path("kind").asText()).isEqualTo("ConfigMap");
    assertThat(json.path("metadata").has("selfLink")).isFalse();
    assertThat(body.has("kind")).as("the caller's body is left alone").isFalse();
  }

  @Test
  void aGeneratedNameThatIsTakenIsDrawnAgain() {
    ObjectNode body = Json.object();
    body.putObject("metadata").put("generateName", "x-");
    api.store()
        .beforeNextCommit(
            write -> ok(client.create(CONFIG_MAPS, "default", configMap(write.key().name()))));

    StoredObject stored = ok(client.create(CONFIG_MAPS, "default", body));

    assertThat(stored.key().name()).matches("x-[bcdfghjklmnpqrstvwxz2456789]{5}");
    assertThat(ok(client.list(CONFIG_MAPS, Selection.EVERYTHING)).items()).hasSize(2);
  }

  @Test
  void aPatchIsAppliedAgainToWhatAnotherOneWrote() {
    ok(client.create(CONFIG_MAPS, "default", configMap("a")));
    api.store()
        .beforeNextCommit(
            write -> ok(client.patch(CONFIG_MAPS, KEY, "", PatchType.MERGE, data("theirs", "1"))));

    StoredObject stored =
        ok(client.patch(CONFIG_MAPS, KEY, "", PatchType.MERGE, data("ours", "1")));

    assertThat(Json.readObject(stored.json()).path("data").properties()).hasSize(3);
  }

  @Test
  void anUpdateOfAnOldVersionConflictsAndStoresNothing() {
    StoredObject first = ok(client.create(CONFIG_MAPS, "default", configMap("a")));
    ok(client.patch(CONFIG_MAPS, KEY, "", PatchType.MERGE, data("b", "1")));

    Rejection why = refused(client.update(CONFIG_MAPS, KEY, "", Json.readObject(first.json())));

    assertThat(why).isInstanceOf(Rejection.Conflict.class);
    assertThat(ok(client.get(CONFIG_MAPS, KEY)).resourceVersion()).isEqualTo(3);
  }

  @Test
  void anUpdateThatChangesNothingIsNotWritten() {
    StoredObject first = ok(client.create(CONFIG_MAPS, "default", configMap("a")));

    StoredObject second = ok(client.update(CONFIG_MAPS, KEY, "", Json.readObject(first.json())));

    assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion());
  }

  @Test
  void aWatchSeesTheObjectsComeAndGoThroughItsSelection() {
    long version = ok(client.list(CONFIG_MAPS, Selection.EVERYTHING)).version();
    WatchCursor cursor = ok(client.watch(CONFIG_MAPS, Selection.inNamespace("default"), version));
    ok(client.create(CONFIG_MAPS, "kube-system", configMap("a")));
    ok(client.create(CONFIG_MAPS, "default", configMap("a")));
    ok(client.delete(CONFIG_MAPS, KEY, DeleteOptions.DEFAULT));

    List<WatchEvent> events = ok(cursor.next());

    assertThat(events).hasSize(2);
    assertThat(events.getFirst()).isInstanceOf(WatchEvent.Added.class);
    assertThat(events.getLast()).isInstanceOf(WatchEvent.Deleted.class);
    assertThat(events.getLast().version()).isEqualTo(4);
    assertThat(refused(client.get(CONFIG_MAPS, KEY)))
        .isEqualTo(new Rejection.NotFound(CONFIG_MAPS.groupResource(), "a"));
  }

  private static ObjectNode configMap(String name) {
    ObjectNode body = data("k", "v");
    body.putObject("metadata").put("name", name);
    return body;
  }

  private static ObjectNode data(String key, String value) {
    ObjectNode body = Json.object();
    body.putObject("data").put(key, value);
    return body;
  }

  private static <T> T ok(CompletionStage<Outcome<T>> stage) {
    return stage.toCompletableFuture().join().orElseThrow();
  }

  private static <T> Rejection refused(CompletionStage<Outcome<T>> stage) {
    return switch (stage.toCompletableFuture().join()) {
      case Outcome.Rejected<T>(Rejection why) -> why;
      case Outcome.Done<T>(T value) -> throw new AssertionError("was done: " + value);
    };
  }
}
