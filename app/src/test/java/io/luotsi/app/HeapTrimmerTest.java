package io.luotsi.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HeapTrimmerTest {
  private static final long MIB = 1 << 20;

  @ParameterizedTest
  @CsvSource({
    // used, live, last pause, idle, due
    "30, 0, 0, false, false",
    "40, 0, 0, false, true", // it has never been collected
    "230, 100, 100, false, false",
    "233, 100, 100, false, true", // twice what lived, and some
    "115, 100, 100, true, false",
    "117, 100, 100, true, true", // nobody is asking
    "420, 400, 400, true, false", // less than an eighth came to it
    "451, 400, 400, true, true",
    "520, 400, 400, true, false", // half a second would make members think that it is gone
    "900, 400, 400, false, false",
    "1900, 400, 400, false, true",
    "900, 400, 100, false, true", // on a faster machine
  })
  void collectsWhenItIsWorthItAndShort(
      long used, long live, long pause, boolean idle, boolean due) {
    var sight = new HeapTrimmer.Sight(used * MIB, live * MIB, Duration.ofMillis(pause), idle);
    assertThat(sight.isDue()).isEqualTo(due);
  }

  @ParameterizedTest
  @CsvSource({
    // used, live, last pause, long
    "400, 0, 0, false",
    "600, 0, 0, true", // a millisecond a MiB, until it is known better
    "233, 100, 100, false",
    "520, 400, 400, true",
    "520, 400, 100, false",
    "1900, 400, 100, false",
    "2100, 400, 100, true",
  })
  void othersAreToLeadWhenACollectionTakesLong(long used, long live, long pause, boolean isLong) {
    var sight = new HeapTrimmer.Sight(used * MIB, live * MIB, Duration.ofMillis(pause), false);
    assertThat(sight.isLong()).isEqualTo(isLong);
  }

  @Test
  @Timeout(60)
  void aHeapThatWasFilledAndLetGoIsGivenBack() throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xms32m",
                "-Xmx1g",
                "-XX:MinHeapFreeRatio=10",
                "-XX:MaxHeapFreeRatio=20",
                "-XX:-ShrinkHeapInSteps",
                "-cp",
                System.getProperty("java.class.path"),
                Filler.class.getName())
            .inheritIO()
            .start();
    try {
      assertThat(process.waitFor(50, TimeUnit.SECONDS)).isTrue();
      assertThat(process.exitValue()).isZero();
    } finally {
      process.destroyForcibly();
    }
  }

  /** Ends with 0 once a heap that has held 200 MiB is small, with nobody asking for it. */
  static final class Filler {
    private static final long HELD = 200 * MIB;
    private static final long SMALL = 100 * MIB;

    private Filler() {}

    public static void main(String[] arguments) {
      Deque<byte[]> held = new ArrayDeque<>();
      while (held.size() < HELD / MIB) {
        held.add(new byte[(int) MIB]);
      }
      HeapTrimmer.start(() -> {});
      if (Runtime.getRuntime().totalMemory() < HELD) {
        System.exit(1);
      }
      held.clear();
      while (Runtime.getRuntime().totalMemory() > SMALL) {
        LockSupport.parkNanos(MIB);
      }
      System.exit(0);
    }
  }
}
