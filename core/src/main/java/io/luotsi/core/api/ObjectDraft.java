package io.luotsi.core.api;

import com.fasterxml.jackson.databind.node.ObjectNode;

/**
 * An object as a client wants it stored, encoded once, but for the version that only the registry
 * knows. Sealing a draft copies its bytes once and reads nothing.
 */
public final class ObjectDraft {
  private final StoredObject unversioned;

  private ObjectDraft(StoredObject unversioned) {
    this.unversioned = unversioned;
  }

  /**
   * Encodes {@code object}; a {@code metadata.resourceVersion} in it is left out.
   *
   * @param object with {@code metadata.name} and {@code metadata.uid}; not changed
   * @throws IllegalArgumentException if it has no metadata or no name (a caller's bug)
   */
  public static ObjectDraft of(ObjectNode object, SelectableFields fields) {
    if (!(object.get("metadata") instanceof ObjectNode metadata)) {
      throw new IllegalArgumentException("an object needs metadata");
    }
    ObjectNode versioned = shallowCopy(object);
    versioned.set("metadata", shallowCopy(metadata).put("resourceVersion", "0"));
    return new ObjectDraft(StoredObject.parse(Json.write(versioned), fields));
  }

  private static ObjectNode shallowCopy(ObjectNode node) {
    ObjectNode copy = node.objectNode();
    copy.setAll(node);
    return copy;
  }

  /** Takes over what {@link #json} gave on another member. */
  public static ObjectDraft parse(byte[] json, SelectableFields fields) {
    return new ObjectDraft(StoredObject.parse(json, fields));
  }

  public ObjectKey key() {
    return unversioned.key();
  }

  public ObjectIndex index() {
    return unversioned.index();
  }

  /** The object at version 0, for carrying the draft to another member. */
  public byte[] json() {
    return unversioned.json();
  }

  /** Length of the encoded object in bytes, but for its version's digits. */
  public int sizeBytes() {
    return unversioned.json().length;
  }

  /** The stored object at {@code version}. */
  public StoredObject seal(long version) {
    return unversioned.at(version);
  }

  @Override
  public String toString() {
    return "draft of " + unversioned.key() + " (" + sizeBytes() + " bytes)";
  }
}
