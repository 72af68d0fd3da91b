package io.luotsi.persistence.registry;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.draft;
import static io.luotsi.persistence.Drafts.key;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.Write;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Every command on every state that an object can be in. A cell says the outcome and the kinds of
 * the events: C created (the registry itself), S stored, R removed.
 */
class RegistryMatrixTest {
  private static final long NOW = 1_000;
  private static final RegistryState NEVER = RegistryState.empty(CONFIG_MAPS, false);
  private static final RegistryState EMPTY = after(NEVER);

  /** At version 2, with uid u1. */
  private static final RegistryState PRESENT =
      after(NEVER, new Write.Create(draft("default", "a", "u1", "1")));

  /** Gone at version 3. */
  private static final RegistryState GONE =
      after(PRESENT, new Write.Delete(key("a"), Precondition.NONE));

  /** Another object of that name, at version 4, with uid u2. */
  private static final RegistryState AGAIN =
      after(GONE, new Write.Create(draft("default", "a", "u2", "1")));

  private static final Map<String, RegistryState> STATES =
      Map.of("never", NEVER, "empty", EMPTY, "present", PRESENT, "gone", GONE, "again", AGAIN);

  private static RegistryState after(RegistryState state, Write... writes) {
    return RandomHistory.replay(state, state.decideAll(List.of(writes), NOW, 1).events());
  }

  @ParameterizedTest
  @CsvSource(
      useHeadersInDisplayName = true,
      textBlock =
          """
          COMMAND,      NEVER,          EMPTY,         PRESENT,        GONE,          AGAIN
          create,       done CS,        done S,        AlreadyExists,  done S,        AlreadyExists
          update,       NotFound C,     NotFound,      done S,         NotFound,      done S
          update u1,    NotFound C,     NotFound,      done S,         NotFound,      Conflict
          update u2,    NotFound C,     NotFound,      Conflict,       NotFound,      done S
          update @2,    NotFound C,     NotFound,      done S,         NotFound,      Conflict
          update @4,    NotFound C,     NotFound,      Conflict,       NotFound,      done S
          update u1@2,  NotFound C,     NotFound,      done S,         NotFound,      Conflict
          update u1@4,  NotFound C,     NotFound,      Conflict,       NotFound,      Conflict
          update u2@2,  NotFound C,     NotFound,      Conflict,       NotFound,      Conflict
          update u2@4,  NotFound C,     NotFound,      Conflict,       NotFound,      done S
          delete,       NotFound C,     NotFound,      done R,         NotFound,      done R
          delete u1,    NotFound C,     NotFound,      done R,         NotFound,      Conflict
          delete u2,    NotFound C,     NotFound,      Conflict,       NotFound,      done R
          delete @2,    NotFound C,     NotFound,      done R,         NotFound,      Conflict
          delete @4,    NotFound C,     NotFound,      Conflict,       NotFound,      done R
          delete u1@2,  NotFound C,     NotFound,      done R,         NotFound,      Conflict
          delete u1@4,  NotFound C,     NotFound,      Conflict,       NotFound,      Conflict
          delete u2@2,  NotFound C,     NotFound,      Conflict,       NotFound,      Conflict
          delete u2@4,  NotFound C,     NotFound,      Conflict,       NotFound,      done R
          """)
  void everyCommandOnEveryState(
      String command, String never, String empty, String present, String gone, String again) {
    Map<String, String> expected =
        Map.of("never", never, "empty", empty, "present", present, "gone", gone, "again", again);
    STATES.forEach(
        (name, state) ->
            assertThat(decided(state, write(command)))
                .as("%s, %s", command, name)
                .isEqualTo(expected.get(name)));
  }

  private static Write write(String command) {
    String[] words = command.split(" ");
    String[] demands = (words.length > 1 ? words[1] : "").split("@");
    Precondition precondition =
        new Precondition(
            demands[0].isEmpty() ? Optional.empty() : Optional.of(demands[0]),
            demands.length > 1
                ? OptionalLong.of(Long.parseLong(demands[1]))
                : OptionalLong.empty());
    return switch (words[0]) {
      case "create" -> new Write.Create(draft("default", "a", "u3", "2"));
      case "update" -> new Write.Update(draft("default", "a", "u1", "2"), precondition);
      case "delete" -> new Write.Delete(key("a"), precondition);
      default -> throw new IllegalArgumentException(command);
    };
  }

  /** Decides in a batch by itself, and checks what holds whatever is decided. */
  private static String decided(RegistryState state, Write write) {
    String before = RandomHistory.describe(state);
    RegistryState.Decisions decisions = state.decideAll(List.of(write), NOW, 1);
    assertThat(RandomHistory.describe(state)).as("deciding changes nothing").isEqualTo(before);
    StringBuilder kinds = new StringBuilder();
    long version = state.version();
    for (RegistryEvent event : decisions.events()) {
      assertThat(event.version()).isEqualTo(++version);
      kinds.append(
          switch (event) {
            case RegistryEvent.Created created -> "C";
            case RegistryEvent.Stored stored -> "S";
            case RegistryEvent.Removed removed -> "R";
            case RegistryEvent.Expired expired -> "E";
          });
    }
    long last = RandomHistory.replay(state, decisions.events()).version();
    String outcome =
        switch (decisions.outcomes().getFirst()) {
          case Outcome.Done<StoredObject>(StoredObject object) -> {
            assertThat(object.resourceVersion()).as("the version of its event").isEqualTo(last);
            yield "done";
          }
          case Outcome.Rejected<StoredObject>(Rejection why) -> why.getClass().getSimpleName();
        };
    return (outcome + " " + kinds).strip();
  }
}
