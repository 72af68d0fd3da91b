package io.luotsi.node.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.ServiceAccountTokenProjection;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.TypedView;
import io.luotsi.node.kubelet.ContainerEnvironment.ConfigException;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class PodTokensTest {
  private final AtomicReference<Instant> now = new AtomicReference<>(TestApi.START);
  private final AtomicBoolean away = new AtomicBoolean();
  private final ApiClient api = TestApi.create(now::get).client();
  private final PodTokens tokens =
      new PodTokens(KubeletOnHost.sometimesAway(api, away::get), clock());
  private final Pod pod = pod();

  private Pod pod() {
    create("serviceaccounts", "{'metadata': {'name': 'robot'}}");
    return TypedView.of(
        create(
            "pods",
            "{'metadata': {'name': 'p'}, 'spec': {'serviceAccountName': 'robot', 'containers':"
                + " [{'name': 'c', 'image': 'i'}]}}"),
        Pod.class);
  }

  private StoredObject create(String resource, String body) {
    return api.create(GroupVersionResource.of("v1", resource), "default", KubeletOnHost.json(body))
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private Clock clock() {
    return new Clock() {
      @Override
      public ZoneId getZone() {
        return ZoneOffset.UTC;
      }

      @Override
      public Clock withZone(ZoneId zone) {
        return this;
      }

      @Override
      public Instant instant() {
        return now.get();
      }
    };
  }

  private String token(long seconds) throws ConfigException {
    return tokens.token(pod, new ServiceAccountTokenProjection("vault", seconds, "token"));
  }

  private void after(long seconds) {
    now.set(TestApi.START.plusSeconds(seconds));
  }

  @Test
  void aTokenIsReplacedAfterFourFifthsOfItsLife() throws Exception {
    String first = token(1_000);
    after(800);
    assertThat(token(1_000)).isEqualTo(first);
    after(801);
    assertThat(token(1_000)).isNotEqualTo(first);
  }

  @Test
  void noTokenIsOlderThanADay() throws Exception {
    String first = token(1_000_000);
    after(86_400);
    assertThat(token(1_000_000)).isEqualTo(first);
    after(86_401);
    assertThat(token(1_000_000)).isNotEqualTo(first);
  }

  @Test
  void anOldTokenServesUntilItEndsWhileNoOtherCanBeHad() throws Exception {
    String first = token(1_000);
    away.set(true);
    after(999);
    assertThat(token(1_000)).isEqualTo(first);
    after(1_000);
    assertThatThrownBy(() -> token(1_000))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("failed to fetch token");
    away.set(false);
    assertThat(token(1_000)).isNotEqualTo(first);
  }

  @Test
  void aPodThatIsGoneLeavesNoToken() throws Exception {
    String first = token(1_000);
    tokens.forget(PodSpecs.uid(pod));
    now.set(TestApi.START.plusSeconds(1));
    assertThat(token(1_000)).isNotEqualTo(first);
  }
}
