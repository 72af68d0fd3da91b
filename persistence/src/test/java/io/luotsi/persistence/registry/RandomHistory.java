package io.luotsi.persistence.registry;

import static io.luotsi.persistence.Drafts.draft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.Write;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Histories of a few objects that are created, changed and removed at random. */
public final class RandomHistory {
  private RandomHistory() {}

  public static List<RegistryEvent> events(
      GroupResource resource, boolean expires, Random random, int writes) {
    List<RegistryEvent> events = new ArrayList<>();
    RegistryState state = RegistryState.empty(resource, expires);
    long time = 1_000;
    for (int i = 0; i < writes; i++) {
      time += random.nextInt(100);
      for (RegistryEvent event :
          state.decideAll(List.of(write(state, random)), time, 1 + i / 20).events()) {
        events.add(event);
        state = state.apply(event);
      }
    }
    return events;
  }

  private static Write write(RegistryState state, Random random) {
    ObjectKey key = ObjectKey.of("ns" + random.nextInt(2), "n" + random.nextInt(5));
    StoredObject current = state.objects().get(key);
    if (current == null) {
      return new Write.Create(
          draft(key.namespace(), key.name(), "u" + random.nextInt(), "v" + random.nextInt()));
    }
    return random.nextInt(3) == 0
        ? new Write.Delete(key, Precondition.unchanged(current))
        : new Write.Update(
            draft(key.namespace(), key.name(), current.uid(), "v" + random.nextInt()),
            Precondition.NONE);
  }

  /** The state that events lead to. */
  public static RegistryState replay(RegistryState from, List<RegistryEvent> events) {
    RegistryState state = from;
    for (RegistryEvent event : events) {
      state = state.apply(event);
    }
    return state;
  }

  /** Everything that can be told of a state: bytes where objects have no equality. */
  public static String describe(RegistryState state) {
    StringBuilder text = new StringBuilder();
    text.append(state.resource()).append('@').append(state.version());
    text.append(' ').append(state.timeMillis()).append(state.generations());
    text.append(state.lastWrites());
    state
        .objects()
        .forEach(
            (key, object) ->
                text.append('\n')
                    .append(key)
                    .append(new String(object.json(), java.nio.charset.StandardCharsets.UTF_8)));
    return text.toString();
  }
}
