package io.luotsi.core.apiserver.validation;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/**
 * Says what is wrong with a schedule in the five fields of cron, in the words of the parser that
 * upstream uses.
 *
 * @see "Source: github.com/robfig/cron parser.go"
 */
final class CronSchedule {
  private static final List<String> MONTHS =
      List.of("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec");
  private static final List<String> DAYS = List.of("sun", "mon", "tue", "wed", "thu", "fri", "sat");

  /** Minute, hour, day of the month, month, day of the week. */
  private static final List<Bounds> FIELDS =
      List.of(
          new Bounds(0, 59, List.of()),
          new Bounds(0, 23, List.of()),
          new Bounds(1, 31, List.of()),
          new Bounds(1, 12, MONTHS),
          new Bounds(0, 6, DAYS));

  private static final Set<String> DESCRIPTORS =
      Set.of("@yearly", "@annually", "@monthly", "@weekly", "@daily", "@midnight", "@hourly");
  private static final String EVERY = "@every ";
  private static final String DURATION = "([-+]?[0-9]*(\\.[0-9]*)?(ns|us|µs|ms|s|m|h))+|[-+]?0";

  /**
   * @param names of the numbers from {@code least} on
   */
  private record Bounds(int least, int most, List<String> names) {}

  private CronSchedule() {}

  /**
   * @return empty if the schedule can be read
   */
  static Optional<String> check(String schedule) {
    String spec = withoutZone(schedule);
    if (spec.isEmpty()) {
      return Optional.of("empty spec string");
    }
    if (spec.startsWith("@")) {
      return descriptor(spec);
    }
    List<String> fields = List.of(spec.trim().split("\\s+"));
    if (fields.size() != FIELDS.size()) {
      return Optional.of(
          "expected exactly %d fields, found %d: %s"
              .formatted(FIELDS.size(), fields.size(), "[" + String.join(" ", fields) + "]"));
    }
    for (int i = 0; i < FIELDS.size(); i++) {
      for (String range : fields.get(i).split(",")) {
        Optional<String> wrong = range.isEmpty() ? Optional.empty() : range(range, FIELDS.get(i));
        if (wrong.isPresent()) {
          return wrong;
        }
      }
    }
    return Optional.empty();
  }

  private static String withoutZone(String schedule) {
    boolean zoned = schedule.startsWith("TZ=") || schedule.startsWith("CRON_TZ=");
    int blank = schedule.indexOf(' ');
    return zoned && blank >= 0 ? schedule.substring(blank).trim() : schedule;
  }

  private static Optional<String> descriptor(String spec) {
    if (DESCRIPTORS.contains(spec)) {
      return Optional.empty();
    }
    if (!spec.startsWith(EVERY)) {
      return Optional.of("unrecognized descriptor: " + spec);
    }
    String duration = spec.substring(EVERY.length());
    return duration.matches(DURATION)
        ? Optional.empty()
        : Optional.of(
            "failed to parse duration %s: time: invalid duration \"%s\"".formatted(spec, duration));
  }

  /** {@code 5}, {@code 1-5}, {@code *}, each with {@code /step} or without. */
  private static Optional<String> range(String text, Bounds bounds) {
    String[] rangeAndStep = text.split("/", -1);
    String[] ends = rangeAndStep[0].split("-", -1);
    boolean any = ends[0].equals("*") || ends[0].equals("?");
    if (!any && ends.length > 2) {
      return Optional.of("too many hyphens: " + text);
    }
    List<String> numbers = new ArrayList<>();
    if (!any) {
      numbers.addAll(List.of(ends));
    }
    if (rangeAndStep.length == 2) {
      numbers.add(rangeAndStep[1]);
    }
    for (String number : numbers) {
      Optional<String> wrong = number(number, bounds);
      if (wrong.isPresent()) {
        return wrong;
      }
    }
    if (rangeAndStep.length > 2) {
      return Optional.of("too many slashes: " + text);
    }
    int start = any ? bounds.least() : value(ends[0], bounds);
    int end = any ? bounds.most() : value(ends[ends.length - 1], bounds);
    if (!any && ends.length == 1 && rangeAndStep.length == 2) {
      end = bounds.most();
    }
    if (start < bounds.least()) {
      return Optional.of(
          "beginning of range (%d) below minimum (%d): %s".formatted(start, bounds.least(), text));
    }
    if (end > bounds.most()) {
      return Optional.of(
          "end of range (%d) above maximum (%d): %s".formatted(end, bounds.most(), text));
    }
    if (start > end) {
      return Optional.of(
          "beginning of range (%d) beyond end of range (%d): %s".formatted(start, end, text));
    }
    return rangeAndStep.length == 2 && value(rangeAndStep[1], bounds) == 0
        ? Optional.of("step of range should be a positive number: " + text)
        : Optional.empty();
  }

  private static Optional<String> number(String text, Bounds bounds) {
    if (bounds.names().contains(text.toLowerCase(Locale.ROOT))) {
      return Optional.empty();
    }
    if (!text.matches("[-+]?[0-9]{1,9}")) {
      return Optional.of(
          "failed to parse int from %s: strconv.Atoi: parsing \"%s\": invalid syntax"
              .formatted(text, text));
    }
    int value = Integer.parseInt(text);
    return value < 0
        ? Optional.of("negative number (%d) not allowed: %s".formatted(value, text))
        : Optional.empty();
  }

  private static int value(String text, Bounds bounds) {
    int name = bounds.names().indexOf(text.toLowerCase(Locale.ROOT));
    return name >= 0 ? bounds.least() + name : Integer.parseInt(text);
  }
}
