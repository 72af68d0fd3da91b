package io.luotsi.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StartReportTest {
  private static StartFigures answering(long millis) {
    return new StartFigures(millis - 100, millis, millis + 200, 2 * millis, 210, 95, 4);
  }

  @Test
  void theTableShowsMedianAndWorstOfEachBuild() {
    StartReport report =
        StartReport.of(
            30, Map.of("this", List.of(answering(900), answering(1_400), answering(1_000))));
    assertThat(report.text())
        .contains("this, 3 starts", "1000 / 1400", "900 / 1300", "2000 / 2800", "210 / 210");
  }

  @Test
  void theMedianOfTwoIsTheLower() {
    assertThat(StartReport.median(List.of(7L, 3L))).isEqualTo(3);
  }

  @Test
  void mappedMemoryIsWhatIsResidentAndNotAnonymous() {
    Kernel.Memory memory =
        Kernel.memory(
            """
            00400000-7fff0000 ---p 00000000 00:00 0    [rollup]
            Rss:              215040 kB
            Pss_Anon:         122880 kB
            Anonymous:        122880 kB
            """);
    assertThat(memory).isEqualTo(new Kernel.Memory(210, 90));
  }
}
