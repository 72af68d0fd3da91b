package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What changed from one JSON value to another, line by line, as {@code diff -u} writes it.
 *
 * <p>Upstream does the same with its internal types, whose fields are all there and have capitals;
 * here are the fields as clients know them, in order of their names.
 *
 * @see "Source: apimachinery pkg/util/diff Diff"
 */
final class UnifiedDiff {
  private static final int CONTEXT = 3;

  /** Above this many pairs of lines nobody looks which of them are alike. */
  private static final long MOST_PAIRS = 1_000_000;

  private final List<String> before;
  private final List<String> after;

  /** By line of {@code before} the line of {@code after} that it became, or -1. */
  private final int[] kept;

  private UnifiedDiff(List<String> before, List<String> after) {
    this.before = before;
    this.after = after;
    this.kept = alike(before, after);
  }

  /** Empty if nothing changed; else hunks, each line with its end. */
  static String of(JsonNode before, JsonNode after) {
    return new UnifiedDiff(lines(before), lines(after)).text();
  }

  private static List<String> lines(JsonNode value) {
    List<String> lines = new ArrayList<>();
    print(lines, "", "", value, "");
    return lines;
  }

  private static void print(
      List<String> lines, String indent, String name, JsonNode value, String end) {
    if (!value.isContainerNode() || value.isEmpty()) {
      lines.add(indent + name + (value.isMissingNode() ? "null" : value) + end);
      return;
    }
    lines.add(indent + name + (value.isArray() ? "[" : "{"));
    String inner = indent + " ";
    int left = value.size();
    if (value.isArray()) {
      for (JsonNode item : value) {
        print(lines, inner, "", item, --left == 0 ? "" : ",");
      }
    } else {
      for (String field : value.properties().stream().map(e -> e.getKey()).sorted().toList()) {
        print(lines, inner, "\"" + field + "\": ", value.get(field), --left == 0 ? "" : ",");
      }
    }
    lines.add(indent + (value.isArray() ? "]" : "}") + end);
  }

  /** A longest common subsequence: each line of {@code a} is given its like in {@code b}, or -1. */
  private static int[] alike(List<String> a, List<String> b) {
    int[] kept = new int[a.size()];
    int shorter = Math.min(a.size(), b.size());
    int head = 0;
    while (head < shorter && a.get(head).equals(b.get(head))) {
      kept[head] = head;
      head++;
    }
    int tail = 0;
    while (tail < shorter - head && a.get(a.size() - 1 - tail).equals(b.get(b.size() - 1 - tail))) {
      tail++;
      kept[a.size() - tail] = b.size() - tail;
    }
    int rows = a.size() - head - tail;
    int columns = b.size() - head - tail;
    Arrays.fill(kept, head, head + rows, -1);
    if ((long) rows * columns > MOST_PAIRS) {
      return kept;
    }
    int[][] longest = new int[rows + 1][columns + 1];
    for (int i = rows - 1; i >= 0; i--) {
      for (int j = columns - 1; j >= 0; j--) {
        longest[i][j] =
            a.get(head + i).equals(b.get(head + j))
                ? longest[i + 1][j + 1] + 1
                : Math.max(longest[i + 1][j], longest[i][j + 1]);
      }
    }
    int i = 0;
    int j = 0;
    while (i < rows && j < columns) {
      if (a.get(head + i).equals(b.get(head + j))) {
        kept[head + i++] = head + j++;
      } else if (longest[i + 1][j] >= longest[i][j + 1]) {
        i++;
      } else {
        j++;
      }
    }
    return kept;
  }

  /** One line as it is printed, and where both sides stand before it. */
  private record Line(char sign, String text, int from, int to) {}

  private String text() {
    List<Line> all = new ArrayList<>();
    int to = 0;
    for (int from = 0; from < before.size(); from++) {
      if (kept[from] < 0) {
        all.add(new Line('-', before.get(from), from, to));
        continue;
      }
      while (to < kept[from]) {
        all.add(new Line('+', after.get(to), from, to++));
      }
      all.add(new Line(' ', before.get(from), from, to++));
    }
    while (to < after.size()) {
      all.add(new Line('+', after.get(to), before.size(), to++));
    }
    StringBuilder text = new StringBuilder();
    int done = 0;
    for (int i = 0; i < all.size(); i++) {
      if (i >= done && all.get(i).sign() != ' ') {
        int first = Math.max(done, i - CONTEXT);
        done = end(all, i);
        hunk(text, all.subList(first, done));
      }
    }
    return text.toString();
  }

  /** Where the hunk ends that has the change at {@code start}: changes close by belong to it. */
  private static int end(List<Line> all, int start) {
    int end = start;
    for (int i = start; i < all.size() && i <= end + 2 * CONTEXT + 1; i++) {
      if (all.get(i).sign() != ' ') {
        end = i;
      }
    }
    return Math.min(all.size(), end + 1 + CONTEXT);
  }

  private static void hunk(StringBuilder text, List<Line> lines) {
    Line first = lines.getFirst();
    long removed = lines.stream().filter(line -> line.sign() != '+').count();
    long added = lines.stream().filter(line -> line.sign() != '-').count();
    text.append("@@ -").append(range(first.from(), removed));
    text.append(" +").append(range(first.to(), added)).append(" @@\n");
    lines.forEach(line -> text.append(line.sign()).append(line.text()).append('\n'));
  }

  private static String range(int start, long length) {
    if (length == 1) {
      return Integer.toString(start + 1);
    }
    return (length == 0 ? start : start + 1) + "," + length;
  }
}
