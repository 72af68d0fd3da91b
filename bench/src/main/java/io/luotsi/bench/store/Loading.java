package io.luotsi.bench.store;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;

/** Creates many objects, by many clients. */
final class Loading {
  private static final int WRITERS = 200;
  private static final Duration WITHIN = Duration.ofMinutes(30);

  private final StoreClient client;
  private final String table;
  private final int objects;
  private final AtomicInteger numbers = new AtomicInteger();

  private Loading(StoreClient client, String table, int objects) {
    this.client = client;
    this.table = table;
    this.objects = objects;
  }

  /** Returns when all of them have been acknowledged. */
  static void create(StoreClient client, String table, int objects) {
    Loading loading = new Loading(client, table, objects);
    CompletableFuture<?>[] writers = new CompletableFuture<?>[WRITERS];
    for (int i = 0; i < WRITERS; i++) {
      CompletableFuture<Void> done = new CompletableFuture<>();
      writers[i] = done;
      loading.createNext(done);
    }
    Waiting.get(
        "the creation of " + objects + " objects", CompletableFuture.allOf(writers), WITHIN);
  }

  private void createNext(CompletableFuture<Void> done) {
    int number = numbers.getAndIncrement();
    if (number >= objects) {
      done.complete(null);
      return;
    }
    client
        .write(table, Item.of(Item.name("many", number)).now(), 0)
        .whenComplete(
            (version, failure) -> {
              if (failure != null) {
                done.completeExceptionally(failure);
              } else {
                createNext(done);
              }
            });
  }
}
