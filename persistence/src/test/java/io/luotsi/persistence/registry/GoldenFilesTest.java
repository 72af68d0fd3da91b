package io.luotsi.persistence.registry;

import static io.luotsi.persistence.Drafts.draft;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.persistence.Golden;
import io.luotsi.persistence.format.ByteSink;
import io.luotsi.persistence.format.ByteSource;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Events of format 1 as they were written first, kept for ever. */
class GoldenFilesTest {
  private static final long TIME = 1_767_225_600_000L;
  private static final ObjectKey KEY = ObjectKey.of("default", "web");
  private static final String UID = "0b5a3c1e-8f1f-4f0e-9d6a-6a7b1c2d3e4f";

  private static Map<String, RegistryEvent> events() {
    Map<String, RegistryEvent> events = new LinkedHashMap<>();
    events.put("event-1-created", new RegistryEvent.Created(1, TIME));
    events.put(
        "event-1-stored",
        new RegistryEvent.Stored(draft("default", "web", UID, "grün").seal(42), 7, TIME));
    events.put("event-1-removed", new RegistryEvent.Removed(KEY, UID, 43, TIME));
    events.put("event-1-expired", new RegistryEvent.Expired(KEY, UID, 44, TIME));
    return events;
  }

  @Test
  void everyKindIsWrittenAsItAlwaysWas() throws Exception {
    for (Map.Entry<String, RegistryEvent> entry : events().entrySet()) {
      ByteSink sink = new ByteSink(16);
      EventFormat.write(entry.getValue(), sink);
      assertThat(sink.toByteArray()).as(entry.getKey()).isEqualTo(Golden.read(entry.getKey()));
    }
  }

  @Test
  void everyKindIsReadAsItAlwaysWas() throws Exception {
    for (Map.Entry<String, RegistryEvent> entry : events().entrySet()) {
      RegistryEvent expected = entry.getValue();
      RegistryEvent read =
          EventFormat.read(
              ByteSource.of(Golden.read(entry.getKey())),
              expected.version(),
              SelectableFields.NONE);
      if (read instanceof RegistryEvent.Stored(var object, var generation, var time)
          && expected instanceof RegistryEvent.Stored stored) {
        assertThat(object.json()).isEqualTo(stored.object().json());
        assertThat(object.key()).isEqualTo(KEY);
        assertThat(generation).isEqualTo(7);
        assertThat(time).isEqualTo(TIME);
      } else {
        assertThat(read).isEqualTo(expected);
      }
    }
  }
}
