package io.luotsi.http.routes;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/** The parameters of a URL, read as Go's handlers read them: the first of a name counts. */
public final class Query {
  static final Query EMPTY = new Query(List.of());

  private record Parameter(String name, String value) {}

  private final List<Parameter> parameters;

  private Query(List<Parameter> parameters) {
    this.parameters = parameters;
  }

  /** Leaves out what is not properly encoded, as upstream does. */
  static Query parse(String raw) {
    if (raw.isEmpty()) {
      return EMPTY;
    }
    List<Parameter> parameters = new ArrayList<>();
    for (String pair : raw.split("&")) {
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      if (!pair.isEmpty()) {
        try {
          parameters.add(new Parameter(decode(name), decode(value)));
        } catch (IllegalArgumentException e) {
          continue;
        }
      }
    }
    return new Query(parameters);
  }

  private static String decode(String text) {
    return text.indexOf('%') < 0 && text.indexOf('+') < 0
        ? text
        : URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  public boolean has(String name) {
    return find(name).isPresent();
  }

  /** Empty if it is absent, too. */
  public String text(String name) {
    return find(name).orElse("");
  }

  public Optional<String> find(String name) {
    for (Parameter parameter : parameters) {
      if (parameter.name().equals(name)) {
        return Optional.of(parameter.value());
      }
    }
    return Optional.empty();
  }

  /** All values of a name that may be repeated, in order. */
  public List<String> all(String name) {
    return parameters.stream().filter(p -> p.name().equals(name)).map(Parameter::value).toList();
  }

  /** Anything but {@code false} and {@code 0} is true, the empty value as well; absent is false. */
  public boolean flag(String name) {
    return find(name).map(Query::isTrue).orElse(false);
  }

  public Optional<Boolean> optionalFlag(String name) {
    return find(name).map(Query::isTrue);
  }

  private static boolean isTrue(String value) {
    return !value.equals("0") && !value.toLowerCase(Locale.ROOT).equals("false");
  }

  /**
   * @return BadRequest, in the words of Go's number parser, if it is no 64-bit integer
   */
  public Outcome<OptionalLong> integer(String name) {
    Optional<String> value = find(name).filter(text -> !text.isEmpty());
    if (value.isEmpty()) {
      return Outcome.done(OptionalLong.empty());
    }
    try {
      return Outcome.done(OptionalLong.of(Long.parseLong(value.get())));
    } catch (NumberFormatException e) {
      String why = value.get().matches("[-+]?[0-9]+") ? "value out of range" : "invalid syntax";
      return Outcome.rejected(
          new Rejection.BadRequest("strconv.ParseInt: parsing " + quote(value.get()) + ": " + why));
    }
  }

  /** As Go's {@code %q}. */
  static String quote(String text) {
    return "\"" + text.replace("\\", "\\\\").replace("\"", "\\\"") + "\"";
  }
}
