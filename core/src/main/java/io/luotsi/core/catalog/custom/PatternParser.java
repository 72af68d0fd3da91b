package io.luotsi.core.catalog.custom;

import io.luotsi.core.catalog.custom.LinearPattern.Assert;
import io.luotsi.core.catalog.custom.LinearPattern.Instruction;
import io.luotsi.core.catalog.custom.LinearPattern.Jump;
import io.luotsi.core.catalog.custom.LinearPattern.Match;
import io.luotsi.core.catalog.custom.LinearPattern.OneOf;
import io.luotsi.core.catalog.custom.LinearPattern.Place;
import io.luotsi.core.catalog.custom.LinearPattern.Split;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntPredicate;

/** Reads the regular expressions of {@link LinearPattern} and compiles them as it goes. */
final class PatternParser {
  static final IntPredicate DIGIT = c -> c >= '0' && c <= '9';
  static final IntPredicate WORD =
      c -> c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_';
  static final IntPredicate SPACE =
      c -> c == ' ' || c == '\t' || c == '\n' || c == '\f' || c == '\r';

  private static final int MOST_REPETITIONS = 1000;
  private static final int MOST_DEPTH = 1000;

  /** What {@code (?ims)} switches. */
  private record Flags(boolean ignoreCase, boolean multiLine, boolean dotMatchesNewline) {}

  private final String source;
  private int at;
  private int depth;
  private Flags flags = new Flags(false, false, false);

  private PatternParser(String source) {
    this.source = source;
  }

  static List<Instruction> parse(String source) {
    PatternParser parser = new PatternParser(source);
    List<Instruction> program = parser.alternatives();
    if (parser.at < source.length()) {
      throw wrong("unexpected )", source);
    }
    program.add(new Match());
    return program;
  }

  private static IllegalArgumentException wrong(String what, String where) {
    return new IllegalArgumentException("error parsing regexp: " + what + ": `" + where + "`");
  }

  private boolean more() {
    return at < source.length();
  }

  private boolean looksAt(String text) {
    return source.startsWith(text, at);
  }

  private int take() {
    int c = source.codePointAt(at);
    at += Character.charCount(c);
    return c;
  }

  /** Programs are relative to their own beginning until they are joined. */
  private List<Instruction> alternatives() {
    if (++depth > MOST_DEPTH) {
      throw wrong("expression nests too deeply", source);
    }
    Flags before = flags;
    List<Instruction> program = sequence();
    while (more() && source.charAt(at) == '|') {
      at++;
      program = either(program, sequence());
    }
    flags = before;
    depth--;
    return program;
  }

  private List<Instruction> either(List<Instruction> first, List<Instruction> second) {
    List<Instruction> joined = new ArrayList<>(first.size() + second.size() + 2);
    joined.add(new Split(1, first.size() + 2));
    append(joined, first);
    joined.add(new Jump(joined.size() + 1 + second.size()));
    append(joined, second);
    return joined;
  }

  private void append(List<Instruction> program, List<Instruction> part) {
    int offset = program.size();
    if (offset + part.size() > LinearPattern.MOST_INSTRUCTIONS) {
      throw wrong("expression too large", source);
    }
    for (Instruction instruction : part) {
      program.add(
          switch (instruction) {
            case Split(int first, int second) -> new Split(first + offset, second + offset);
            case Jump(int to) -> new Jump(to + offset);
            case OneOf same -> same;
            case Assert same -> same;
            case Match same -> same;
          });
    }
  }

  private List<Instruction> sequence() {
    List<Instruction> program = new ArrayList<>();
    while (more() && source.charAt(at) != '|' && source.charAt(at) != ')') {
      int start = at;
      append(program, repeated(atom(), start));
    }
    return program;
  }

  private List<Instruction> repeated(List<Instruction> atom, int start) {
    List<Instruction> program = atom;
    int operators = 0;
    while (more()) {
      int before = at;
      int[] times = repetition();
      if (times.length == 0) {
        break;
      }
      if (++operators > 1) {
        throw wrong("invalid nested repetition operator", source.substring(start + 1, at));
      }
      if (times[0] > MOST_REPETITIONS || times[1] > MOST_REPETITIONS) {
        throw wrong("invalid repeat count", source.substring(before, at));
      }
      program = times(program, times[0], times[1]);
    }
    return program;
  }

  /** Least and most, -1 for no limit; empty if there is no operator here. */
  private int[] repetition() {
    int[] times =
        switch (source.charAt(at)) {
          case '*' -> new int[] {0, -1};
          case '+' -> new int[] {1, -1};
          case '?' -> new int[] {0, 1};
          case '{' -> count();
          default -> new int[0];
        };
    if (times.length > 0) {
      at = source.charAt(at) == '{' ? source.indexOf('}', at) + 1 : at + 1;
      if (more() && source.charAt(at) == '?') {
        at++; // lazy: the same texts match
      }
    }
    return times;
  }

  /** What stands between braces; without numbers they are plain characters. */
  private int[] count() {
    int end = source.indexOf('}', at);
    String inside = end < 0 ? "" : source.substring(at + 1, end);
    if (!inside.matches("[0-9]{1,9}(,[0-9]{0,9})?")) {
      return new int[0];
    }
    int comma = inside.indexOf(',');
    int least = Integer.parseInt(comma < 0 ? inside : inside.substring(0, comma));
    String rest = comma < 0 ? inside : inside.substring(comma + 1);
    int most = rest.isEmpty() ? -1 : Integer.parseInt(rest);
    if (most >= 0 && most < least) {
      throw wrong("invalid repeat count", "{" + inside + "}");
    }
    return new int[] {least, most};
  }

  private List<Instruction> times(List<Instruction> part, int least, int most) {
    List<Instruction> program = new ArrayList<>();
    for (int i = 0; i < least; i++) {
      append(program, part);
    }
    if (most < 0) {
      List<Instruction> loop = new ArrayList<>();
      loop.add(new Split(1, part.size() + 2));
      append(loop, part);
      loop.add(new Jump(0));
      append(program, loop);
    }
    for (int i = least; i < most; i++) {
      List<Instruction> once = new ArrayList<>();
      once.add(new Split(1, part.size() + 1));
      append(once, part);
      append(program, once);
    }
    return program;
  }

  private List<Instruction> atom() {
    int start = at;
    int c = take();
    return switch (c) {
      case '(' -> group(start);
      case '[' -> one(PatternClasses.bracketed(source, at, end -> at = end, flags.ignoreCase()));
      case '.' -> {
        boolean all = flags.dotMatchesNewline();
        yield one(any -> all || any != '\n');
      }
      case '^' -> place(flags.multiLine() ? Place.LINE_START : Place.TEXT_START);
      case '$' -> place(flags.multiLine() ? Place.LINE_END : Place.TEXT_END);
      case '*', '+', '?' ->
          throw wrong("missing argument to repetition operator", Character.toString(c));
      case '\\' -> escaped();
      default -> literal(c);
    };
  }

  private static List<Instruction> one(IntPredicate characters) {
    return List.of(new OneOf(characters));
  }

  private static List<Instruction> place(Place place) {
    return List.of(new Assert(place));
  }

  private List<Instruction> literal(int c) {
    return one(flags.ignoreCase() ? PatternClasses.folded(c) : is -> is == c);
  }

  private List<Instruction> escaped() {
    if (!more()) {
      throw wrong("trailing backslash at end of expression", "");
    }
    switch (source.charAt(at)) {
      case 'A' -> {
        at++;
        return place(Place.TEXT_START);
      }
      case 'z' -> {
        at++;
        return place(Place.TEXT_END);
      }
      case 'b' -> {
        at++;
        return place(Place.WORD_BOUNDARY);
      }
      case 'B' -> {
        at++;
        return place(Place.NO_WORD_BOUNDARY);
      }
      case 'Q' -> {
        return quoted();
      }
      default -> {
        return one(PatternClasses.escaped(source, at, end -> at = end, flags.ignoreCase()));
      }
    }
  }

  private List<Instruction> quoted() {
    int end = source.indexOf("\\E", at);
    String text = source.substring(at + 1, end < 0 ? source.length() : end);
    at = end < 0 ? source.length() : end + 2;
    List<Instruction> program = new ArrayList<>();
    text.codePoints().forEach(c -> append(program, literal(c)));
    return program;
  }

  private List<Instruction> group(int start) {
    Flags outside = flags;
    if (looksAt("?")) {
      int colon = groupHead(start);
      if (colon == ')') {
        return List.of(); // flags for the rest of the enclosing group
      }
    }
    Flags inside = flags;
    flags = inside;
    List<Instruction> program = alternatives();
    if (!more()) {
      throw wrong("missing closing )", source);
    }
    at++;
    flags = outside;
    return program;
  }

  /** {@code ?:}, {@code ?P<name>}, {@code ?<name>}, {@code ?i:} or {@code ?i)}: how it ends. */
  private int groupHead(int start) {
    at++;
    if (looksAt("P<") || looksAt("<") && !looksAt("<=") && !looksAt("<!")) {
      int end = source.indexOf('>', at);
      if (end < 0 || !source.substring(source.indexOf('<', at) + 1, end).matches("\\w+")) {
        throw wrong("invalid named capture", source.substring(start, end < 0 ? at : end + 1));
      }
      at = end + 1;
      return ':';
    }
    boolean on = true;
    while (more()) {
      int c = take();
      switch (c) {
        case ':', ')' -> {
          return c;
        }
        case '-' -> on = false;
        case 'i' -> flags = new Flags(on, flags.multiLine(), flags.dotMatchesNewline());
        case 'm' -> flags = new Flags(flags.ignoreCase(), on, flags.dotMatchesNewline());
        case 's' -> flags = new Flags(flags.ignoreCase(), flags.multiLine(), on);
        case 'U' -> {} // greediness swapped: the same texts match
        default -> throw wrong("invalid or unsupported Perl syntax", source.substring(start, at));
      }
    }
    throw wrong("missing closing )", source);
  }
}
