package io.luotsi.core.catalog.custom;

import java.util.function.IntConsumer;
import java.util.function.IntPredicate;

/** Sets of characters in regular expressions: {@code [a-z]}, {@code \d}, {@code \pL}. */
final class PatternClasses {
  private PatternClasses() {}

  /** A character in both cases. */
  static IntPredicate folded(int c) {
    int lower = Character.toLowerCase(c);
    int upper = Character.toUpperCase(c);
    return is -> is == c || is == lower || is == upper || Character.toLowerCase(is) == lower;
  }

  private static IllegalArgumentException wrong(String what, String where) {
    return new IllegalArgumentException("error parsing regexp: " + what + ": `" + where + "`");
  }

  /**
   * Reads a set in brackets.
   *
   * @param start behind the opening one
   * @param moved hears where the set ends
   */
  static IntPredicate bracketed(String source, int start, IntConsumer moved, boolean ignoreCase) {
    Cursor cursor = new Cursor(source, start);
    boolean negated = cursor.takes("^");
    IntPredicate set = c -> false;
    boolean first = true;
    while (first || !cursor.looksAt("]")) {
      if (!cursor.more()) {
        throw wrong("missing closing ]", source.substring(start - 1));
      }
      set = set.or(cursor.member(ignoreCase));
      first = false;
    }
    moved.accept(cursor.at + 1);
    return negated ? set.negate() : set;
  }

  /**
   * Reads an escape.
   *
   * @param start behind the backslash
   */
  static IntPredicate escaped(String source, int start, IntConsumer moved, boolean ignoreCase) {
    Cursor cursor = new Cursor(source, start);
    IntPredicate set = cursor.perlClass();
    if (set == Cursor.NONE) {
      int c = cursor.escapedCharacter();
      set = ignoreCase ? folded(c) : is -> is == c;
    }
    moved.accept(cursor.at);
    return set;
  }

  /** A place in the expression. */
  private static final class Cursor {
    static final IntPredicate NONE = c -> false;

    private final String source;
    private int at;

    Cursor(String source, int at) {
      this.source = source;
      this.at = at;
    }

    boolean more() {
      return at < source.length();
    }

    boolean looksAt(String text) {
      return source.startsWith(text, at);
    }

    boolean takes(String text) {
      boolean there = looksAt(text);
      at += there ? text.length() : 0;
      return there;
    }

    int take() {
      int c = source.codePointAt(at);
      at += Character.charCount(c);
      return c;
    }

    /** One member of a bracketed set: a named class, an escape, a character or a range. */
    IntPredicate member(boolean ignoreCase) {
      if (looksAt("[:")) {
        int end = source.indexOf(":]", at);
        if (end > 0) {
          String name = source.substring(at, end + 2);
          at = end + 2;
          return posix(name);
        }
      }
      int start = at;
      if (takes("\\")) {
        IntPredicate set = perlClass();
        if (set != NONE) {
          return set;
        }
        at = start;
      }
      int low = character();
      int high = low;
      if (looksAt("-") && at + 1 < source.length() && source.charAt(at + 1) != ']') {
        at++;
        high = character();
      }
      if (high < low) {
        throw wrong("invalid character class range", source.substring(start, at));
      }
      return range(low, high, ignoreCase);
    }

    private static IntPredicate range(int low, int high, boolean ignoreCase) {
      return ignoreCase
          ? c ->
              c >= low && c <= high
                  || Character.toLowerCase(c) >= low && Character.toLowerCase(c) <= high
                  || Character.toUpperCase(c) >= low && Character.toUpperCase(c) <= high
          : c -> c >= low && c <= high;
    }

    private int character() {
      return takes("\\") ? escapedCharacter() : take();
    }

    /** {@code d}, {@code S}, {@code pL}, … behind a backslash, {@link #NONE} if it is no class. */
    IntPredicate perlClass() {
      if (!more()) {
        return NONE;
      }
      char c = source.charAt(at);
      IntPredicate set =
          switch (Character.toLowerCase(c)) {
            case 'd' -> PatternParser.DIGIT;
            case 'w' -> PatternParser.WORD;
            case 's' -> PatternParser.SPACE;
            case 'p' -> property();
            default -> NONE;
          };
      if (set == NONE) {
        return NONE;
      }
      at += Character.toLowerCase(c) == 'p' ? 0 : 1;
      return Character.isUpperCase(c) ? set.negate() : set;
    }

    private IntPredicate property() {
      int start = at - 1;
      at++;
      if (!more()) {
        throw wrong("invalid character class range", source.substring(start));
      }
      int end = source.charAt(at) == '{' ? source.indexOf('}', at) : at;
      if (end < 0) {
        throw wrong("invalid character class range", source.substring(start));
      }
      String name =
          source.charAt(at) == '{' ? source.substring(at + 1, end) : source.substring(at, at + 1);
      at = end + 1;
      boolean negated = name.startsWith("^");
      try {
        // Java's own names of categories and scripts; one character each, so nothing can backtrack.
        String bare = negated ? name.substring(1) : name;
        String java = bare.length() <= 2 ? bare : "Is" + bare;
        IntPredicate is = inJava(java.equals("Any") ? "IsAssigned" : java);
        return negated ? is.negate() : is;
      } catch (java.util.regex.PatternSyntaxException e) {
        throw wrong("invalid character class range", source.substring(start, at));
      }
    }

    private static IntPredicate inJava(String property) {
      var one = java.util.regex.Pattern.compile("\\p{" + property + "}");
      return c -> one.matcher(Character.toString(c)).matches();
    }

    private IntPredicate posix(String name) {
      boolean negated = name.startsWith("[:^");
      IntPredicate set =
          switch (name.substring(negated ? 3 : 2, name.length() - 2)) {
            case "alnum" -> PatternParser.WORD.and(c -> c != '_');
            case "alpha" -> PatternParser.WORD.and(c -> c != '_').and(PatternParser.DIGIT.negate());
            case "ascii" -> c -> c < 128;
            case "blank" -> c -> c == ' ' || c == '\t';
            case "cntrl" -> c -> c < 32 || c == 127;
            case "digit" -> PatternParser.DIGIT;
            case "graph" -> c -> c > 32 && c < 127;
            case "lower" -> c -> c >= 'a' && c <= 'z';
            case "print" -> c -> c >= 32 && c < 127;
            case "punct" -> c -> c > 32 && c < 127 && !(PatternParser.WORD.test(c) && c != '_');
            case "space" -> PatternParser.SPACE.or(c -> c == 0x0b);
            case "upper" -> c -> c >= 'A' && c <= 'Z';
            case "word" -> PatternParser.WORD;
            case "xdigit" ->
                PatternParser.DIGIT.or(c -> c >= 'a' && c <= 'f').or(c -> c >= 'A' && c <= 'F');
            default -> throw wrong("invalid character class range", name);
          };
      return negated ? set.negate() : set;
    }

    int escapedCharacter() {
      if (!more()) {
        throw wrong("trailing backslash at end of expression", "");
      }
      int start = at - 1;
      int c = take();
      return switch (c) {
        case 'a' -> 7;
        case 'f' -> '\f';
        case 't' -> '\t';
        case 'n' -> '\n';
        case 'r' -> '\r';
        case 'v' -> 0x0b;
        case 'x' -> hexadecimal(start);
        case '0' -> octal();
        default -> {
          if (c >= 128 || PatternParser.WORD.test(c)) {
            throw wrong("invalid escape sequence", source.substring(start, at));
          }
          yield c;
        }
      };
    }

    private int hexadecimal(int start) {
      int end = takes("{") ? source.indexOf('}', at) : at + 2;
      boolean braced = source.charAt(at - 1) == '{';
      if (end < 0 || end > source.length() || end - at > 6) {
        throw wrong("invalid escape sequence", source.substring(start));
      }
      try {
        int c = Integer.parseInt(source.substring(at, end), 16);
        at = braced ? end + 1 : end;
        return c;
      } catch (NumberFormatException e) {
        throw wrong("invalid escape sequence", source.substring(start, end));
      }
    }

    private int octal() {
      int c = 0;
      for (int i = 0; i < 2 && more() && source.charAt(at) >= '0' && source.charAt(at) < '8'; i++) {
        c = 8 * c + source.charAt(at++) - '0';
      }
      return c;
    }
  }
}
