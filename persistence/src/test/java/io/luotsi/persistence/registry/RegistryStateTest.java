package io.luotsi.persistence.registry;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.draft;
import static io.luotsi.persistence.Drafts.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.registry.RegistryState.Decision;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class RegistryStateTest {
  private static final long NOW = 1_000;
  private static final RegistryState EMPTY = RegistryState.empty(CONFIG_MAPS, false);

  /** Created at 1, {@code a} with uid {@code u1} stored at 2. */
  private static final RegistryState ONE =
      after(EMPTY, new Write.Create(draft("default", "a", "u1", "1")));

  private static final Precondition SEEN = precondition("u1", 2);
  private static final Precondition STALE = precondition("u1", 1);
  private static final Precondition OTHER = precondition("u9", 2);

  private static Precondition precondition(String uid, long version) {
    return new Precondition(Optional.of(uid), OptionalLong.of(version));
  }

  private static RegistryState after(RegistryState state, Write... writes) {
    RegistryState next = state;
    for (RegistryEvent event : state.decideAll(List.of(writes), NOW, 3).events()) {
      next = next.apply(event);
    }
    return next;
  }

  private static Write create() {
    return new Write.Create(draft("default", "a", "u2", "2"));
  }

  private static Write update(Precondition precondition) {
    return new Write.Update(draft("default", "a", "u1", "2"), precondition);
  }

  private static Write delete(Precondition precondition) {
    return new Write.Delete(key("a"), precondition);
  }

  /** One cell of the matrix, in words. */
  private static String decided(RegistryState state, Write write) {
    return switch (state.decide(write, NOW, 3)) {
      case Decision.Accepted(RegistryEvent.Stored stored, var result) ->
          "stored " + stored.version() + " generation " + stored.schemaGeneration();
      case Decision.Accepted(RegistryEvent.Removed removed, var result) ->
          "removed " + removed.uid() + " at " + result.resourceVersion();
      case Decision.Accepted(var event, var result) -> "unexpected " + event;
      case Decision.Refused(Rejection.Conflict conflict) -> conflict.message();
      case Decision.Refused(Rejection rejection) -> rejection.getClass().getSimpleName();
    };
  }

  @Test
  void everyWriteOnNothing() {
    RegistryState nothing = after(EMPTY, delete(Precondition.NONE));
    assertThat(nothing.version()).isEqualTo(1);
    assertThat(decided(nothing, create())).isEqualTo("stored 2 generation 3");
    for (Precondition precondition : List.of(Precondition.NONE, SEEN, STALE, OTHER)) {
      assertThat(decided(nothing, update(precondition))).isEqualTo("NotFound");
      assertThat(decided(nothing, delete(precondition))).isEqualTo("NotFound");
    }
  }

  @Test
  void everyWriteOnAnObject() {
    String modified =
        "the object has been modified; please apply your changes to the latest version and try"
            + " again";
    String uid = "Precondition failed: UID in precondition: u9, UID in object meta: u1";
    assertThat(decided(ONE, create())).isEqualTo("AlreadyExists");
    assertThat(decided(ONE, update(Precondition.NONE))).isEqualTo("stored 3 generation 3");
    assertThat(decided(ONE, update(SEEN))).isEqualTo("stored 3 generation 3");
    assertThat(decided(ONE, update(STALE))).isEqualTo(modified);
    assertThat(decided(ONE, update(OTHER))).isEqualTo(uid);
    assertThat(decided(ONE, delete(Precondition.NONE))).isEqualTo("removed u1 at 3");
    assertThat(decided(ONE, delete(SEEN))).isEqualTo("removed u1 at 3");
    assertThat(decided(ONE, delete(STALE)))
        .isEqualTo(
            "Precondition failed: ResourceVersion in precondition: 1, ResourceVersion in object"
                + " meta: 2");
    assertThat(decided(ONE, delete(OTHER))).isEqualTo(uid);
  }

  @Test
  void aBatchIsDecidedAgainstWhatItsOwnWritesMake() {
    RegistryState.Decisions decisions =
        EMPTY.decideAll(
            List.of(create(), create(), update(precondition("u2", 2)), delete(Precondition.NONE)),
            NOW,
            3);
    assertThat(decisions.events())
        .extracting(RegistryEvent::version)
        .containsExactly(1L, 2L, 3L, 4L);
    assertThat(decisions.outcomes())
        .extracting(Outcome::isDone)
        .containsExactly(true, false, true, true);
  }

  @Test
  void anEventThatCannotFollowIsRefusedByApply() {
    List<RegistryEvent> impossible = new ArrayList<>();
    impossible.add(new RegistryEvent.Created(3, NOW));
    impossible.add(new RegistryEvent.Removed(key("b"), "u1", 3, NOW));
    impossible.add(new RegistryEvent.Removed(key("a"), "u2", 3, NOW));
    impossible.add(new RegistryEvent.Expired(key("b"), "u1", 3, NOW));
    impossible.add(new RegistryEvent.Removed(key("a"), "u1", 4, NOW));
    for (RegistryEvent event : impossible) {
      assertThat(ONE.obstacle(event)).as("%s", event).isPresent();
      assertThatThrownBy(() -> ONE.apply(event)).isInstanceOf(IllegalStateException.class);
    }
  }

  @Test
  void timeNeverFallsWithinAResource() {
    RegistryState late = after(ONE, update(Precondition.NONE));
    List<RegistryEvent> events = late.decideAll(List.of(delete(Precondition.NONE)), 5, 3).events();
    assertThat(events).singleElement().extracting(RegistryEvent::timeMillis).isEqualTo(NOW);
  }

  @Test
  void objectsExpireInTheOrderOfTheirLastWrites() {
    Duration hour = Duration.ofHours(1);
    RegistryState state = RegistryState.empty(CONFIG_MAPS, true);
    for (String name : List.of("a", "b", "c")) {
      long time = 1_000 + state.version();
      List<Write> write = List.of(new Write.Create(draft("default", name, "u" + name, "1")));
      for (RegistryEvent event : state.decideAll(write, time, 0).events()) {
        state = state.apply(event);
      }
    }
    Write touch = new Write.Update(draft("default", "a", "ua", "2"), Precondition.NONE);
    for (RegistryEvent event : state.decideAll(List.of(touch), 9_000, 0).events()) {
      state = state.apply(event);
    }

    long due = 1_003 + hour.toMillis();
    assertThat(state.nextExpiryMillis(hour)).hasValue(1_002 + hour.toMillis());
    assertThat(state.expire(hour, due, 10))
        .extracting(event -> ((RegistryEvent.Expired) event).key().name())
        .containsExactly("b", "c");
    assertThat(state.expire(hour, due, 1)).hasSize(1);
    for (RegistryEvent event : state.expire(hour, due, 10)) {
      state = state.apply(event);
    }
    assertThat(state.objects().keySet()).containsExactly(key("a"));
    assertThat(state.nextExpiryMillis(hour)).hasValue(9_000 + hour.toMillis());
  }

  @Test
  void anObjectsSchemaGenerationIsTheOneItWasWrittenUnder() {
    RegistryState state = ONE;
    Write second = new Write.Create(draft("default", "b", "u2", "1"));
    for (RegistryEvent event : state.decideAll(List.of(second), NOW, 4).events()) {
      state = state.apply(event);
    }
    assertThat(state.schemaGeneration(state.objects().get(key("a")))).isEqualTo(3);
    assertThat(state.schemaGeneration(state.objects().get(key("b")))).isEqualTo(4);
  }
}
