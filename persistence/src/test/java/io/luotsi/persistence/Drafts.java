package io.luotsi.persistence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.ReadVersion;
import io.luotsi.core.store.ResourceSnapshot;
import io.luotsi.core.store.Store;
import io.luotsi.core.store.Write;
import java.util.UUID;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Small objects, and what tests do with a store. */
public final class Drafts {
  public static final GroupResource CONFIG_MAPS = GroupResource.parse("configmaps");

  private Drafts() {}

  public static ObjectDraft draft(String namespace, String name, String uid, String value) {
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "ConfigMap");
    object.putObject("metadata").put("name", name).put("namespace", namespace).put("uid", uid);
    object.putObject("data").put("value", value);
    return ObjectDraft.of(object, SelectableFields.NONE);
  }

  public static Write create(String name) {
    return new Write.Create(draft("default", name, UUID.randomUUID().toString(), "1"));
  }

  public static ObjectKey key(String name) {
    return ObjectKey.of("default", name);
  }

  public static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  public static StoredObject done(CompletionStage<Outcome<StoredObject>> stage) throws Exception {
    return await(stage).orElseThrow();
  }

  /** Creates an object, under another name whenever the store could not say yes in time. */
  public static StoredObject untilDone(Store store) throws Exception {
    Outcome<StoredObject> outcome = Outcome.rejected(new Rejection.Timeout("not tried"));
    while (!outcome.isDone()) {
      outcome = await(store.commit(CONFIG_MAPS, create("d-" + UUID.randomUUID())));
    }
    return outcome.orElseThrow();
  }

  public static ResourceSnapshot latest(Store store, GroupResource resource) throws Exception {
    return await(store.read(resource, ReadVersion.LATEST)).orElseThrow();
  }
}
