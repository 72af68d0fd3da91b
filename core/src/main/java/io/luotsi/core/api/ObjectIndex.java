package io.luotsi.core.api;

import java.util.List;
import java.util.Map;

/**
 * What is known of an object without reading its JSON.
 *
 * @param uid {@code metadata.uid}
 * @param labels in the object's order
 * @param deleting whether {@code metadata.deletionTimestamp} is set
 * @param selectable the resource's selectable fields
 * @param values of {@code selectable}, same order
 */
public record ObjectIndex(
    ObjectKey key,
    String uid,
    Map<String, String> labels,
    List<OwnerReference> owners,
    boolean deleting,
    SelectableFields selectable,
    List<String> values) {
  /** Of what is no object of any resource. */
  static final ObjectIndex NOWHERE = named("nowhere");

  public ObjectIndex {
    owners = List.copyOf(owners);
    values = List.copyOf(values);
    if (values.size() != selectable.fields().size()) {
      throw new IllegalArgumentException("one value for each selectable field");
    }
  }

  /** Of what is stored nowhere, and has but a name. */
  static ObjectIndex named(String name) {
    return new ObjectIndex(
        ObjectKey.of(name), "", Map.of(), List.of(), false, SelectableFields.NONE, List.of());
  }

  /** See {@link StoredObject#field}. */
  public String field(String path) {
    if (path.equals("metadata.name")) {
      return key.name();
    }
    if (path.equals("metadata.namespace")) {
      return key.namespace();
    }
    int position = selectable.indexOf(path);
    if (position < 0) {
      throw new IllegalArgumentException("not a selectable field: " + path);
    }
    return values.get(position);
  }
}
