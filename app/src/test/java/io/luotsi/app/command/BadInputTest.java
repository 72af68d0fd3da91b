package io.luotsi.app.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What commands are given and cannot use: one line, exit code 2, nothing founded. */
class BadInputTest {
  @TempDir private Path folder;

  private String data() {
    return folder.resolve("data").toString();
  }

  private void isRefused(String why, String... words) {
    assertThat(Refusal.of(words)).startsWith("luotsi").contains(why);
    assertThat(folder.resolve("data")).doesNotExist();
  }

  @Test
  void aFileThatIsNoBackupIsNotRestored() throws IOException {
    String absent = folder.resolve("absent").toString();
    isRefused("no such file", "backup", "restore", absent, "--data", data());
    isRefused("cannot read " + folder, "backup", "restore", folder.toString(), "--data", data());
    Path foreign = Files.writeString(folder.resolve("foreign"), "apiVersion: v1\n");
    isRefused("foreign", "backup", "restore", foreign.toString(), "--data", data());
  }

  @Test
  void aRestoredClusterHasTheSizesOfOthers() {
    isRefused("--jvms must be 1, 3 or 5", "backup", "restore", "x", "--data", data(), "--jvms=2");
    isRefused("--port must be 0 to", "backup", "restore", "x", "--data", data(), "--port=70000");
    isRefused("--workers must be 0 to", "backup", "restore", "x", "--data", data(), "--workers=51");
  }

  @Test
  void aBackupIsNotSavedWhereNothingCanBeWritten() {
    isRefused("it is a folder", "backup", "save", folder.toString(), "--data", data());
    Path nowhere = folder.resolve("none/backup");
    isRefused("there is no folder", "backup", "save", nowhere.toString(), "--data", data());
  }

  @Test
  void aFileIsNoDataDirectory() throws IOException {
    String file = Files.writeString(folder.resolve("file"), "").toString();
    for (String command : new String[] {"up", "status", "down"}) {
      isRefused("is not a folder", command, "--data", file);
    }
    isRefused("is not a folder", "kill", "node-1", "--data", file);
    String below = folder.resolve("file/data").toString();
    isRefused("cannot use", "up", "-d", "--port", "0", "--data", below);
  }

  @Test
  void aFolderOfSomethingElseIsNoDataDirectory() throws IOException {
    Files.writeString(folder.resolve("thesis.tex"), "");
    isRefused("something else (", "up", "-d", "--port", "0", "--data", folder.toString());
  }

  @Test
  void anAddressThatIsNotThisMachinesIsRefused() {
    isRefused("no address 203.0.113.7", "up", "-d", "--bind", "203.0.113.7", "--data", data());
  }

  @Test
  void aMemberThatThereIsNotIsNamed() throws IOException {
    Path founded = Files.createDirectory(folder.resolve("founded"));
    Files.writeString(
        founded.resolve("cluster.json"), "{\"format\":1,\"uid\":\"u\",\"port\":20000,\"slot\":0}");
    for (String command : new String[] {"kill", "start", "pause", "resume"}) {
      isRefused(
          "there is no member node-9; members are node-1",
          command,
          "node-9",
          "--data",
          founded.toString());
    }
  }
}
