package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * Defaults of one kind that depend on other fields, so that no constant in a schema can say them.
 * Applied after the schema's; see {@link Defaulting}. Pure and idempotent.
 */
@FunctionalInterface
public interface KindDefaults {
  /** Constants do it all. */
  KindDefaults NONE = object -> {};

  /**
   * Fills in what is absent.
   *
   * @param object of a decoded object of the kind; changed in place
   */
  void fill(ObjectNode object);
}
