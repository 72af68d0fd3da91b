package io.luotsi.core.catalog.columns;

import io.luotsi.core.catalog.TableColumns;
import java.util.List;
import java.util.Locale;

/** How Events are shown, whichever of the two APIs wrote them. */
public final class EventColumns {
  public static final TableColumns TABLE =
      KindTable.of(
          List.of(
              "Last Seen",
              "Type",
              "Reason",
              "Object",
              "Subobject/p1",
              "Source/p1",
              "Message",
              "First Seen/p1",
              "Count/p1",
              "Name/p1"),
          event -> {
            String first =
                event.since(
                    event.at("/firstTimestamp").isTextual() ? "/firstTimestamp" : "/eventTime");
            boolean series = event.at("/series").isObject();
            return List.of(
                lastSeen(event, first, series),
                event.text("/type"),
                event.text("/reason"),
                target(event),
                event.text("/involvedObject/fieldPath"),
                source(event),
                event.text("/message").strip(),
                first,
                series ? event.number("/series/count") : Math.max(1, event.number("/count")),
                event.name());
          });

  private EventColumns() {}

  private static String lastSeen(Row event, String first, boolean series) {
    if (series) {
      return event.since("/series/lastObservedTime");
    }
    return event.at("/lastTimestamp").isTextual() ? event.since("/lastTimestamp") : first;
  }

  private static String target(Row event) {
    String kind = event.text("/involvedObject/kind").toLowerCase(Locale.ROOT);
    String name = event.text("/involvedObject/name");
    return name.isEmpty() ? kind : kind + "/" + name;
  }

  private static String source(Row event) {
    String component = event.textOr("/source/component", event.text("/reportingComponent"));
    String instance = event.textOr("/source/host", event.text("/reportingInstance"));
    return instance.isEmpty() ? component : component + ", " + instance;
  }
}
