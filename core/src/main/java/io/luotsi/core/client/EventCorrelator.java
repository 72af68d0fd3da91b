package io.luotsi.core.client;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;

/**
 * Decides what becomes of an event: a new Event object, one more on the count of a known one, or
 * nothing. Not for several threads.
 *
 * <p>As client-go's correlator: events that differ only in their message are put together after
 * {@link #SIMILAR_LIMIT} within {@link #SIMILAR_INTERVAL}; the same event again counts up; and one
 * source may write {@link #BURST} events about one object and then one every {@link #REFILL}. Each
 * memory holds the {@link #REMEMBERED} last used entries.
 */
final class EventCorrelator {
  static final int REMEMBERED = 4096;
  static final int SIMILAR_LIMIT = 10;
  static final Duration SIMILAR_INTERVAL = Duration.ofMinutes(10);
  static final int BURST = 25;
  static final Duration REFILL = Duration.ofSeconds(300);
  private static final String COMBINED = "(combined from similar events): ";

  /** What a component has to say. */
  record Occurrence(
      EventSubject subject, String type, String reason, String message, Instant time) {}

  sealed interface Decision {
    /** Write a new Event; also what to do when the one to be patched is gone. */
    record Create(String namespace, ObjectNode event) implements Decision {}

    /**
     * @param otherwise if the Event has expired meanwhile
     */
    record Count(ObjectKey event, ObjectNode patch, Create otherwise) implements Decision {}

    /** Too many: dropped. */
    record Skip() implements Decision {}
  }

  private record Same(EventSubject subject, String type, String reason, String message) {
    static Same of(Occurrence event, String message) {
      EventSubject about = event.subject();
      EventSubject lasting =
          new EventSubject(about.kind(), about.key(), about.uid(), "", about.fieldPath());
      return new Same(lasting, event.type(), event.reason(), message);
    }
  }

  private record Seen(String name, int count, Instant first) {}

  private record Similar(Set<String> messages, Instant last) {}

  private record Bucket(double tokens, Instant filled) {}

  private final String component;
  private final String host;
  private final Map<Same, Seen> seen = new Recent<>();
  private final Map<Same, Similar> similar = new Recent<>();
  private final Map<EventSubject, Bucket> buckets = new Recent<>();
  private long lastStamp;

  /**
   * @param host where the component runs; may be empty
   */
  EventCorrelator(String component, String host) {
    this.component = component;
    this.host = host;
  }

  Decision decide(Occurrence event) {
    boolean combined = isOneOfManySimilar(event);
    String message = combined ? COMBINED + event.message() : event.message();
    // Combined events are one, whatever they say.
    Same same = Same.of(event, combined ? COMBINED : message);
    Seen known = seen.get(same);
    Seen now =
        known == null
            ? new Seen(nameFor(event), 1, event.time())
            : new Seen(known.name(), known.count() + 1, known.first());
    seen.put(same, now);
    if (!takeToken(event)) {
      return new Decision.Skip();
    }
    var create = new Decision.Create(event.subject().namespace(), render(event, message, now));
    if (known == null) {
      return create;
    }
    ObjectNode patch = Json.object();
    patch.put("count", now.count());
    patch.put("lastTimestamp", seconds(event.time()));
    patch.put("message", message);
    return new Decision.Count(ObjectKey.of(event.subject().namespace(), now.name()), patch, create);
  }

  private boolean isOneOfManySimilar(Occurrence event) {
    Same group = Same.of(event, "");
    Similar known = similar.get(group);
    boolean fresh =
        known == null
            || Duration.between(known.last(), event.time()).compareTo(SIMILAR_INTERVAL) > 0;
    Set<String> messages = fresh ? new LinkedHashSet<>() : known.messages();
    messages.add(event.message());
    boolean many = messages.size() >= SIMILAR_LIMIT;
    if (many) {
      // Enough to know that there are many.
      messages.remove(messages.iterator().next());
    }
    similar.put(group, new Similar(messages, event.time()));
    return many;
  }

  private boolean takeToken(Occurrence event) {
    EventSubject about = event.subject();
    EventSubject source = new EventSubject(about.kind(), about.key(), about.uid(), "", "");
    Bucket bucket = buckets.getOrDefault(source, new Bucket(BURST, event.time()));
    double refilled =
        Math.max(0, Duration.between(bucket.filled(), event.time()).toMillis())
            / (double) REFILL.toMillis();
    double tokens = Math.min(BURST, bucket.tokens() + refilled);
    boolean granted = tokens >= 1;
    buckets.put(source, new Bucket(granted ? tokens - 1 : tokens, event.time()));
    return granted;
  }

  /** Upstream's form, object name and time in hexadecimal; made unique within this recorder. */
  private String nameFor(Occurrence event) {
    Instant time = event.time();
    long stamp = time.getEpochSecond() * 1_000_000_000L + time.getNano();
    lastStamp = Math.max(stamp, lastStamp + 1);
    return event.subject().key().name() + "." + Long.toHexString(lastStamp);
  }

  private ObjectNode render(Occurrence event, String message, Seen seen) {
    EventSubject about = event.subject();
    ObjectNode json = Json.object();
    json.put("apiVersion", "v1");
    json.put("kind", "Event");
    json.putObject("metadata").put("name", seen.name()).put("namespace", about.namespace());
    ObjectNode involved = json.putObject("involvedObject");
    involved.put("kind", about.kind().kind());
    putUnlessEmpty(involved, "namespace", about.key().namespace());
    involved.put("name", about.key().name());
    putUnlessEmpty(involved, "uid", about.uid());
    involved.put("apiVersion", about.kind().apiVersion());
    putUnlessEmpty(involved, "resourceVersion", about.resourceVersion());
    putUnlessEmpty(involved, "fieldPath", about.fieldPath());
    json.put("reason", event.reason());
    json.put("message", message);
    putUnlessEmpty(json.putObject("source").put("component", component), "host", host);
    json.put("firstTimestamp", seconds(seen.first()));
    json.put("lastTimestamp", seconds(event.time()));
    json.put("count", seen.count());
    json.put("type", event.type());
    json.put("reportingComponent", component);
    json.put("reportingInstance", host);
    return json;
  }

  private static void putUnlessEmpty(ObjectNode json, String field, String value) {
    if (!value.isEmpty()) {
      json.put(field, value);
    }
  }

  private static String seconds(Instant time) {
    return Instant.ofEpochSecond(time.getEpochSecond()).toString();
  }

  /** Forgets what was not used for longest. */
  private static final class Recent<K, V> extends LinkedHashMap<K, V> {
    Recent() {
      super(16, 0.75f, true);
    }

    @Override
    protected boolean removeEldestEntry(Map.Entry<K, V> eldest) {
      return size() > REMEMBERED;
    }
  }
}
