package io.luotsi.core.catalog.custom;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How large an expression becomes when its repetitions are written out, estimated without doing so:
 * the library would, whatever it costs.
 *
 * @see "Source: Go's regexp/syntax, whose words these are and which has such bounds, too"
 */
final class PatternSize {
  /** Places of an expression that is written out; what people write has some hundred. */
  static final long MOST_PLACES = 20_000;

  /** Go's. */
  static final int MOST_DEPTH = 1_000;

  private static final Pattern REPETITION = Pattern.compile("\\{(\\d{1,4})(?:,(\\d{0,4}))?\\}");

  private final String expression;

  /** Places in each group that is open, the outermost at the bottom. */
  private final Deque<Long> open = new ArrayDeque<>();

  /** Places in this group, and those of them that a repetition here would repeat. */
  private long places;

  private long last;

  private PatternSize(String expression) {
    this.expression = expression;
  }

  /**
   * @throws IllegalArgumentException if it is too large, or nested too deeply
   */
  static void check(String expression) {
    new PatternSize(expression).run();
  }

  private void run() {
    Matcher repetition = REPETITION.matcher(expression);
    int at = 0;
    while (at < expression.length()) {
      switch (expression.charAt(at)) {
        case '\\' -> at = one(escaped(at));
        case '[' -> at = one(endOfClass(at));
        case '(' -> {
          open.push(places);
          places = 0;
          last = 0;
          at++;
        }
        case ')' -> {
          close();
          at++;
        }
        case '{' -> {
          boolean repeats = repetition.region(at, expression.length()).lookingAt();
          at = repeats ? repeat(repetition) : one(at + 1);
        }
        default -> at = one(at + 1);
      }
      require(places <= MOST_PLACES, "expression too large");
      require(open.size() <= MOST_DEPTH, "expression nests too deeply");
    }
  }

  /** One more place, which ends before {@code next}. */
  private int one(int next) {
    places++;
    last = 1;
    return next;
  }

  private void close() {
    require(!open.isEmpty(), "unexpected )");
    last = places + 1;
    places = open.pop() + last;
  }

  private int repeat(Matcher repetition) {
    String upTo = repetition.group(2);
    long least = Long.parseLong(repetition.group(1));
    long times = upTo == null || upTo.isEmpty() ? least : Math.max(least, Long.parseLong(upTo));
    places += last * Math.max(0, times - 1);
    last *= Math.max(1, times);
    return repetition.end();
  }

  /** Behind what a backslash begins: a quotation, a character by its name, or the next one. */
  private int escaped(int at) {
    char kind = at + 1 < expression.length() ? expression.charAt(at + 1) : ' ';
    if (kind == 'Q') {
      return behind("\\E", at + 2);
    }
    boolean named = "xpP".indexOf(kind) >= 0 && expression.startsWith("{", at + 2);
    return named ? behind("}", at + 2) : Math.min(at + 2, expression.length());
  }

  private int behind(String end, int from) {
    int found = expression.indexOf(end, from);
    return found < 0 ? expression.length() : found + end.length();
  }

  /** Behind a class of characters, whose first may be a bracket that closes nothing. */
  private int endOfClass(int at) {
    int next = at + 1;
    if (next < expression.length() && expression.charAt(next) == '^') {
      next++;
    }
    if (next < expression.length() && expression.charAt(next) == ']') {
      next++;
    }
    while (next < expression.length() && expression.charAt(next) != ']') {
      if (expression.startsWith("[:", next)) {
        int end = expression.indexOf(":]", next + 2);
        next = end < 0 ? next + 1 : end + 2;
      } else {
        next += expression.charAt(next) == '\\' ? 2 : 1;
      }
    }
    return Math.min(next + 1, expression.length());
  }

  private void require(boolean fine, String what) {
    if (!fine) {
      throw new IllegalArgumentException(
          "error parsing regexp: %s: `%s`".formatted(what, expression));
    }
  }
}
