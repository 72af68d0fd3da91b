package io.luotsi.core.api;

import java.util.List;

/** Chooses objects by their selectable fields: all terms must hold. Empty matches everything. */
public record FieldSelector(List<Term> terms) {
  public static final FieldSelector EVERYTHING = new FieldSelector(List.of());

  public FieldSelector {
    terms = List.copyOf(terms);
  }

  /**
   * @param equal whether the field must, or must not, have the value
   */
  public record Term(String path, boolean equal, String value) {}

  /** Objects whose field has the value. */
  public static FieldSelector equal(String path, String value) {
    return new FieldSelector(List.of(new Term(path, true, value)));
  }

  /**
   * @throws IllegalArgumentException if a term names a field that is not selectable; check before
   */
  public boolean matches(StoredObject object) {
    for (Term term : terms) {
      if (object.field(term.path()).equals(term.value()) != term.equal()) {
        return false;
      }
    }
    return true;
  }
}
