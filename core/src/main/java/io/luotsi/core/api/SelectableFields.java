package io.luotsi.core.api;

import java.util.ArrayList;
import java.util.List;

/**
 * The fields of a resource, besides {@code metadata.name} and {@code metadata.namespace}, that a
 * field selector may name. Kept in the index of every {@link StoredObject}.
 */
public final class SelectableFields {
  /** No more than the two metadata fields that every resource has. */
  public static final SelectableFields NONE = new SelectableFields(List.of());

  /**
   * @param path what selectors call it, dotted: {@code spec.nodeName}
   * @param from where objects have it, objects and scalars only; mostly the same as {@code path}
   * @param absent what an object without the field is taken to have: {@code ""}, or the zero of the
   *     field's type as upstream prints it ({@code "0"}, {@code "false"})
   */
  public record Field(String path, String from, String absent) {
    public Field(String path, String absent) {
      this(path, path, absent);
    }

    public Field(String path) {
      this(path, path, "");
    }
  }

  private final List<Field> fields;

  private SelectableFields(List<Field> fields) {
    this.fields = fields;
  }

  public static SelectableFields of(List<Field> fields) {
    return fields.isEmpty() ? NONE : new SelectableFields(List.copyOf(fields));
  }

  public static SelectableFields of(String... paths) {
    return of(List.of(paths).stream().map(Field::new).toList());
  }

  /** In index order. */
  public List<Field> fields() {
    return fields;
  }

  public boolean contains(String path) {
    return path.equals("metadata.name") || path.equals("metadata.namespace") || indexOf(path) >= 0;
  }

  /** Position of a field in the index, -1 if it is not selectable. */
  int indexOf(String path) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).path().equals(path)) {
        return i;
      }
    }
    return -1;
  }

  /** Position in the index of the field that objects have at {@code path}, -1 for none. */
  int indexFrom(String path) {
    for (int i = 0; i < fields.size(); i++) {
      if (fields.get(i).from().equals(path)) {
        return i;
      }
    }
    return -1;
  }

  /** Whether a selectable field lies below the object at {@code path}. */
  boolean anyBelow(String path) {
    for (Field field : fields) {
      if (field.from().length() > path.length()
          && field.from().startsWith(path)
          && field.from().charAt(path.length()) == '.') {
        return true;
      }
    }
    return false;
  }

  List<String> absentValues() {
    List<String> values = new ArrayList<>(fields.size());
    fields.forEach(field -> values.add(field.absent()));
    return values;
  }
}
