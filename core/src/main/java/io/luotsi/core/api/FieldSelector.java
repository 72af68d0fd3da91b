package io.luotsi.core.api;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

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
   * Reads a query string's selector: {@code a.b=c,d!=e}; values escape {@code \\ , =} with a
   * backslash. Whether the fields are selectable is not looked at.
   *
   * @return rejection: BadRequest, in upstream's words
   */
  public static Outcome<FieldSelector> parse(String text) {
    List<Term> terms = new ArrayList<>();
    for (String part : split(text)) {
      if (part.isEmpty()) {
        continue;
      }
      int operator = part.indexOf('=');
      if (operator < 0) {
        return bad("invalid selector: '" + text + "'; can't understand '" + part + "'");
      }
      boolean equal = operator == 0 || part.charAt(operator - 1) != '!';
      String path = part.substring(0, equal ? operator : operator - 1);
      boolean doubled = equal && part.startsWith("==", operator);
      String raw = part.substring(operator + (doubled ? 2 : 1));
      StringBuilder value = new StringBuilder(raw.length());
      for (int i = 0; i < raw.length(); i++) {
        char c = raw.charAt(i);
        if (c == '=' || c == ',') {
          return bad("invalid field selector: unescaped character in value: " + c);
        }
        if (c == '\\') {
          i++;
          if (i == raw.length() || "\\,=".indexOf(raw.charAt(i)) < 0) {
            return bad("invalid field selector: invalid escape sequence: " + raw.substring(i - 1));
          }
          c = raw.charAt(i);
        }
        value.append(c);
      }
      terms.add(new Term(path, equal, value.toString()));
    }
    return Outcome.done(new FieldSelector(terms));
  }

  /** As {@link #parse} reads it; empty if it selects everything. */
  public String describe() {
    return terms.stream().map(FieldSelector::describe).collect(Collectors.joining(","));
  }

  private static String describe(Term term) {
    String escaped = term.value().replace("\\", "\\\\").replace(",", "\\,").replace("=", "\\=");
    return term.path() + (term.equal() ? "=" : "!=") + escaped;
  }

  private static Outcome<FieldSelector> bad(String message) {
    return Outcome.rejected(new Rejection.BadRequest(message));
  }

  /** At the commas that no backslash stands before. */
  private static List<String> split(String text) {
    List<String> parts = new ArrayList<>();
    int start = 0;
    for (int i = 0; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == ',') {
        parts.add(text.substring(start, i));
        start = i + 1;
      }
    }
    parts.add(text.substring(start));
    return parts;
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
