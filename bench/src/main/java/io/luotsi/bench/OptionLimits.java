package io.luotsi.bench;

import java.util.List;

/** What options may be. Whatever is not is refused in the words of the command line. */
public final class OptionLimits {
  private OptionLimits() {}

  /**
   * @throws IllegalArgumentException if {@code value} is not from {@code least} to {@code most}
   */
  public static void check(String option, int value, int least, int most) {
    require(
        least <= value && value <= most,
        "%s must be %d to %d, not %d".formatted(option, least, most, value));
  }

  /**
   * @throws IllegalArgumentException if a number is not from 1 to {@code most}, or is there twice
   */
  public static void checkAll(String option, List<Integer> numbers, int most) {
    numbers.forEach(number -> check(option, number, 1, most));
    require(numbers.stream().distinct().count() == numbers.size(), option + " names one twice");
  }

  /**
   * @throws IllegalArgumentException saying {@code otherwise}
   */
  public static void require(boolean held, String otherwise) {
    if (!held) {
      throw new IllegalArgumentException(otherwise);
    }
  }
}
