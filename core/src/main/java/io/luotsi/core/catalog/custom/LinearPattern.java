package io.luotsi.core.catalog.custom;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntPredicate;

/**
 * A regular expression of the language of upstream's (RE2: no backreferences, no looking around),
 * matched by following all alternatives at once. The time of a match is the length of the text
 * times the size of the expression, both of which are bounded: no expression can hold up a server.
 *
 * @see "Source: the syntax of Go's regexp/syntax; the matching of Thompson 1968"
 */
public final class LinearPattern {
  /** Instructions of one expression at most; a repetition counts as often as it repeats. */
  static final int MOST_INSTRUCTIONS = 20_000;

  /** Steps of one match at most, some tenths of a second. */
  private static final long MOST_STEPS = 50_000_000;

  /** What an expression is compiled to. */
  sealed interface Instruction {}

  /** Goes on if the next character is one of them. */
  record OneOf(IntPredicate characters) implements Instruction {}

  /** Goes on at both places. */
  record Split(int first, int second) implements Instruction {}

  record Jump(int to) implements Instruction {}

  /** Goes on if the place in the text is such a one. */
  record Assert(Place place) implements Instruction {}

  record Match() implements Instruction {}

  /** A place in a text. */
  enum Place {
    TEXT_START,
    TEXT_END,
    LINE_START,
    LINE_END,
    WORD_BOUNDARY,
    NO_WORD_BOUNDARY
  }

  private final Instruction[] program;

  private LinearPattern(Instruction[] program) {
    this.program = program;
  }

  /**
   * @throws IllegalArgumentException with Go's words if the expression is none
   */
  public static LinearPattern compile(String expression) {
    List<Instruction> program = PatternParser.parse(expression);
    return new LinearPattern(program.toArray(Instruction[]::new));
  }

  /**
   * Whether the expression matches anywhere in the text.
   *
   * @return false, too, if that cannot be found out within the bound of steps
   */
  public boolean find(String text) {
    return new Run(text.codePoints().toArray()).find();
  }

  /** One match under way: the instructions that wait for the next character. */
  private final class Run {
    private final int[] text;
    private final int[] seenAt = new int[program.length];
    private int[] waiting = new int[program.length];
    private int[] next = new int[program.length];
    private int[] stack = new int[2 * program.length + 2];
    private int waitingCount;
    private int nextCount;
    private long steps;
    private boolean matched;

    Run(int[] text) {
      this.text = text;
      Arrays.fill(seenAt, -1);
    }

    boolean find() {
      for (int at = 0; at <= text.length; at++) {
        waitingCount = nextCount;
        int[] swapped = waiting;
        waiting = next;
        next = swapped;
        // A match may begin at every place.
        follow(0, at, true);
        if (matched || steps > MOST_STEPS) {
          return matched;
        }
        if (at < text.length) {
          step(text[at], at + 1);
          if (matched) {
            return true;
          }
        }
      }
      return false;
    }

    private void step(int character, int at) {
      nextCount = 0;
      for (int i = 0; i < waitingCount; i++) {
        steps++;
        int instruction = waiting[i];
        if (((OneOf) program[instruction]).characters().test(character)) {
          follow(instruction + 1, at, false);
        }
      }
    }

    /** Adds all instructions that wait for a character and can be reached without one. */
    private void follow(int from, int at, boolean toWaiting) {
      int depth = 0;
      stack[depth++] = from;
      while (depth > 0) {
        int instruction = stack[--depth];
        if (seenAt[instruction] == at) {
          continue;
        }
        seenAt[instruction] = at;
        steps++;
        switch (program[instruction]) {
          case OneOf wait -> {
            if (toWaiting) {
              waiting[waitingCount++] = instruction;
            } else {
              next[nextCount++] = instruction;
            }
          }
          case Split(int first, int second) -> {
            stack[depth++] = second;
            stack[depth++] = first;
          }
          case Jump(int to) -> stack[depth++] = to;
          case Assert(Place place) -> {
            if (holds(place, at)) {
              stack[depth++] = instruction + 1;
            }
          }
          case Match found -> matched = true;
        }
      }
    }

    private boolean holds(Place place, int at) {
      return switch (place) {
        case TEXT_START -> at == 0;
        case TEXT_END -> at == text.length;
        case LINE_START -> at == 0 || text[at - 1] == '\n';
        case LINE_END -> at == text.length || text[at] == '\n';
        case WORD_BOUNDARY -> isWord(at - 1) != isWord(at);
        case NO_WORD_BOUNDARY -> isWord(at - 1) == isWord(at);
      };
    }

    private boolean isWord(int at) {
      return at >= 0 && at < text.length && PatternParser.WORD.test(text[at]);
    }
  }
}
