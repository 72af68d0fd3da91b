package io.luotsi.core.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * {@code docs/conformance.md} cannot go stale: what it names is there and says the same of itself.
 * Whether it has run, {@code build/Conformance.java} asks the reports.
 */
class ConformanceTableTest {
  private static final Path TOP = Path.of("..");
  private static final Path TABLE = TOP.resolve("docs/conformance.md");
  private static final Path AREAS =
      Path.of(System.getProperty("luotsi.oracle", "../../shared/k8s"), "conformance-areas.md");
  private static final Pattern ROW = Pattern.compile("\\| (.+?) \\| (.+?) \\|");
  private static final Pattern ANNOTATED =
      Pattern.compile("@Conformance\\((.*?)\\)\\s+(?:public )?void (\\w+)\\(", Pattern.DOTALL);
  private static final Pattern ANNOTATED_IN_SCRIPT =
      Pattern.compile("^# @Conformance\\((.*)\\)$", Pattern.MULTILINE);
  private static final Pattern QUOTED = Pattern.compile("\"((?:[^\"\\\\]|\\\\.)*)\"");

  /** Behaviour to the tests that it names; none for what is not shown yet. */
  private static Map<String, Set<String>> table() throws IOException {
    Map<String, Set<String>> rows = new TreeMap<>();
    for (String line : Files.readAllLines(TABLE)) {
      Matcher row = ROW.matcher(line);
      if (row.matches() && !row.group(1).equals("behaviour") && !row.group(1).startsWith("--")) {
        String shown = row.group(2);
        Set<String> tests = rows.computeIfAbsent(row.group(1), behaviour -> new TreeSet<>());
        if (shown.startsWith("not yet: ")) {
          assertThat(shown.length()).as("a reason for " + row.group(1)).isGreaterThan(15);
        } else {
          tests.addAll(List.of(shown.replace("`", "").split(", ")));
        }
      }
    }
    return rows;
  }

  /** Behaviour to the tests that say they show it. */
  private static Map<String, Set<String>> annotations() throws IOException {
    Map<String, Set<String>> found = new TreeMap<>();
    try (Stream<Path> files = Files.find(TOP, 20, (path, facts) -> isTest(path))) {
      files.forEach(file -> annotations(file, found));
    }
    return found;
  }

  private static boolean isTest(Path path) {
    return path.toString().contains("/src/test/java/") && path.toString().endsWith(".java")
        || isScript(path);
  }

  private static boolean isScript(Path path) {
    return path.toString().contains("/src/test/kubectl/");
  }

  private static void annotations(Path file, Map<String, Set<String>> into) {
    String text;
    try {
      text = Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    String type = file.getFileName().toString().replace(".java", "");
    boolean script = isScript(file);
    Matcher annotated = (script ? ANNOTATED_IN_SCRIPT : ANNOTATED).matcher(text);
    while (!type.equals("ConformanceTableTest") && annotated.find()) {
      // A long name is written in pieces.
      Matcher quoted = QUOTED.matcher(annotated.group(1).replaceAll("\"\\s*\\+\\s*\"", ""));
      while (quoted.find()) {
        into.computeIfAbsent(quoted.group(1).replace("\\\"", "\""), name -> new TreeSet<>())
            .add(script ? type : type + "#" + annotated.group(2));
      }
    }
  }

  @Test
  void everyTestThatIsNamedBearsTheBehaviourAndTheOtherWayRound() throws IOException {
    Map<String, Set<String>> named = table();
    named.values().removeIf(Set::isEmpty);

    assertThat(annotations()).isEqualTo(named);
    assertThat(named).hasSizeGreaterThanOrEqualTo(15);
  }

  @Test
  void everyBehaviourOfAnAreaThatTheTableHasIsInIt() throws IOException {
    assumeThat(AREAS).as("upstream's list beside the project").exists();
    Set<String> areas = new TreeSet<>();
    for (String line : Files.readAllLines(TABLE)) {
      if (line.startsWith("## ")) {
        areas.add(line.substring(3));
      }
    }
    Set<String> wanted = new TreeSet<>();
    String area = "";
    for (String line : Files.readAllLines(AREAS)) {
      if (line.startsWith("## ")) {
        area = line.substring(3).replaceFirst(" \\(.*", "");
      } else if (line.startsWith("- ") && areas.contains(area)) {
        wanted.add(line.substring(2).replaceFirst(" — v.*", "").replaceAll("\\s+", " "));
      }
    }

    assertThat(table().keySet()).isEqualTo(wanted);
    assertThat(areas).contains("apimachinery", "instrumentation");
  }
}
