package io.luotsi.core.rbac;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.InMemoryStore;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.Write;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.Test;

class StoredPolicyTest {
  private static final GroupResource ROLES =
      GroupResource.parse("clusterroles.rbac.authorization.k8s.io");
  private static final GroupResource BINDINGS =
      GroupResource.parse("clusterrolebindings.rbac.authorization.k8s.io");
  private static final Asked LIST_PODS = Asked.OfResource.of("list", "", "pods", "", "a", "");

  private final InMemoryStore store = new InMemoryStore();
  private final StoredPolicy policy = new StoredPolicy(store);

  @Test
  void obeysWhatHasBeenWrittenAtOnceAndForgetsWhatIsGone() {
    assertThat(janeMay()).isFalse();
    write(
        ROLES,
        "{'metadata':{'name':'r','uid':'1'},'rules':[{'apiGroups':[''],'resources':['pods'],"
            + "'verbs':['list']}]}");
    assertThat(janeMay()).isFalse();
    write(
        BINDINGS,
        "{'metadata':{'name':'b','uid':'2'},'roleRef':{'kind':'ClusterRole','name':'r'},"
            + "'subjects':[{'kind':'User','name':'jane'}]}");
    assertThat(janeMay()).isTrue();
    commit(BINDINGS, new Write.Delete(ObjectKey.of("b"), Precondition.NONE));
    assertThat(janeMay()).isFalse();
  }

  @Test
  void isMadeAnewOnlyWhenSomethingHasChanged() {
    Policy first = policy.get().orElseThrow();
    assertThat(policy.get().orElseThrow()).isSameAs(first);
    write(GroupResource.parse("configmaps"), "{'metadata':{'name':'c','uid':'3'}}");
    assertThat(policy.get().orElseThrow()).isSameAs(first);
    write(ROLES, "{'metadata':{'name':'r','uid':'1'},'rules':[]}");
    assertThat(policy.get().orElseThrow()).isNotSameAs(first);
  }

  @Test
  void whatCannotBeReadNowIsNotWaitedFor() {
    StoredPolicy waiting = new StoredPolicy(new SilentStore());

    assertThat(waiting.get())
        .isInstanceOfSatisfying(
            Outcome.Rejected.class,
            refused ->
                assertThat(refused.rejection()).isInstanceOf(Rejection.TooManyRequests.class));
  }

  private boolean janeMay() {
    return policy.get().orElseThrow().allows("jane", List.of(), LIST_PODS);
  }

  private void write(GroupResource resource, String json) {
    byte[] bytes = json.replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    commit(
        resource, new Write.Create(ObjectDraft.of(Json.readObject(bytes), SelectableFields.NONE)));
  }

  private void commit(GroupResource resource, Write write) {
    store.commit(resource, write).toCompletableFuture().join().orElseThrow();
  }

  /** One that has not found a leader yet. */
  private static final class SilentStore implements Store {
    @Override
    public CompletionStage<Outcome<StoredObject>> commit(GroupResource resource, Write write) {
      return new CompletableFuture<>();
    }

    @Override
    public CompletionStage<Outcome<ResourceSnapshot>> read(
        GroupResource resource, ReadVersion version) {
      return new CompletableFuture<>();
    }

    @Override
    public Outcome<WatchCursor> watch(GroupResource resource, long fromVersion) {
      throw new IllegalStateException("nobody watches");
    }
  }
}
