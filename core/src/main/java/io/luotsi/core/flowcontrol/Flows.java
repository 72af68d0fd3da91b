package io.luotsi.core.flowcontrol;

import io.luotsi.core.apiserver.Authorizer.Attributes;
import io.luotsi.core.apiserver.UserInfo;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All FlowSchemas and priority levels at one time. Those that upstream calls mandatory are obeyed
 * even while they are not stored, so every request has a schema. Immutable.
 */
public final class Flows {
  /** As a cluster begins, and whatever is removed from it. */
  public static final Flows MANDATORY = of(List.of(), List.of());

  /**
   * Where a request belongs.
   *
   * @param flow tells it from other flows of its schema
   */
  public record Place(FlowSchema schema, PriorityLevel level, String flow) {}

  private final List<FlowSchema> schemas;
  private final Map<String, PriorityLevel> levels;
  private final long shares;

  private Flows(List<FlowSchema> schemas, Map<String, PriorityLevel> levels) {
    this.schemas = schemas;
    this.levels = levels;
    this.shares = levels.values().stream().mapToLong(PriorityLevel::shares).sum();
  }

  /**
   * @param schemas one whose level is not among {@code levels} is left out, as upstream does
   */
  public static Flows of(Collection<FlowSchema> schemas, Collection<PriorityLevel> levels) {
    Map<String, PriorityLevel> byName = new LinkedHashMap<>();
    DefaultFlows.MANDATORY_LEVELS.forEach(
        (name, level) -> byName.put(name, PriorityLevel.read(level, name, "")));
    levels.forEach(level -> byName.put(level.name(), level));
    Map<String, FlowSchema> all = new LinkedHashMap<>();
    DefaultFlows.MANDATORY_SCHEMAS.forEach(
        (name, schema) -> all.put(name, FlowSchema.read(schema, name, "")));
    schemas.forEach(schema -> all.put(schema.name(), schema));
    List<FlowSchema> inOrder = new ArrayList<>(all.values());
    inOrder.removeIf(schema -> !byName.containsKey(schema.level()));
    inOrder.sort(Comparator.comparingInt(FlowSchema::precedence).thenComparing(FlowSchema::name));
    return new Flows(List.copyOf(inOrder), byName);
  }

  /** In the order in which they are asked. */
  public List<FlowSchema> schemas() {
    return schemas;
  }

  /**
   * @throws IllegalArgumentException if there is none of that name
   */
  public PriorityLevel level(String name) {
    PriorityLevel level = levels.get(name);
    if (level == null) {
      throw new IllegalArgumentException("no priority level " + name);
    }
    return level;
  }

  public Collection<PriorityLevel> levels() {
    return List.copyOf(levels.values());
  }

  /** The first schema in order that says of the request that it is its own. */
  public Place place(UserInfo user, Attributes asked) {
    for (int i = 0; i < schemas.size(); i++) {
      FlowSchema schema = schemas.get(i);
      if (schema.matches(user, asked)) {
        return new Place(schema, level(schema.level()), schema.flowOf(user, asked));
      }
    }
    // Somebody in neither of the groups that an authenticator gives to everybody.
    FlowSchema last = schemas.getLast();
    return new Place(last, level(last.level()), last.flowOf(user, asked));
  }

  /**
   * A level's part of the server's seats, rounded up, and what lending may make of it.
   *
   * @param seats of the server
   */
  public SeatLimits limits(PriorityLevel level, int seats) {
    int nominal = shares == 0 ? 0 : (int) (((long) seats * level.shares() + shares - 1) / shares);
    return SeatLimits.of(nominal, level.lending(), seats);
  }
}
