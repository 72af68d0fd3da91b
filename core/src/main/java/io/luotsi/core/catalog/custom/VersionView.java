package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.CustomDecoding;
import io.luotsi.core.catalog.StructuralSchema;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;

/**
 * How one version of a custom kind shows what is stored: under its own name, without what its
 * schema does not know, with its defaults, and with the fields that it lets be selected. Objects
 * that are stored just so are given as they are; others are made once, and remembered as long as
 * they are stored.
 */
public final class VersionView {
  private final String apiVersion;
  private final StructuralSchema schema;
  private final SelectableFields selectable;
  private final boolean storedAsShown;

  /** What an object is shown as; empty for as itself. Keys are compared by identity. */
  private final Map<StoredObject, Optional<StoredObject>> shown =
      Collections.synchronizedMap(new WeakHashMap<>());

  /**
   * @param storedAsShown whether nothing was ever stored that this version would show otherwise
   */
  VersionView(
      String apiVersion,
      StructuralSchema schema,
      SelectableFields selectable,
      boolean storedAsShown) {
    this.apiVersion = apiVersion;
    this.schema = schema;
    this.selectable = selectable;
    this.storedAsShown = storedAsShown;
  }

  /** Whether all objects are given as they are. */
  public boolean isPlain() {
    return storedAsShown && selectable.fields().isEmpty();
  }

  /** An object as this version shows it, at the same {@code resourceVersion}. */
  public StoredObject of(StoredObject stored) {
    if (isPlain()) {
      return stored;
    }
    Optional<StoredObject> known = shown.get(stored);
    if (known == null) {
      known = make(stored);
      shown.put(stored, known);
    }
    return known.orElse(stored);
  }

  private Optional<StoredObject> make(StoredObject stored) {
    ObjectNode object = Json.readObject(stored.json());
    ObjectNode before = object.deepCopy();
    show(object);
    if (!object.equals(before)) {
      return Optional.of(ObjectDraft.of(object, selectable).seal(stored.resourceVersion()));
    }
    // Stores do not index what a definition lets be selected: it may say so at any time.
    return stored.index().selectable().fields().equals(selectable.fields())
        ? Optional.empty()
        : Optional.of(StoredObject.parse(stored.json(), selectable));
  }

  /**
   * @param object as stored; changed in place
   */
  public void show(ObjectNode object) {
    object.put("apiVersion", apiVersion);
    CustomDecoding.pruneStored(object, schema);
    CustomDecoding.fill(object, schema);
  }
}
