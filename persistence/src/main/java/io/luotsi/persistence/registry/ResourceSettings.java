package io.luotsi.persistence.registry;

import io.luotsi.core.api.SelectableFields;
import java.time.Duration;
import java.util.Optional;

/**
 * What the store must be told of a resource.
 *
 * @param selectable fields that are kept in every object's index
 * @param timeToLive after which an object that nobody writes is removed; empty for ever
 * @param schemaGeneration of the schema that new objects are checked against; may only rise
 */
public record ResourceSettings(
    SelectableFields selectable, Optional<Duration> timeToLive, int schemaGeneration) {
  public static final ResourceSettings DEFAULT =
      new ResourceSettings(SelectableFields.NONE, Optional.empty(), 0);

  public ResourceSettings(SelectableFields selectable, Optional<Duration> timeToLive) {
    this(selectable, timeToLive, 0);
  }
}
