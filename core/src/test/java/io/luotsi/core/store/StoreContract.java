package io.luotsi.core.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** What every {@link Store} promises, whatever is under it. Each test has a resource of its own. */
public abstract class StoreContract {
  private static final AtomicInteger RESOURCES = new AtomicInteger();

  private final GroupResource resource =
      new GroupResource("contract.luotsi.io", "r" + RESOURCES.incrementAndGet());

  protected abstract Store store();

  @Test
  void everyWriteTakesTheNextVersionAndCarriesIt() throws Exception {
    StoredObject first = done(create("a", "1"));
    StoredObject second = done(create("b", "1"));
    StoredObject third = done(update(first, "2", Precondition.NONE));

    assertThat(first.resourceVersion()).isPositive();
    assertThat(second.resourceVersion()).isEqualTo(first.resourceVersion() + 1);
    assertThat(third.resourceVersion()).isEqualTo(first.resourceVersion() + 2);
    assertThat(Json.readObject(third.json()).at("/metadata/resourceVersion").asText())
        .isEqualTo(Long.toString(third.resourceVersion()));
    assertThat(value(third)).isEqualTo("2");
    assertThat(third.uid()).isEqualTo(first.uid());
  }

  @Test
  void aTakenNameIsRefusedAndTakesNoVersion() throws Exception {
    StoredObject first = done(create("a", "1"));
    assertThat(rejection(create("a", "2"))).isEqualTo(new Rejection.AlreadyExists(resource, "a"));
    assertThat(done(create("b", "1")).resourceVersion()).isEqualTo(first.resourceVersion() + 1);
    assertThat(value(latest().get(key("a")).orElseThrow())).isEqualTo("1");
  }

  @Test
  void theSameNameInAnotherNamespaceIsAnotherObject() throws Exception {
    done(create("a", "1"));
    done(commit(new Write.Create(draft("other", "a", "uid-other", "2"))));
    assertThat(latest().objects().keySet()).containsExactly(key("a"), ObjectKey.of("other", "a"));
    assertThat(latest().namespace("other").keySet()).containsExactly(ObjectKey.of("other", "a"));
  }

  @Test
  void writesToWhatIsNotThereAreNotFound() throws Exception {
    Rejection notFound = new Rejection.NotFound(resource, "a");
    assertThat(
            rejection(commit(new Write.Update(draft("default", "a", "u", "1"), Precondition.NONE))))
        .isEqualTo(notFound);
    assertThat(rejection(commit(new Write.Delete(key("a"), Precondition.NONE))))
        .isEqualTo(notFound);
  }

  @Test
  void aStaleUpdateIsAConflict() throws Exception {
    StoredObject first = done(create("a", "1"));
    StoredObject second = done(update(first, "2", Precondition.unchanged(first)));

    assertThat(rejection(update(first, "3", Precondition.unchanged(first))))
        .asInstanceOf(type(Rejection.Conflict.class))
        .satisfies(
            conflict -> {
              assertThat(conflict.name()).isEqualTo("a");
              assertThat(conflict.message()).startsWith("the object has been modified");
            });
    assertThat(latest().get(key("a")).orElseThrow().json()).isEqualTo(second.json());
  }

  @Test
  void preconditionsOfADeletionAreKept() throws Exception {
    StoredObject first = done(create("a", "1"));
    Precondition otherUid = new Precondition(Optional.of("other"), OptionalLong.empty());
    Precondition otherVersion =
        new Precondition(Optional.empty(), OptionalLong.of(first.resourceVersion() + 1));

    assertThat(rejection(commit(new Write.Delete(key("a"), otherUid))))
        .isInstanceOf(Rejection.Conflict.class);
    assertThat(rejection(commit(new Write.Delete(key("a"), otherVersion))))
        .isInstanceOf(Rejection.Conflict.class);
    done(commit(new Write.Delete(key("a"), Precondition.unchanged(first))));
    assertThat(latest().objects()).isEmpty();
  }

  @Test
  void aDeletionGivesTheLastObjectAtTheDeletionsVersion() throws Exception {
    StoredObject first = done(create("a", "1"));
    StoredObject gone = done(commit(new Write.Delete(key("a"), Precondition.NONE)));
    assertThat(gone.resourceVersion()).isEqualTo(first.resourceVersion() + 1);
    assertThat(gone.uid()).isEqualTo(first.uid());
    assertThat(latest().version()).isEqualTo(gone.resourceVersion());
    assertThat(done(create("a", "2")).resourceVersion()).isEqualTo(gone.resourceVersion() + 1);
  }

  @Test
  void aResourceThatNobodyWroteIsEmptyAtAPositiveVersion() throws Exception {
    ResourceSnapshot empty = latest();
    assertThat(empty.version()).isPositive();
    assertThat(empty.objects()).isEmpty();
    assertThat(await(store().read(resource, ReadVersion.ANY)).orElseThrow().version())
        .isEqualTo(empty.version());
    assertThat(done(create("a", "1")).resourceVersion()).isEqualTo(empty.version() + 1);
  }

  @Test
  void resourcesHaveVersionsOfTheirOwn() throws Exception {
    done(create("a", "1"));
    done(create("b", "1"));
    GroupResource other = new GroupResource("contract.luotsi.io", "o" + resource.resource());
    long before = await(store().read(other, ReadVersion.LATEST)).orElseThrow().version();
    done(create("c", "1"));
    assertThat(await(store().read(other, ReadVersion.LATEST)).orElseThrow().version())
        .isEqualTo(before);
  }

  @Test
  void listsAreInKeyOrder() throws Exception {
    for (String name : List.of("b", "a-b", "a", "c", "a.b")) {
      done(create(name, "1"));
    }
    assertThat(latest().objects().keySet())
        .extracting(ObjectKey::name)
        .containsExactly("a", "a-b", "a.b", "b", "c");
  }

  @Test
  void aReadMayAskForAVersionThatIsPast() throws Exception {
    StoredObject first = done(create("a", "1"));
    StoredObject changed = done(update(first, "2", Precondition.NONE));
    StoredObject second = done(create("b", "1"));
    done(commit(new Write.Delete(key("a"), Precondition.NONE)));

    assertThat(exactly(first.resourceVersion()).objects().values())
        .singleElement()
        .satisfies(object -> assertThat(object.json()).isEqualTo(first.json()));
    assertThat(exactly(changed.resourceVersion()).objects().values())
        .singleElement()
        .satisfies(object -> assertThat(value(object)).isEqualTo("2"));
    assertThat(exactly(second.resourceVersion()).objects().keySet())
        .containsExactly(key("a"), key("b"));
    assertThat(exactly(second.resourceVersion()).version()).isEqualTo(second.resourceVersion());
    assertThat(latest().objects().keySet()).containsExactly(key("b"));
  }

  @Test
  void aVersionFromTheFutureIsTooLarge() throws Exception {
    long present = done(create("a", "1")).resourceVersion();
    Rejection tooLarge = new Rejection.ResourceVersionTooLarge(present + 5, present);
    assertThat(rejection(store().read(resource, new ReadVersion.NotOlderThan(present + 5))))
        .isEqualTo(tooLarge);
    assertThat(rejection(store().read(resource, new ReadVersion.Exact(present + 5))))
        .isEqualTo(tooLarge);
    assertThat(
            await(store().read(resource, new ReadVersion.NotOlderThan(present)))
                .orElseThrow()
                .version())
        .isEqualTo(present);
  }

  @Test
  void aWatchTellsEveryEventOnceInOrderWithWhatWasBefore() throws Exception {
    long start = latest().version();
    StoredObject added = done(create("a", "1"));
    try (WatchCursor cursor = store().watch(resource, start).orElseThrow()) {
      StoredObject modified = done(update(added, "2", Precondition.NONE));
      done(commit(new Write.Delete(key("a"), Precondition.NONE)));

      List<WatchEvent> events = take(cursor, 3);
      assertThat(events)
          .extracting(WatchEvent::version)
          .containsExactly(start + 1, start + 2, start + 3);
      assertThat(events.get(0)).isInstanceOf(WatchEvent.Added.class);
      assertThat(events.get(0).object().json()).isEqualTo(added.json());
      assertThat(events.get(1))
          .asInstanceOf(type(WatchEvent.Modified.class))
          .satisfies(
              event -> {
                assertThat(event.object().json()).isEqualTo(modified.json());
                assertThat(event.previous().json()).isEqualTo(added.json());
              });
      assertThat(events.get(2)).isInstanceOf(WatchEvent.Deleted.class);
      assertThat(value(events.get(2).object())).isEqualTo("2");
      assertThat(cursor.version()).isEqualTo(start + 3);
    }
  }

  @Test
  void aWatchResumesWhereAnotherEnded() throws Exception {
    long start = latest().version();
    for (int i = 0; i < 10; i++) {
      done(create("a" + i, "1"));
    }
    for (long from = start; from < start + 10; from++) {
      try (WatchCursor cursor = store().watch(resource, from).orElseThrow()) {
        assertThat(take(cursor, (int) (start + 10 - from)))
            .extracting(WatchEvent::version)
            .containsExactlyElementsOf(
                LongStream.rangeClosed(from + 1, start + 10).boxed().toList());
      }
    }
  }

  @Test
  void aWatchFromTheFutureWaitsForIt() throws Exception {
    long start = latest().version();
    try (WatchCursor cursor = store().watch(resource, start + 2).orElseThrow()) {
      CompletionStage<Outcome<List<WatchEvent>>> next = cursor.next();
      done(create("a", "1"));
      done(create("b", "1"));
      done(create("c", "1"));
      assertThat(await(next).orElseThrow())
          .singleElement()
          .satisfies(event -> assertThat(event.object().key()).isEqualTo(key("c")));
    }
  }

  @Test
  void aWatchResumesAnywhereWithinAHundredVersionsOfThePresent() throws Exception {
    List<CompletionStage<Outcome<StoredObject>>> writes = new ArrayList<>();
    for (int i = 0; i < 120; i++) {
      writes.add(create("past" + i, "1"));
    }
    long present = 0;
    for (CompletionStage<Outcome<StoredObject>> write : writes) {
      present = Math.max(present, done(write).resourceVersion());
    }
    List<WatchCursor> cursors = new ArrayList<>();
    for (long from = present - 100; from <= present + 100; from++) {
      cursors.add(store().watch(resource, from).orElseThrow());
    }
    writes.clear();
    for (int i = 0; i < 110; i++) {
      writes.add(create("future" + i, "1"));
    }
    for (CompletionStage<Outcome<StoredObject>> write : writes) {
      done(write);
    }
    long from = present - 100;
    for (WatchCursor cursor : cursors) {
      assertThat(take(cursor, (int) (present + 110 - from)))
          .as("from %d of %d", from, present)
          .extracting(WatchEvent::version)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(from + 1, present + 110).boxed().toList());
      cursor.close();
      from++;
    }
  }

  @Test
  void whatWasReadAtAVersionIsReadAgainWhileWritesGoOn() throws Exception {
    for (int i = 0; i < 20; i++) {
      done(create("a" + i, "1"));
    }
    ResourceSnapshot first = latest();
    for (int i = 0; i < 20; i++) {
      StoredObject object = first.get(key("a" + i)).orElseThrow();
      if (i % 2 == 0) {
        done(commit(new Write.Delete(key("a" + i), Precondition.NONE)));
      } else {
        done(update(object, "2", Precondition.NONE));
      }
      ResourceSnapshot again =
          await(store().read(resource, new ReadVersion.Exact(first.version()))).orElseThrow();
      assertThat(again.version()).isEqualTo(first.version());
      assertThat(again.objects().keySet()).isEqualTo(first.objects().keySet());
      assertThat(again.objects().values())
          .extracting(StoredObject::resourceVersion)
          .containsExactlyElementsOf(
              first.objects().values().stream().map(StoredObject::resourceVersion).toList());
    }
  }

  @Test
  void closingACursorCompletesWhatItOwes() throws Exception {
    WatchCursor cursor = store().watch(resource, latest().version()).orElseThrow();
    CompletionStage<Outcome<List<WatchEvent>>> next = cursor.next();
    cursor.close();
    assertThat(await(next).orElseThrow()).isEmpty();
  }

  @Test
  void aLongHistoryComesInParts() throws Exception {
    long start = latest().version();
    List<CompletionStage<Outcome<StoredObject>>> writes = new ArrayList<>();
    for (int i = 0; i < 1_500; i++) {
      writes.add(create("a" + i, "1"));
    }
    for (CompletionStage<Outcome<StoredObject>> write : writes) {
      done(write);
    }
    try (WatchCursor cursor = store().watch(resource, start).orElseThrow()) {
      assertThat(await(cursor.next()).orElseThrow().size()).isBetween(1, 999);
      assertThat(take(cursor, 1).getLast().version()).isLessThanOrEqualTo(start + 1_500);
    }
    try (WatchCursor cursor = store().watch(resource, start).orElseThrow()) {
      assertThat(take(cursor, 1_500))
          .extracting(WatchEvent::version)
          .containsExactlyElementsOf(
              LongStream.rangeClosed(start + 1, start + 1_500).boxed().toList());
    }
  }

  @Test
  void writersAtOnceGetDistinctVersionsWithoutAGap() throws Exception {
    long start = latest().version();
    int writers = 8;
    int each = 50;
    List<Long> versions =
        atOnce(
            writers,
            writer -> {
              List<Long> mine = new ArrayList<>();
              for (int i = 0; i < each; i++) {
                mine.add(done(create("w" + writer + "-" + i, "1")).resourceVersion());
              }
              return mine;
            });
    assertThat(versions)
        .containsExactlyInAnyOrderElementsOf(
            LongStream.rangeClosed(start + 1, start + writers * each).boxed().toList());
    assertThat(latest().objects()).hasSize(writers * each);
  }

  @Test
  void noUpdateIsLostAmongConditionalWriters() throws Exception {
    done(create("counter", "0"));
    int writers = 6;
    int each = 20;
    AtomicInteger unknown = new AtomicInteger();
    atOnce(
        writers,
        writer -> {
          for (int done = 0; done < each; ) {
            StoredObject seen = latest().get(key("counter")).orElseThrow();
            String next = Integer.toString(Integer.parseInt(value(seen)) + 1);
            switch (await(update(seen, next, Precondition.unchanged(seen)))) {
              case Outcome.Done<StoredObject> counted -> done++;
              case Outcome.Rejected<StoredObject>(Rejection.Timeout timeout) ->
                  unknown.incrementAndGet(); // another member has begun to lead
              case Outcome.Rejected<StoredObject> refused -> {}
            }
          }
          return List.of();
        });
    assertThat(Integer.parseInt(value(latest().get(key("counter")).orElseThrow())))
        .isBetween(writers * each, writers * each + unknown.get());
  }

  /** What one of several writers does. */
  private interface Writer {
    List<Long> run(int number) throws Exception;
  }

  private static List<Long> atOnce(int writers, Writer writer) throws Exception {
    List<Long> all = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(writers)) {
      List<Callable<List<Long>>> tasks = new ArrayList<>();
      for (int i = 0; i < writers; i++) {
        int number = i;
        tasks.add(() -> writer.run(number));
      }
      for (Future<List<Long>> result : threads.invokeAll(tasks)) {
        all.addAll(result.get());
      }
    }
    return all;
  }

  private CompletionStage<Outcome<StoredObject>> commit(Write write) {
    return store().commit(resource, write);
  }

  private CompletionStage<Outcome<StoredObject>> create(String name, String value) {
    return commit(new Write.Create(draft("default", name, "uid-" + name, value)));
  }

  private CompletionStage<Outcome<StoredObject>> update(
      StoredObject seen, String value, Precondition precondition) {
    ObjectKey key = seen.key();
    return commit(
        new Write.Update(draft(key.namespace(), key.name(), seen.uid(), value), precondition));
  }

  private static ObjectDraft draft(String namespace, String name, String uid, String value) {
    ObjectNode object = Json.object().put("apiVersion", "v1").put("kind", "Thing");
    object.putObject("metadata").put("name", name).put("namespace", namespace).put("uid", uid);
    object.put("value", value);
    return ObjectDraft.of(object, SelectableFields.NONE);
  }

  private static ObjectKey key(String name) {
    return ObjectKey.of("default", name);
  }

  private static String value(StoredObject object) {
    return Json.readObject(object.json()).get("value").asText();
  }

  private ResourceSnapshot latest() throws Exception {
    return await(store().read(resource, ReadVersion.LATEST)).orElseThrow();
  }

  private ResourceSnapshot exactly(long version) throws Exception {
    return await(store().read(resource, new ReadVersion.Exact(version))).orElseThrow();
  }

  private static List<WatchEvent> take(WatchCursor cursor, int count) throws Exception {
    List<WatchEvent> events = new ArrayList<>();
    while (events.size() < count) {
      events.addAll(await(cursor.next()).orElseThrow());
    }
    return events;
  }

  private static StoredObject done(CompletionStage<Outcome<StoredObject>> stage) throws Exception {
    return await(stage).orElseThrow();
  }

  private static Rejection rejection(CompletionStage<? extends Outcome<?>> stage) throws Exception {
    return switch (await(stage)) {
      case Outcome.Rejected<?>(Rejection why) -> why;
      case Outcome.Done<?>(Object value) -> throw new AssertionError("done: " + value);
    };
  }

  private static <T> T await(CompletionStage<T> stage) throws Exception {
    return stage.toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
