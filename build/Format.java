import com.google.googlejavaformat.java.Formatter;
import com.google.googlejavaformat.java.FormatterException;
import com.google.googlejavaformat.java.JavaFormatterOptions;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;

/**
 * Formats, or checks the format of, every Java file of the project with google-java-format.
 *
 * <p>Run by Maven on the JDK 25 that the toolchains plugin chose. Spotless would run the formatter in
 * Maven's own JVM, which may be a 17, where google-java-format 1.33 does not load; and it has no way
 * to fork. This is the fork.
 *
 * <p>Arguments: {@code check|write|skip} and the project's folder. Exit code 1 when a file is not
 * formatted (check) or cannot be parsed.
 */
void main(String[] args) throws IOException {
  String mode = args[0];
  if (mode.equals("skip")) {
    return;
  }
  Path root = Path.of(args[1]);
  List<Path> sources = sources(root);
  List<String> wrong =
      sources.parallelStream().filter(file -> !isFormatted(file, mode.equals("write"))).map(root::relativize).map(Path::toString).sorted().toList();
  if (wrong.isEmpty()) {
    return;
  }
  wrong.forEach(file -> System.err.println((mode.equals("write") ? "formatted " : "not formatted: ") + file));
  if (mode.equals("check")) {
    System.err.println("Format them with: mvn -q process-sources -N -Dformat=write");
    System.exit(1);
  }
}

List<Path> sources(Path root) throws IOException {
  List<Path> found = new ArrayList<>();
  Files.walkFileTree(
      root,
      new SimpleFileVisitor<>() {
        @Override
        public FileVisitResult preVisitDirectory(Path dir, BasicFileAttributes attributes) {
          String name = dir.getFileName().toString();
          boolean skipped = name.equals("target") || name.equals("build") || (name.startsWith(".") && !dir.equals(root));
          return skipped ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
        }

        @Override
        public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
          if (file.toString().endsWith(".java")) {
            found.add(file);
          }
          return FileVisitResult.CONTINUE;
        }
      });
  return found;
}

boolean isFormatted(Path file, boolean write) {
  try {
    String before = Files.readString(file);
    String after = new Formatter(JavaFormatterOptions.defaultOptions()).formatSourceAndFixImports(before);
    if (before.equals(after)) {
      return true;
    }
    if (write) {
      Files.writeString(file, after);
    }
    return false;
  } catch (IOException e) {
    throw new UncheckedIOException(e);
  } catch (FormatterException e) {
    throw new IllegalStateException(file + ": " + e.getMessage(), e);
  }
}
