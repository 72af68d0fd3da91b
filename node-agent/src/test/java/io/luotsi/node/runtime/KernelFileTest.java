package io.luotsi.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class KernelFileTest {
  @Test
  void readsMoreThanTheFirstCharacter() throws Exception {
    assertThat(KernelFile.firstLine(Path.of("/proc/sys/kernel/random/boot_id"))).hasSize(36);
    assertThat(Integer.parseInt(KernelFile.firstLine(Path.of("/proc/sys/kernel/pid_max"))))
        .isGreaterThan(300);
  }
}
