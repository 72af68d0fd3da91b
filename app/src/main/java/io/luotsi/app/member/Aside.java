package io.luotsi.app.member;

import io.luotsi.app.PlainFailure;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** Parts of a start that need nothing of each other, done at the same time. */
final class Aside {
  private Aside() {}

  /** On a thread of its own: mostly work of the processor, with classes to load. */
  static <T> CompletableFuture<T> begin(Supplier<T> part) {
    return CompletableFuture.supplyAsync(
        part, task -> Thread.ofPlatform().name("luotsi-start").start(task));
  }

  /**
   * @throws PlainFailure if that is how the part has failed
   */
  static <T> T await(CompletableFuture<T> part) {
    try {
      return part.join();
    } catch (CompletionException e) {
      if (e.getCause() instanceof PlainFailure failure) {
        throw failure;
      }
      throw e;
    }
  }
}
