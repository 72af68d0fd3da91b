package io.luotsi.core.api;

import io.luotsi.core.api.LabelSelector.Operator;
import io.luotsi.core.api.LabelSelector.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Reads label selectors as query strings spell them: {@code a=b,c!=d,e in (f,g),h,!i,j>3}.
 *
 * @see "Source: apimachinery pkg/labels/selector.go, whose grammar and error words these are"
 */
final class SelectorParser {
  private enum Kind {
    END,
    OPEN,
    CLOSE,
    COMMA,
    NOT,
    OPERATOR,
    WORD,
    ERROR
  }

  private record Token(Kind kind, String text) {
    /** A name or a value: {@code in} and {@code notin} are operators only behind a key. */
    boolean isIdentifier() {
      return kind == Kind.WORD;
    }
  }

  /** Carries the error words out of the recursion; never leaves this class. */
  private static final class Unparsable extends Exception {
    private static final long serialVersionUID = 1L;

    Unparsable(String message) {
      super(message, null, false, false);
    }
  }

  private final String text;
  private int position;
  private Token token = new Token(Kind.END, "");

  private SelectorParser(String text) {
    this.text = text;
  }

  static Outcome<LabelSelector> parse(String text) {
    SelectorParser parser = new SelectorParser(text);
    try {
      parser.advance();
      return Outcome.done(new LabelSelector(parser.requirements()));
    } catch (Unparsable e) {
      return Outcome.rejected(new Rejection.BadRequest(String.valueOf(e.getMessage())));
    }
  }

  private List<Requirement> requirements() throws Unparsable {
    List<Requirement> requirements = new ArrayList<>();
    while (token.kind() != Kind.END) {
      if (!token.isIdentifier() && token.kind() != Kind.NOT) {
        throw new Unparsable(
            "found '" + token.text() + "', expected: !, identifier, or 'end of string'");
      }
      try {
        requirements.add(requirement());
      } catch (Unparsable e) {
        throw new Unparsable("unable to parse requirement: " + e.getMessage());
      }
      if (token.kind() == Kind.COMMA) {
        advance();
        if (!token.isIdentifier() && token.kind() != Kind.NOT) {
          throw new Unparsable("found '" + token.text() + "', expected: identifier after ','");
        }
      } else if (token.kind() != Kind.END) {
        throw new Unparsable("found '" + token.text() + "', expected: ',' or 'end of string'");
      }
    }
    return requirements;
  }

  private Requirement requirement() throws Unparsable {
    boolean negated = token.kind() == Kind.NOT;
    if (negated) {
      advance();
    }
    if (!token.isIdentifier()) {
      throw new Unparsable("found '" + token.text() + "', expected: identifier");
    }
    String key = token.text();
    checkKey(key);
    advance();
    if (token.kind() == Kind.END || token.kind() == Kind.COMMA) {
      return new Requirement(key, negated ? Operator.DOES_NOT_EXIST : Operator.EXISTS, Set.of());
    }
    String operator = token.text();
    boolean isOperator =
        token.kind() == Kind.OPERATOR || operator.equals("in") || operator.equals("notin");
    if (negated || !isOperator) {
      throw new Unparsable("found '" + operator + "', expected: in, notin, =, ==, !=, gt, lt");
    }
    advance();
    return switch (operator) {
      case "in" -> requirement(key, Operator.IN, values());
      case "notin" -> requirement(key, Operator.NOT_IN, values());
      case "!=" -> requirement(key, Operator.NOT_IN, value());
      case ">" -> requirement(key, Operator.GREATER_THAN, value());
      case "<" -> requirement(key, Operator.LESS_THAN, value());
      default -> requirement(key, Operator.IN, value());
    };
  }

  private static Requirement requirement(String key, Operator operator, Set<String> values)
      throws Unparsable {
    if (values.isEmpty()) {
      throw new Unparsable(
          "values: Invalid value: []: for 'in', 'notin' operators, values set can't be empty");
    }
    int i = 0;
    for (String value : values) {
      if (operator == Operator.GREATER_THAN || operator == Operator.LESS_THAN) {
        checkInteger(value);
      }
      List<String> errors = Names.labelValue(value);
      if (!errors.isEmpty()) {
        throw new Unparsable(
            FieldError.invalid("values[" + i + "][" + key + "]", value, String.join("; ", errors))
                .message());
      }
      i++;
    }
    return new Requirement(key, operator, values);
  }

  private static void checkInteger(String value) throws Unparsable {
    try {
      Long.parseLong(value);
    } catch (NumberFormatException e) {
      throw new Unparsable(
          FieldError.invalid(
                  "values[0]", value, "for 'Gt', 'Lt' operators, the value must be an integer")
              .message());
    }
  }

  private static void checkKey(String key) throws Unparsable {
    List<String> errors = Names.qualifiedName(key);
    if (!errors.isEmpty()) {
      throw new Unparsable(FieldError.invalid("key", key, String.join("; ", errors)).message());
    }
  }

  private Set<String> value() throws Unparsable {
    if (token.kind() == Kind.END || token.kind() == Kind.COMMA) {
      return Set.of("");
    }
    if (!token.isIdentifier()) {
      throw new Unparsable("found '" + token.text() + "', expected: identifier");
    }
    String value = token.text();
    advance();
    return Set.of(value);
  }

  /** A list in parentheses; a place left empty is the empty value. */
  private Set<String> values() throws Unparsable {
    if (token.kind() != Kind.OPEN) {
      throw new Unparsable("found '" + token.text() + "' expected: '('");
    }
    advance();
    Set<String> values = new TreeSet<>();
    if (token.kind() == Kind.CLOSE) {
      advance();
      return values;
    }
    if (!token.isIdentifier() && token.kind() != Kind.COMMA) {
      throw new Unparsable("found '" + token.text() + "', expected: ',', ')' or identifier");
    }
    while (true) {
      if (token.isIdentifier()) {
        values.add(token.text());
        advance();
      } else if (token.kind() == Kind.COMMA || token.kind() == Kind.CLOSE) {
        values.add("");
      } else {
        throw new Unparsable("found '" + token.text() + "', expected: ',', or identifier");
      }
      if (token.kind() == Kind.CLOSE) {
        advance();
        return values;
      }
      if (token.kind() != Kind.COMMA) {
        throw new Unparsable("found '" + token.text() + "', expected: ',' or ')'");
      }
      advance();
    }
  }

  private void advance() {
    while (position < text.length() && isBlank(text.charAt(position))) {
      position++;
    }
    if (position == text.length()) {
      token = new Token(Kind.END, "");
      return;
    }
    int start = position;
    if (!isSymbol(text.charAt(start))) {
      while (position < text.length()
          && !isSymbol(text.charAt(position))
          && !isBlank(text.charAt(position))) {
        position++;
      }
      token = new Token(Kind.WORD, text.substring(start, position));
      return;
    }
    char next = start + 1 < text.length() ? text.charAt(start + 1) : ' ';
    position += next == '=' && (text.charAt(start) == '=' || text.charAt(start) == '!') ? 2 : 1;
    String symbol = text.substring(start, position);
    token =
        new Token(
            switch (symbol) {
              case "(" -> Kind.OPEN;
              case ")" -> Kind.CLOSE;
              case "," -> Kind.COMMA;
              case "!" -> Kind.NOT;
              case "=", "==", "!=", ">", "<" -> Kind.OPERATOR;
              default -> Kind.ERROR;
            },
            symbol);
  }

  private static boolean isBlank(char c) {
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
  }

  private static boolean isSymbol(char c) {
    return switch (c) {
      case '=', '!', '(', ')', ',', '>', '<' -> true;
      default -> false;
    };
  }
}
