package io.luotsi.schemas;

/** What a field, an item or a map's value is. */
public sealed interface ValueType {
  /**
   * @param type {@code string}, {@code integer}, {@code number} or {@code boolean}
   * @param format as OpenAPI names it, possibly empty: {@code int32}, {@code byte}, {@code
   *     date-time}, {@code int-or-string} …
   */
  record Scalar(String type, String format) implements ValueType {}

  /**
   * @param definition upstream's full name
   */
  record Reference(String definition) implements ValueType {}

  record ListOf(ValueType items) implements ValueType {}

  /** An object with names of the client's choice. */
  record MapOf(ValueType values) implements ValueType {}

  /** An object whose fields nobody looks at. */
  record FreeForm() implements ValueType {}

  /** Any JSON value. */
  record Any() implements ValueType {}

  /** An object with the properties that its definition lists; only the type of a definition. */
  record Struct() implements ValueType {}
}
