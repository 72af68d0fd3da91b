package io.luotsi.core.apiserver;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A resource's history as it looks through a selection: an object that begins to match is Added,
 * one that ceases to is Deleted in the last form that matched.
 */
final class SelectedCursor implements WatchCursor {
  private final WatchCursor all;
  private final Selection selection;

  SelectedCursor(WatchCursor all, Selection selection) {
    this.all = all;
    this.selection = selection;
  }

  @Override
  public CompletionStage<Outcome<List<WatchEvent>>> next() {
    // A loop while batches are there at once: long stretches of foreign events must not nest.
    while (true) {
      CompletionStage<Outcome<List<WatchEvent>>> batch = all.next();
      CompletableFuture<Outcome<List<WatchEvent>>> future = batch.toCompletableFuture();
      if (!future.isDone() || future.isCompletedExceptionally()) {
        return batch.thenCompose(this::selectedOrNext);
      }
      Outcome<List<WatchEvent>> selected = future.join().map(this::select);
      if (isAnswer(future.join(), selected)) {
        return CompletableFuture.completedFuture(selected);
      }
    }
  }

  private CompletionStage<Outcome<List<WatchEvent>>> selectedOrNext(
      Outcome<List<WatchEvent>> batch) {
    Outcome<List<WatchEvent>> selected = batch.map(this::select);
    return isAnswer(batch, selected) ? CompletableFuture.completedFuture(selected) : next();
  }

  /** Anything but a batch of which nothing is left; an empty batch says that we are closed. */
  private static boolean isAnswer(
      Outcome<List<WatchEvent>> batch, Outcome<List<WatchEvent>> selected) {
    return !(batch instanceof Outcome.Done<List<WatchEvent>>(List<WatchEvent> before)
        && selected instanceof Outcome.Done<List<WatchEvent>>(List<WatchEvent> after)
        && after.isEmpty()
        && !before.isEmpty());
  }

  private List<WatchEvent> select(List<WatchEvent> events) {
    List<WatchEvent> selected = new ArrayList<>(events.size());
    for (WatchEvent event : events) {
      switch (event) {
        case WatchEvent.Added(StoredObject object) -> {
          if (selection.matches(object)) {
            selected.add(event);
          }
        }
        case WatchEvent.Deleted(StoredObject object) -> {
          if (selection.matches(object)) {
            selected.add(event);
          }
        }
        case WatchEvent.Modified(StoredObject object, StoredObject previous) -> {
          boolean now = selection.matches(object);
          boolean before = selection.matches(previous);
          if (now && before) {
            selected.add(event);
          } else if (now) {
            selected.add(new WatchEvent.Added(object));
          } else if (before) {
            selected.add(new WatchEvent.Deleted(previous.at(object.resourceVersion())));
          }
        }
      }
    }
    return selected;
  }

  @Override
  public long version() {
    return all.version();
  }

  @Override
  public void close() {
    all.close();
  }
}
