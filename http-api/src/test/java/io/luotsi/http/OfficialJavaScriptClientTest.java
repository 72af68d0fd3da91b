package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.luotsi.core.api.Outcome;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The official client of JavaScript programs, unmodified: {@code src/test/javascript/client.mjs}.
 * Needs {@code node} and {@code npm}, and fetches the client once; {@code
 * -Dluotsi.test.javascript=required} makes a failure of what is otherwise left out.
 */
@Tag("long")
class OfficialJavaScriptClientTest {
  private static final String WANTED = System.getProperty("luotsi.test.javascript", "");
  private static final boolean REQUIRED = WANTED.equals("required");

  private static final Path SCRIPTS = Path.of("src", "test", "javascript");
  private static final List<String> FILES =
      List.of("package.json", "package-lock.json", "client.mjs");

  /** Kept from run to run, as what Maven fetches is. */
  private static final Path WORK = Path.of("target", "javascript").toAbsolutePath();

  @TempDir Path directory;

  @Test
  void everyPartOfTheScriptPasses() throws Exception {
    assumeFalse(WANTED.equals("skip"), "left out with -Dluotsi.test.javascript=skip");
    assumeTrue(REQUIRED || (isOnPath("node") && isOnPath("npm")), "node and npm on the PATH");
    install();
    try (TestServer server = TestServer.start()) {
      prepare(server);
      TestCertificates.Identity admin = server.certificates().identity("O=system:masters,CN=js");
      Path kubeconfig =
          Files.writeString(directory.resolve("kubeconfig"), Kubeconfigs.text(server, admin));
      String said = run(60, kubeconfig, "node", "client.mjs");
      long parts =
          Pattern.compile("(?m)^  async ['\"]")
              .matcher(Files.readString(SCRIPTS.resolve("client.mjs")))
              .results()
              .count();
      assertThat(said.lines().filter(line -> line.startsWith("ok: "))).hasSize((int) parts);
    }
  }

  private static boolean isOnPath(String program) {
    return Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  /** Fetches what the lock file names, unless that was done before. */
  private void install() throws IOException, InterruptedException {
    Files.createDirectories(WORK);
    Path installed = WORK.resolve("installed");
    Path lock = SCRIPTS.resolve("package-lock.json");
    boolean done = Files.exists(installed) && Files.mismatch(installed, lock) == -1;
    for (String file : FILES) {
      Files.write(WORK.resolve(file), Files.readAllBytes(SCRIPTS.resolve(file)));
    }
    if (!done) {
      run(300, directory, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
      Files.write(installed, Files.readAllBytes(lock));
    }
  }

  /** A pod that has said one line, and whose shell repeats one and ends with 3. */
  private static void prepare(TestServer server) {
    TestPods.namespace(server, "javascript");
    TestPods.bound(server, "javascript", "pod", "a");
    server.node().log("a", "line 1\n");
    FakePod shell = new FakePod();
    server.node().sessions(request -> Outcome.done(shell.session(FakePod::repeatOnce)));
  }

  /** What it said, once it has ended well. */
  private String run(int seconds, Path kubeconfig, String... command)
      throws IOException, InterruptedException {
    Path output = Files.createTempFile(directory, "output", "");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(WORK.toFile())
            .redirectErrorStream(true)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(output.toFile());
    builder.environment().put("KUBECONFIG", kubeconfig.toString());
    Process process = builder.start();
    boolean ended = process.waitFor(seconds, TimeUnit.SECONDS);
    process.descendants().forEach(ProcessHandle::destroyForcibly);
    process.destroyForcibly();
    String said = Files.readString(output);
    assertThat(ended).as("%s ends; it said: %s", List.of(command), said).isTrue();
    assertThat(process.exitValue()).as(said).isZero();
    return said;
  }
}
