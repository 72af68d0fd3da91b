package io.luotsi.core.catalog;

/**
 * That objects of a served version are kept as those of another.
 *
 * @param type the version that is stored, which is served, too
 */
public record StoredAs(ResourceType type, Conversion conversion) {
  public StoredAs {
    if (!type.isStored()) {
      throw new IllegalArgumentException(type.kind() + " is itself stored as something else");
    }
  }
}
