package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ApiReferencesTest {
  private static final GroupVersionResource MAPS = GroupVersionResource.of("v1", "configmaps");

  private final ApiClient api = TestApi.create(Clock.systemUTC()).client();
  private final AtomicBoolean away = new AtomicBoolean();
  private final ApiReferences references =
      new ApiReferences(KubeletOnHost.sometimesAway(api, away::get), "default");

  private void create(String name, String more) {
    String body = "{'metadata': {'name': '%s'}, 'data': {'k': 'v'}%s}".formatted(name, more);
    api.create(MAPS, "default", KubeletOnHost.json(body))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private void delete(String name) {
    api.delete(MAPS, ObjectKey.of("default", name), DeleteOptions.DEFAULT)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  @Test
  void whatSaysThatItNeverChangesIsReadOnce() throws Exception {
    create("fixed", ", 'immutable': true");
    create("open", "");
    assertThat(references.configMap("fixed").orElseThrow()).containsEntry("k", "v");
    assertThat(references.configMap("open").orElseThrow()).containsEntry("k", "v");

    delete("fixed");
    delete("open");

    assertThat(references.configMap("fixed").orElseThrow()).containsEntry("k", "v");
    assertThat(references.configMap("open")).isEmpty();
  }

  @Test
  void whatWasReadIsGoodEnoughWhileTheApiIsAway() throws Exception {
    create("open", "");
    assertThat(references.configMap("open")).isPresent();
    away.set(true);
    assertThat(references.configMap("open")).isPresent();
  }
}
