package io.luotsi.app.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.app.settings.ClusterSettings;
import io.luotsi.http.audit.AuditLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** A policy that cannot be used ends {@code up} before anything is founded. */
class AuditPolicyFileTest {
  @TempDir private Path folder;

  private static ClusterSettings.Audit audit(Path file) {
    return new ClusterSettings.Audit(Optional.of(file), new AuditLog.Rotation(1_000, 1));
  }

  private void isRefused(Path file, String why) {
    CommandLine command = new CommandLine(new UpCommand());
    UpCommand up = command.getCommand();

    // Which exits with 2, in one line, as every wrong usage does.
    assertThatThrownBy(() -> up.check(audit(file)))
        .isInstanceOf(CommandLine.ParameterException.class)
        .hasMessageStartingWith("cannot ")
        .hasMessageContaining(why)
        .message()
        .hasLineCount(1);
  }

  @Test
  void aFileThatIsNotThereIsRefused() {
    isRefused(folder.resolve("none.yaml"), "none.yaml: no such file or folder");
  }

  @Test
  void aFileThatIsNoPolicyIsRefused() throws IOException {
    Path file = folder.resolve("policy.yaml");
    Files.writeString(file, "kind: Pod\n");
    isRefused(file, "policy.yaml: it is no Policy of audit.k8s.io/v1");
    Files.writeString(file, "a: [b\nc: {");
    isRefused(file, "cannot use audit.policy-file");
  }

  @Test
  void aPolicyIsRead() throws IOException {
    Path file = folder.resolve("policy.yaml");
    Files.writeString(
        file, "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n");

    assertThat(audit(file).policy().orElseThrow().rules()).hasSize(1);
    new CommandLine(new UpCommand()).<UpCommand>getCommand().check(audit(file));
  }
}
