package io.luotsi.core.catalog.custom;

import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;

/**
 * A regular expression of upstream's language (RE2: no backreferences, no looking around). A match
 * takes the length of the text times the size of the expression at most, and both are bounded: no
 * expression can hold up a server.
 */
public final class LinearPattern {
  private final Pattern pattern;

  private LinearPattern(Pattern pattern) {
    this.pattern = pattern;
  }

  /**
   * @throws IllegalArgumentException with Go's words if the expression is none, or is too large
   */
  public static LinearPattern compile(String expression) {
    PatternSize.check(expression);
    try {
      return new LinearPattern(Pattern.compile(expression));
    } catch (PatternSyntaxException e) {
      throw new IllegalArgumentException(e.getMessage(), e);
    }
  }

  /** Whether the expression matches anywhere in the text. */
  public boolean find(String text) {
    return pattern.matcher(text).find();
  }
}
