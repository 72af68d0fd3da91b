import java.io.IOException;
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

/**
 * Fails unless every test that {@code docs/conformance.md} names has run and passed, as the reports
 * of the last {@code mvn verify} have it. Argument: the top of the project.
 */
final class Conformance {
  private static final Pattern NAMED = Pattern.compile("`(\\w+)#(\\w+)`");
  private static final Pattern CASE =
      Pattern.compile(
          "<testcase name=\"(\\w+)[^\"]*\" classname=\"[\\w.]*?(\\w+)\"[^>]*?(/>|>.*?</testcase>)",
          Pattern.DOTALL);

  private Conformance() {}

  public static void main(String[] arguments) throws IOException {
    Path top = Path.of(arguments[0]);
    Set<String> named = new TreeSet<>();
    Matcher test = NAMED.matcher(Files.readString(top.resolve("docs/conformance.md")));
    while (test.find()) {
      named.add(test.group(1) + "#" + test.group(2));
    }
    Map<String, Boolean> ran = new TreeMap<>();
    try (Stream<Path> files = Files.find(top, 5, (path, facts) -> isReport(path))) {
      for (Path report : (Iterable<Path>) files::iterator) {
        read(report, ran);
      }
    }
    List<String> missing =
        named.stream().filter(name -> !ran.getOrDefault(name, false)).toList();
    if (named.isEmpty() || !missing.isEmpty()) {
      System.err.println("named in docs/conformance.md, but not run or not passed: " + missing);
      System.exit(1);
    }
    System.out.println(named.size() + " tests of docs/conformance.md have run and passed");
  }

  private static boolean isReport(Path path) {
    return path.getFileName().toString().matches("TEST-.*\\.xml")
        && path.getParent().getFileName().toString().endsWith("-reports");
  }

  /** One that runs several times has passed if it has once and has never failed. */
  private static void read(Path report, Map<String, Boolean> ran) throws IOException {
    Matcher one = CASE.matcher(Files.readString(report));
    while (one.find()) {
      String name = one.group(2) + "#" + one.group(1);
      if (one.group(3).matches("(?s).*<(failure|error)\\b.*")) {
        ran.put(name, false);
      } else if (!one.group(3).contains("<skipped")) {
        ran.putIfAbsent(name, true);
      }
    }
  }
}
