package io.luotsi.core.informer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.FakeApiClient;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class InformerTest {
  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final Index BY_NODE = Index.field("spec.nodeName");

  private final FakeApiClient api = new FakeApiClient(SelectableFields.of("spec.nodeName"));
  private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
  private Optional<Informer> started = Optional.empty();

  private Informer start(Index... indexes) {
    Informer informer =
        Informer.start(
            api,
            PODS,
            Selection.EVERYTHING,
            (key, before, after) -> heard.add(key.name() + " " + uid(before) + ">" + uid(after)),
            indexes);
    started = Optional.of(informer);
    return informer;
  }

  @AfterEach
  void close() {
    started.ifPresent(Informer::close);
  }

  private static String uid(Optional<StoredObject> object) {
    return object.map(StoredObject::uid).orElse("-");
  }

  private String next() throws InterruptedException {
    return Optional.ofNullable(heard.poll(5, TimeUnit.SECONDS)).orElse("nothing within 5 s");
  }

  private static ObjectNode pod(String name, String uid, String node, String owner) {
    ObjectNode pod = Json.object();
    ObjectNode metadata = pod.putObject("metadata");
    metadata.put("name", name).put("namespace", "ns").put("uid", uid);
    if (!owner.isEmpty()) {
      metadata.putArray("ownerReferences").addObject().put("uid", owner).put("controller", true);
    }
    pod.putObject("spec").put("nodeName", node);
    return pod;
  }

  @Test
  void theListenerHearsTheListAndThenEveryChange() throws Exception {
    api.put(pod("a", "1", "", ""));
    Informer informer = start();

    informer.synced().toCompletableFuture().get(5, TimeUnit.SECONDS);
    assertThat(next()).isEqualTo("a ->1");
    api.put(pod("b", "2", "", ""));
    assertThat(next()).isEqualTo("b ->2");
    api.put(pod("b", "2", "n1", ""));
    assertThat(next()).isEqualTo("b 2>2");
    api.remove(ObjectKey.of("ns", "a"));
    assertThat(next()).isEqualTo("a 1>-");
    assertThat(informer.objects()).extracting(object -> object.key().name()).containsExactly("b");
    assertThat(informer.objects("ns")).hasSize(1);
    assertThat(informer.objects("other")).isEmpty();
  }

  @Test
  void afterAnExpiredWatchTheListenerHearsTheDifferenceOnly() throws Exception {
    api.put(pod("gone", "1", "", ""));
    api.put(pod("same", "2", "", ""));
    api.put(pod("changed", "3", "", ""));
    api.put(pod("remade", "4", "", ""));
    Informer informer = start();
    for (int i = 0; i < 4; i++) {
      next();
    }
    synchronized (api) { // nobody hears of this before the watch has expired
      api.breakOff(new Rejection.Expired("window moved"));
      api.remove(ObjectKey.of("ns", "gone"));
      api.put(pod("changed", "3", "n1", ""));
      api.remove(ObjectKey.of("ns", "remade"));
      api.put(pod("remade", "5", "", ""));
      api.put(pod("new", "6", "", ""));
      api.expire();
    }

    assertThat(next()).isEqualTo("gone 1>-");
    assertThat(next()).isEqualTo("changed 3>3");
    assertThat(next()).isEqualTo("new ->6");
    assertThat(next()).isEqualTo("remade 4>-");
    assertThat(next()).isEqualTo("remade ->5");
    assertThat(heard).isEmpty();
    assertThat(informer.objects()).hasSize(4);
  }

  @Test
  void aWatchThatBreaksOffIsResumedWhereItStoodWithoutListingAgain() throws Exception {
    api.put(pod("a", "1", "", ""));
    start();
    next();
    synchronized (api) {
      api.breakOff(new Rejection.ServiceUnavailable("connection lost"));
      api.put(pod("b", "2", "", ""));
    }

    assertThat(next()).isEqualTo("b ->2");
    assertThat(api.lists()).isEqualTo(1);
  }

  @Test
  void aRefusedListIsTriedAgain() throws Exception {
    api.put(pod("a", "1", "", ""));
    api.refuseNext(new Rejection.TooManyRequests("busy", Duration.ofSeconds(1)));

    start();

    assertThat(next()).isEqualTo("a ->1");
    assertThat(api.lists()).isEqualTo(2);
  }

  @Test
  void indexesFollowTheObjects() throws Exception {
    Informer informer = start(BY_NODE, Index.CONTROLLER_UID);
    api.put(pod("a", "1", "", "rs"));
    api.put(pod("b", "2", "n1", "rs"));
    next();
    next();
    assertThat(informer.find(Index.CONTROLLER_UID, "rs")).hasSize(2);
    assertThat(informer.find(BY_NODE, "")).hasSize(1);

    api.put(pod("a", "1", "n1", ""));
    next();

    assertThat(informer.find(BY_NODE, "n1"))
        .extracting(object -> object.key().name())
        .containsExactly("a", "b");
    assertThat(informer.find(BY_NODE, "")).isEmpty();
    assertThat(informer.find(Index.CONTROLLER_UID, "rs")).hasSize(1);
    api.remove(ObjectKey.of("ns", "b"));
    next();
    assertThat(informer.find(Index.CONTROLLER_UID, "rs")).isEmpty();
    assertThatThrownBy(() -> informer.find(Index.OWNER_UID, "rs"))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void theVersionIsThatOfTheNewestChangeHeard() throws Exception {
    api.put(pod("a", "1", "", ""));
    Informer informer = start();
    next();
    StoredObject second = api.put(pod("b", "2", "", ""));
    next();

    assertThat(informer.version()).isEqualTo(second.resourceVersion());
  }

  @Test
  void closingEndsTheWatchAndNothingIsHeardAnyMore() throws Exception {
    api.put(pod("a", "1", "", ""));
    Informer informer = start();
    next();

    informer.close();
    api.put(pod("b", "2", "", ""));

    assertThat(api.openWatches()).isZero();
    assertThat(heard).isEmpty();
    assertThat(informer.get(ObjectKey.of("ns", "b"))).isEmpty();
  }
}
