package io.luotsi.app.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.luotsi.app.PlainFailure;
import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.raft.Groups;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.logging.Level;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SettingsReaderTest {
  @TempDir Path folder;

  private ClusterSettings read(String text) throws IOException {
    return SettingsReader.read(Files.writeString(folder.resolve("cluster.conf"), text));
  }

  @Test
  void theFileAtTheTopOfTheProjectSaysAllDefaultsAndNothingElse() {
    Config documented = ConfigFactory.parseFile(Path.of("..", "cluster.conf").toFile()).resolve();
    assertThat(documented.entrySet()).isNotEmpty();
    assertThat(documented.root().unwrapped())
        .isEqualTo(SettingsReader.defaults().root().unwrapped());
  }

  @Test
  void everyKeyOfTheFileAtTheTopIsExplained() throws IOException {
    boolean commented = false;
    for (String line : Files.readAllLines(Path.of("..", "cluster.conf"))) {
      String text = line.strip();
      if (text.contains("=")
          && !text.startsWith("#")
          && line.startsWith("  ")
          && line.charAt(2) != ' ') {
        assertThat(commented).as("a comment above: " + text).isTrue();
      }
      if (!text.isEmpty()) {
        commented = text.startsWith("#");
      }
    }
  }

  @Test
  void controllersAreChosenByUpstreamsNames() throws IOException {
    ClusterSettings settings = read("controllers.run = [ \"*\", \"-scheduler\" ]");
    assertThat(settings.controllers().selection().runs("scheduler")).isFalse();
    assertThat(settings.controllers().selection().runs("namespace-controller")).isTrue();
    assertThatThrownBy(() -> read("\ncontrollers.run = [ \"-scheduling\" ]"))
        .isInstanceOf(PlainFailure.class)
        .hasMessageContaining("cluster.conf:2")
        .hasMessageContaining("'-scheduling' is not in the list of known controllers");
  }

  @Test
  void whatTheFileLeavesOutKeepsItsDefault() throws IOException {
    ClusterSettings settings = read("api.port = 20000\nlog { level = debug }\n");
    assertThat(settings.api().port()).isEqualTo(20_000);
    assertThat(settings.api().bind()).isEqualTo("127.0.0.1");
    assertThat(settings.logLevel()).isEqualTo(Level.FINE);
    assertThat(settings.store().writeTimeout()).isEqualTo(Duration.ofSeconds(10));
  }

  @Test
  void aFileThatIsNotThereMeansDefaults() {
    assertThat(SettingsReader.read(folder.resolve("none")).api().port()).isEqualTo(17_443);
  }

  @Test
  void anUnknownKeyIsNamedWithFileAndLine() {
    assertRefused("api {\n  prot = 1\n}\n", "cluster.conf:2: there is no setting api.prot");
  }

  @Test
  void aWrongTypeIsNamedWithFileAndLine() {
    assertRefused("api {\n\n  port = many\n}\n", "cluster.conf:3: ", "api.port");
  }

  @Test
  void aValueOutsideItsRangeIsNamedWithFileAndLine() {
    assertRefused("api.port = 40000\n", "cluster.conf:1: ", "40000 is outside 0 to 32700");
  }

  @Test
  void aGroupCannotBeAValue() {
    assertRefused("api = 5\n", "cluster.conf:1: api is a group of settings");
  }

  @Test
  void badSyntaxIsNamedWithFileAndLine() {
    assertRefused("api {\n  port = }\n", "cluster.conf:2");
  }

  @Test
  void resourcesAreAssignedToGroups() throws IOException {
    Groups groups =
        read("store.groups { count = 3, assigned = [ \"events=1\", \"leases.coordination.k8s.io ="
                + " 2\" ] }")
            .tuning()
            .groups();
    assertThat(groups.count()).isEqualTo(3);
    assertThat(groups.of(GroupResource.parse("events"))).isEqualTo(1);
    assertThat(groups.of(GroupResource.parse("leases.coordination.k8s.io"))).isEqualTo(2);
    assertThat(groups.of(GroupResource.parse("pods"))).isZero();
  }

  @Test
  void aGroupThatIsNotThereIsNamedWithFileAndLine() {
    assertRefused(
        "store.groups {\n count = 2\n assigned = [ \"events = 2\" ]\n}\n",
        "cluster.conf:3: ",
        "'events = 2' is not a resource and one of 2 groups");
  }

  private void assertRefused(String text, String... words) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(PlainFailure.class)
        .hasMessageContainingAll(words)
        .satisfies(failure -> assertThat(failure.getMessage()).doesNotContain("\n"));
  }
}
