package io.luotsi.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.app.PlainFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EtcdServersTest {
  @TempDir Path folder;

  private Path program(String says) throws IOException {
    Path program = Files.writeString(folder.resolve("etcd"), "#!/bin/sh\necho '" + says + "'\n");
    assertThat(program.toFile().setExecutable(true)).isTrue();
    return program;
  }

  @Test
  void theVersionIsWhatTheBinarySays() throws IOException {
    assertThat(EtcdServers.version(program("etcd Version: 3.9.1"))).isEqualTo("etcd 3.9.1");
  }

  @Test
  void whatIsNoEtcdIsNamed() throws IOException {
    Path other = program("hello");
    assertThatThrownBy(() -> EtcdServers.version(other))
        .isInstanceOf(PlainFailure.class)
        .hasMessage(other + " does not say its version");
  }
}
