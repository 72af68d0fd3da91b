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
  private static final String POLICY =
      "apiVersion: audit.k8s.io/v1\nkind: Policy\nrules: [{level: Metadata}]\n";

  @TempDir private Path folder;

  private static ClusterSettings.Audit audit(Path file) {
    return new ClusterSettings.Audit(
        Optional.of(file), Optional.empty(), new AuditLog.Rotation(1_000, 1));
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
    isRefused(file, "cannot use the audit policy");
  }

  @Test
  void whatUpIsToldIsLookedAtBeforeAnythingIsMade() throws IOException {
    UpInVain up = new UpInVain(folder.resolve("data"));
    Path policy = folder.resolve("policy.yaml");
    Path none = folder.resolve("none");
    up.isRefused("none: no such file or folder", "--audit-policy-file", none.toString());
    up.isRefused("no policy says what to write", "--audit-log-path", none.toString());
    Files.writeString(policy, POLICY);
    up.isRefused(
        "there is no folder " + none,
        "--audit-policy-file",
        policy.toString(),
        "--audit-log-path",
        none.resolve("audit.log").toString());
    up.isRefused(
        "it is a folder",
        "--audit-policy-file",
        policy.toString(),
        "--audit-log-path",
        folder.toString());
    assertThat(folder.toFile().list()).containsExactly("policy.yaml");
  }

  @Test
  void whatTheCommandLineSaysCountsInsteadOfTheSettings() {
    Path one = Path.of("/one.yaml");
    Path other = Path.of("/other.yaml");
    Path log = Path.of("/var/log/audit.log");
    ClusterSettings.Audit both = audit(one).with(Optional.of(other), Optional.of(log));
    assertThat(both.policyFile()).contains(other);
    assertThat(both.log("node-1", false)).contains(log);
    assertThat(both.log("node-1", true)).contains(Path.of("/var/log/audit-node-1.log"));
    assertThat(audit(one).with(Optional.empty(), Optional.of(Path.of("/audit"))))
        .satisfies(audit -> assertThat(audit.policyFile()).contains(one))
        .satisfies(
            audit -> assertThat(audit.log("node-2", true)).contains(Path.of("/audit-node-2")));
    assertThat(audit(one).log("node-1", true)).isEmpty();
  }

  @Test
  void aPolicyIsRead() throws IOException {
    Path file = folder.resolve("policy.yaml");
    Files.writeString(file, POLICY);

    assertThat(audit(file).policy().orElseThrow().rules()).hasSize(1);
    new CommandLine(new UpCommand()).<UpCommand>getCommand().check(audit(file));
  }
}
