package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What many kinds check of a field; each adds what is wrong to the list it is given. */
final class Checks {
  static final String IMMUTABLE = "field is immutable";
  static final String NOT_NEGATIVE = "must be greater than or equal to 0";
  private static final String PORT_RANGE = "must be between 1 and 65535, inclusive";
  private static final int LAST_PORT = 65535;
  private static final Pattern HTTP_PATH = Pattern.compile("[A-Za-z0-9/\\-._~%!$&'()*+,;=:]+");

  private Checks() {}

  static String text(JsonNode node, String field) {
    return node.path(field).asText("");
  }

  /** A name that must be there and have a form. */
  static void name(
      List<FieldError> errors, String path, String value, Function<String, List<String>> form) {
    if (value.isEmpty()) {
      errors.add(FieldError.required(path, ""));
    } else {
      form(errors, path, value, form);
    }
  }

  static void form(
      List<FieldError> errors, String path, String value, Function<String, List<String>> form) {
    for (String wrong : form.apply(value)) {
      errors.add(FieldError.invalid(path, value, wrong));
    }
  }

  static void required(List<FieldError> errors, String path, JsonNode node, String field) {
    if (text(node, field).isEmpty()) {
      errors.add(FieldError.required(path + "." + field, ""));
    }
  }

  /** A number that may be absent. */
  static void notNegative(List<FieldError> errors, String path, JsonNode node, String field) {
    JsonNode value = node.path(field);
    if (value.isNumber() && value.asLong() < 0) {
      errors.add(FieldError.invalid(path + "." + field, value, NOT_NEGATIVE));
    }
  }

  static void atMost(List<FieldError> errors, String path, JsonNode list, int most) {
    if (list.size() > most) {
      errors.add(FieldError.tooMany(path, list.size(), most));
    }
  }

  /**
   * @param value required unless {@code optional}; empty counts as absent
   */
  static void oneOf(
      List<FieldError> errors,
      String path,
      String value,
      boolean optional,
      List<String> supported) {
    if (value.isEmpty()) {
      if (!optional) {
        errors.add(FieldError.required(path, ""));
      }
    } else if (!supported.contains(value)) {
      errors.add(FieldError.notSupported(path, value, supported));
    }
  }

  static void portNumber(List<FieldError> errors, String path, JsonNode port) {
    if (port.asLong() < 1 || port.asLong() > LAST_PORT) {
      errors.add(FieldError.invalid(path, port, PORT_RANGE));
    }
  }

  /** A number, or the name of a container's port. */
  static void portNumberOrName(List<FieldError> errors, String path, JsonNode port) {
    if (port.isTextual()) {
      form(errors, path, port.textValue(), Names::portName);
    } else {
      portNumber(errors, path, port);
    }
  }

  /** {@code acme.io/foo}: a domain, and a path below it; must be there. */
  static void domainPrefixedPath(List<FieldError> errors, String path, String value) {
    if (value.isEmpty()) {
      errors.add(FieldError.required(path, ""));
      return;
    }
    int slash = value.indexOf('/');
    if (slash <= 0 || slash == value.length() - 1) {
      errors.add(
          FieldError.invalid(
              path, value, "must be a domain-prefixed path (such as \"acme.io/foo\")"));
      return;
    }
    String domain = value.substring(0, slash);
    form(errors, path, domain, Names::dnsSubdomain);
    String rest = value.substring(slash + 1);
    if (!HTTP_PATH.matcher(rest).matches()) {
      errors.add(
          FieldError.invalid(
              path, rest, "Invalid path (regex used for validation is '" + HTTP_PATH + "')"));
    }
  }

  /** What can be one segment of a URL's path. */
  static List<String> pathSegment(String value) {
    if (value.equals(".") || value.equals("..")) {
      return List.of("may not be '" + value + "'");
    }
    return Stream.of("/", "%")
        .filter(value::contains)
        .map(part -> "may not contain '" + part + "'")
        .toList();
  }

  /** The items' texts. */
  static List<String> texts(JsonNode array) {
    List<String> texts = new ArrayList<>(array.size());
    array.forEach(item -> texts.add(item.asText()));
    return texts;
  }

  /** What was said once must stay. */
  static void immutable(List<FieldError> errors, String path, JsonNode now, JsonNode before) {
    if (!now.equals(before)) {
      errors.add(
          FieldError.invalid(path, now.isMissingNode() ? NullNode.instance : now, IMMUTABLE));
    }
  }

  static void labels(List<FieldError> errors, String path, JsonNode labels) {
    labels
        .properties()
        .forEach(
            label -> {
              form(errors, path, label.getKey(), Names::qualifiedName);
              form(errors, path, label.getValue().asText(), Names::labelValue);
            });
  }

  /** The operator of a requirement of labels, and whether it goes with values or without. */
  static void operator(List<FieldError> errors, String path, String operator, boolean hasValues) {
    switch (operator) {
      case "In", "NotIn" -> {
        if (!hasValues) {
          errors.add(
              FieldError.required(
                  path + ".values", "must be specified when `operator` is 'In' or 'NotIn'"));
        }
      }
      case "Exists", "DoesNotExist" -> {
        if (hasValues) {
          errors.add(
              FieldError.forbidden(
                  path + ".values",
                  "may not be specified when `operator` is 'Exists' or 'DoesNotExist'"));
        }
      }
      default ->
          errors.add(
              FieldError.invalid(path + ".operator", operator, "not a valid selector operator"));
    }
  }

  /** A LabelSelector object. */
  static void labelSelector(List<FieldError> errors, String path, JsonNode selector) {
    labels(errors, path + ".matchLabels", selector.path("matchLabels"));
    int i = 0;
    for (JsonNode expression : selector.path("matchExpressions")) {
      String here = path + ".matchExpressions[" + i++ + "]";
      operator(errors, here, text(expression, "operator"), !expression.path("values").isEmpty());
      form(errors, here + ".key", text(expression, "key"), Names::qualifiedName);
      int j = 0;
      for (JsonNode value : expression.path("values")) {
        form(errors, here + ".values[" + j++ + "]", value.asText(), Names::labelValue);
      }
    }
  }
}
