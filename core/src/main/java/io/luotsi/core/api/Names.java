package io.luotsi.core.api;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The forms that names take. Each rule returns what is wrong in upstream's words, nothing if all is
 * well; rules are called for every write and therefore scan characters instead of matching
 * patterns.
 *
 * @see "Source: apimachinery pkg/util/validation"
 */
public final class Names {
  public static final int MAX_LABEL = 63;
  public static final int MAX_SUBDOMAIN = 253;
  private static final int MAX_PORT_NAME = 15;

  private static final String LABEL_PATTERN = "[a-z0-9]([-a-z0-9]*[a-z0-9])?";
  private static final String DNS_LABEL =
      "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and"
          + " must start and end with an alphanumeric character"
          + example(LABEL_PATTERN, "my-name", "123-abc");
  private static final String DNS_SUBDOMAIN =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or"
          + " '.', and must start and end with an alphanumeric character"
          + example(LABEL_PATTERN + "(\\." + LABEL_PATTERN + ")*", "example.com");
  private static final String UNDERSCORED_LABEL = "_?[a-z0-9]([-_a-z0-9]*[a-z0-9])?";
  private static final Pattern UNDERSCORED =
      Pattern.compile(UNDERSCORED_LABEL + "(\\." + UNDERSCORED_LABEL + ")*");
  private static final String DNS_UNDERSCORED =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '_', '-'"
          + " or '.', and must start and end with an alphanumeric character"
          + example(UNDERSCORED.pattern(), "example.com");
  private static final String DNS_1035 =
      "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an"
          + " alphabetic character, and end with an alphanumeric character"
          + example("[a-z]([-a-z0-9]*[a-z0-9])?", "my-name", "abc-123");
  private static final String QUALIFIED =
      "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an"
          + " alphanumeric character"
          + example("([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]", "MyName", "my.name", "123-abc");
  private static final String LABEL_VALUE =
      "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or"
          + " '.', and must start and end with an alphanumeric character"
          + example("(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?", "MyValue", "my_value", "12345");
  private static final String CONFIG_KEY =
      "a valid config key must consist of alphanumeric characters, '-', '_' or '.'"
          + example("[-._a-zA-Z0-9]+", "key.name", "KEY_NAME", "key-name");

  private Names() {}

  /** The name of a Namespace, a container, a volume. */
  public static List<String> dnsLabel(String value) {
    List<String> errors = tooLong(value, MAX_LABEL);
    if (isDnsLabel(value, 0, value.length())) {
      return errors;
    }
    return with(errors, isSubdomain(value) ? "must not contain dots" : DNS_LABEL);
  }

  /** The name of most objects. */
  public static List<String> dnsSubdomain(String value) {
    List<String> errors = tooLong(value, MAX_SUBDOMAIN);
    return isSubdomain(value) ? errors : with(errors, DNS_SUBDOMAIN);
  }

  private static boolean isSubdomain(String value) {
    int start = 0;
    for (int dot = value.indexOf('.'); dot >= 0; dot = value.indexOf('.', start)) {
      if (!isDnsLabel(value, start, dot)) {
        return false;
      }
      start = dot + 1;
    }
    return isDnsLabel(value, start, value.length());
  }

  /** A domain that a resolver searches: as of most objects, with underscores. */
  public static List<String> dnsSubdomainWithUnderscore(String value) {
    List<String> errors = tooLong(value, MAX_SUBDOMAIN);
    return UNDERSCORED.matcher(value).matches() ? errors : with(errors, DNS_UNDERSCORED);
  }

  /** The name of a Service of old. */
  public static List<String> dns1035Label(String value) {
    List<String> errors = tooLong(value, MAX_LABEL);
    boolean valid =
        isDnsLabel(value, 0, value.length()) && value.charAt(0) >= 'a' && value.charAt(0) <= 'z';
    return valid ? errors : with(errors, DNS_1035);
  }

  /** The key of a label or an annotation: {@code app}, {@code example.com/app}. */
  public static List<String> qualifiedName(String value) {
    List<String> errors = List.of();
    int slash = value.indexOf('/');
    if (slash != value.lastIndexOf('/')) {
      return List.of(
          "a qualified name "
              + QUALIFIED
              + " with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')");
    }
    if (slash == 0) {
      errors = with(errors, "prefix part must be non-empty");
    } else if (slash > 0) {
      for (String error : dnsSubdomain(value.substring(0, slash))) {
        errors = with(errors, "prefix part " + error);
      }
    }
    String name = value.substring(slash + 1);
    if (name.isEmpty()) {
      errors = with(errors, "name part must be non-empty");
    } else if (name.length() > MAX_LABEL) {
      errors = with(errors, "name part must be no more than " + MAX_LABEL + " bytes");
    }
    return isQualified(name) ? errors : with(errors, "name part " + QUALIFIED);
  }

  public static List<String> labelValue(String value) {
    List<String> errors = tooLong(value, MAX_LABEL);
    return value.isEmpty() || isQualified(value) ? errors : with(errors, LABEL_VALUE);
  }

  /** The name of a container's or a Service's port. */
  public static List<String> portName(String value) {
    List<String> errors = new ArrayList<>(tooLong(value, MAX_PORT_NAME));
    if (value.isEmpty() || !value.chars().allMatch(c -> isLowerAlphanumeric(c) || c == '-')) {
      errors.add("must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)");
    }
    if (value.chars().noneMatch(c -> c >= 'a' && c <= 'z')) {
      errors.add("must contain at least one letter (a-z)");
    }
    if (value.contains("--")) {
      errors.add("must not contain consecutive hyphens");
    }
    if (value.startsWith("-") || value.endsWith("-")) {
      errors.add("must not begin or end with a hyphen");
    }
    return errors;
  }

  public static List<String> environmentVariable(String value) {
    if (value.isEmpty()) {
      return List.of("environment variable name must be non-empty");
    }
    return value.chars().allMatch(c -> c >= 0x20 && c < 0x7f && c != '=')
        ? List.of()
        : List.of(
            "a valid environment variable name must consist only of printable ASCII characters"
                + " other than '='");
  }

  /** A key of a ConfigMap or Secret, which may become a file's name. */
  public static List<String> configKey(String value) {
    List<String> errors = new ArrayList<>(tooLong(value, MAX_SUBDOMAIN));
    if (value.isEmpty()
        || !value.chars().allMatch(c -> isAlphanumeric(c) || c == '-' || c == '_' || c == '.')) {
      errors.add(CONFIG_KEY);
    }
    if (value.equals(".")) {
      errors.add("must not be '.'");
    } else if (value.equals("..")) {
      errors.add("must not be '..'");
    } else if (value.startsWith("..")) {
      errors.add("must not start with '..'");
    }
    return errors;
  }

  private static List<String> tooLong(String value, int most) {
    return value.length() <= most ? List.of() : List.of("must be no more than " + most + " bytes");
  }

  private static List<String> with(List<String> errors, String error) {
    List<String> more = new ArrayList<>(errors);
    more.add(error);
    return more;
  }

  private static boolean isDnsLabel(String value, int start, int end) {
    if (start >= end || value.charAt(start) == '-' || value.charAt(end - 1) == '-') {
      return false;
    }
    for (int i = start; i < end; i++) {
      char c = value.charAt(i);
      if (!isLowerAlphanumeric(c) && c != '-') {
        return false;
      }
    }
    return true;
  }

  private static boolean isQualified(String value) {
    if (value.isEmpty()
        || !isAlphanumeric(value.charAt(0))
        || !isAlphanumeric(value.charAt(value.length() - 1))) {
      return false;
    }
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!isAlphanumeric(c) && c != '-' && c != '_' && c != '.') {
        return false;
      }
    }
    return true;
  }

  private static boolean isLowerAlphanumeric(int c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
  }

  private static boolean isAlphanumeric(int c) {
    return isLowerAlphanumeric(c) || (c >= 'A' && c <= 'Z');
  }

  /** The two blanks before "or" are upstream's. */
  private static String example(String pattern, String... examples) {
    StringBuilder text = new StringBuilder(" (e.g. ");
    for (int i = 0; i < examples.length; i++) {
      text.append(i > 0 ? " or " : "").append('\'').append(examples[i]).append("', ");
    }
    return text.append("regex used for validation is '").append(pattern).append("')").toString();
  }
}
