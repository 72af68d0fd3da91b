package io.luotsi.core.api;

import java.util.List;
import java.util.stream.Collectors;

/**
 * One thing wrong with one field, worded as upstream's {@code field.Error}.
 *
 * @param type why, with upstream's reason word
 * @param field path such as {@code spec.containers[0].name}
 * @param badValue the value as upstream prints it, already quoted if it is a string; empty when the
 *     type prints none (Required, Forbidden, TooLong …), or this error does not
 * @param detail the rest of the message, possibly empty
 */
public record FieldError(Type type, String field, String badValue, String detail) {
  /** Upstream's error types: the reason in a Status cause, and the words in its message. */
  public enum Type {
    NOT_FOUND("FieldValueNotFound", "Not found", true),
    REQUIRED("FieldValueRequired", "Required value", false),
    DUPLICATE("FieldValueDuplicate", "Duplicate value", true),
    INVALID("FieldValueInvalid", "Invalid value", true),
    NOT_SUPPORTED("FieldValueNotSupported", "Unsupported value", true),
    FORBIDDEN("FieldValueForbidden", "Forbidden", false),
    TOO_LONG("FieldValueTooLong", "Too long", false),
    TOO_MANY("FieldValueTooMany", "Too many", true),
    INTERNAL("InternalError", "Internal error", false),
    TYPE_INVALID("FieldValueTypeInvalid", "Invalid value", true);

    private final String reason;
    private final String words;
    private final boolean printsValue;

    Type(String reason, String words, boolean printsValue) {
      this.reason = reason;
      this.words = words;
      this.printsValue = printsValue;
    }

    public String reason() {
      return reason;
    }
  }

  public static FieldError required(String field, String detail) {
    return new FieldError(Type.REQUIRED, field, "", detail);
  }

  public static FieldError forbidden(String field, String detail) {
    return new FieldError(Type.FORBIDDEN, field, "", detail);
  }

  /**
   * @param value printed as upstream does: strings quoted, everything else bare
   */
  public static FieldError invalid(String field, Object value, String detail) {
    return new FieldError(Type.INVALID, field, quoted(value), detail);
  }

  public static FieldError duplicate(String field, Object value) {
    return new FieldError(Type.DUPLICATE, field, quoted(value), "");
  }

  /**
   * @param supported in the order in which they are named
   */
  public static FieldError notSupported(String field, Object value, List<String> supported) {
    return new FieldError(
        Type.NOT_SUPPORTED,
        field,
        quoted(value),
        "supported values: "
            + supported.stream().map(FieldError::quoted).collect(Collectors.joining(", ")));
  }

  public static FieldError tooLong(String field, int mostBytes) {
    return new FieldError(Type.TOO_LONG, field, "", "may not be more than " + mostBytes + " bytes");
  }

  public static FieldError tooMany(String field, int count, long most) {
    return new FieldError(
        Type.TOO_MANY,
        field,
        Integer.toString(count),
        "must have at most " + most + (most == 1 ? " item" : " items"));
  }

  public static FieldError notFound(String field, Object value) {
    return new FieldError(Type.NOT_FOUND, field, quoted(value), "");
  }

  /** What has {@code body} as its {@link #body}; the value is not told from the detail. */
  public static FieldError ofBody(Type type, String field, String body) {
    String rest = body.startsWith(type.words) ? body.substring(type.words.length()) : "";
    String said = rest.startsWith(": ") ? rest.substring(2) : rest;
    return type.printsValue
        ? new FieldError(type, field, said, "")
        : new FieldError(type, field, "", said);
  }

  /** The message without the field, as a Status cause carries it. */
  public String body() {
    String head =
        type.printsValue && !badValue.isEmpty() ? type.words + ": " + badValue : type.words;
    return detail.isEmpty() ? head : head + ": " + detail;
  }

  /** The whole message, as it is joined into a Status message. */
  public String message() {
    return field.isEmpty() ? body() : field + ": " + body();
  }

  private static String quoted(Object value) {
    return value instanceof CharSequence text
        ? "\"" + text.toString().replace("\\", "\\\\").replace("\"", "\\\"") + "\""
        : String.valueOf(value);
  }
}
