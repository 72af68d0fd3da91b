package io.luotsi.bench.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.PlainFailure;
import io.luotsi.bench.store.ThrowawayCertificate;
import io.luotsi.core.api.Json;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class ApiRunTest {
  private static final int WRONG_USAGE = 2;
  private static final List<Double> LOAD = List.of(0.5, 2.25);

  @TempDir Path directory;

  private static double value(ApiReport report, ApiMeasure measure, Side side) {
    return Optional.ofNullable(report.figures().get(measure.key()))
        .map(figure -> figure.sides().get(side.label()))
        .orElseThrow(() -> new AssertionError(measure + " in " + report.figures()));
  }

  @Test
  void createsAndGetsAreMeasuredOverBothProtocols() throws Exception {
    ApiPlan plan = new ApiPlan(List.of(2), 1, 200, 0, 0, 1, List.of(), 1);
    List<String> progress = new ArrayList<>();
    ThrowawayCertificate certificate = ThrowawayCertificate.create(directory);
    try (EmptyServer server = EmptyServer.start(certificate);
        ApiTarget target =
            Servers.empty(certificate, server.port(), ProcessHandle.current().pid())) {
      ApiReport report =
          ApiReport.of(plan, "nothing", LOAD, ApiRun.traffic(plan, target, progress::add));
      for (Protocol protocol : Protocol.values()) {
        ApiMeasure creates = ApiMeasure.creates(protocol, 2);
        assertThat(value(report, creates, Side.EMPTY)).isGreaterThan(1);
        assertThat(value(report, creates.p50(), Side.EMPTY)).isPositive();
        assertThat(value(report, creates.p99(), Side.EMPTY))
            .isGreaterThanOrEqualTo(value(report, creates.p50(), Side.EMPTY));
        assertThat(value(report, creates.cpu(), Side.EMPTY)).isPositive();
        assertThat(value(report, ApiMeasure.gets(protocol, 2), Side.EMPTY)).isGreaterThan(1);
      }
      assertThat(progress).hasSize(4).allMatch(line -> line.startsWith("empty, "));

      Traffic traffic = new Traffic(target, Protocol.HTTP_2, 1);
      byte[] tooMuch = Bodies.configMap("big", "refused", 2 << 20);
      assertThatThrownBy(
              () ->
                  traffic.run(1, new AtomicInteger(), number -> new Traffic.Question("/", tooMuch)))
          .isInstanceOf(PlainFailure.class);
      traffic.close();
    }
  }

  @Test
  @Tag("faults")
  void everythingIsMeasured() throws Exception {
    ApiPlan plan = new ApiPlan(List.of(4), 1, 500, 1, 200, 2, List.of(1, 3), 5);
    ApiFigures figures = ApiRun.run(plan, Optional.empty(), Optional.of(directory), line -> {});
    assertThat(directory).isEmptyDirectory();
    ApiReport report = ApiReport.of(plan, "nothing", LOAD, figures);
    assertThat(value(report, ApiMeasure.COLD, Side.LUOTSI)).isGreaterThan(1);
    assertThat(value(report, ApiMeasure.creates(Protocol.HTTP_1, 4), Side.LUOTSI)).isGreaterThan(1);
    assertThat(value(report, ApiMeasure.gets(Protocol.HTTP_2, 4).cpu(), Side.LUOTSI)).isPositive();
    assertThat(value(report, ApiMeasure.LIST_MIB, Side.LUOTSI)).isBetween(0.3, 2.0);
    assertThat(value(report, ApiMeasure.LISTS, Side.LUOTSI)).isPositive();
    assertThat(value(report, ApiMeasure.LISTS_RESIDENT, Side.LUOTSI)).isGreaterThan(50);
    assertThat(value(report, ApiMeasure.watchP99(3, true), Side.LUOTSI)).isPositive();
    assertThat(report.figures()).hasSize(2 + 4 * 4 + 6 + 1 + 6 + 2 * 3);
  }

  @Test
  void theRatioIsOursByTheirsAndGoalsStandBesideTheFigures() {
    ApiMeasure creates = ApiMeasure.creates(Protocol.HTTP_2, 128);
    ApiFigures figures = new ApiFigures();
    figures.add(Side.LUOTSI, creates, 8_000);
    figures.add(Side.LUOTSI, creates, 12_000);
    figures.add(Side.REFERENCE, creates, 2_500);
    figures.add(Side.EMPTY, ApiMeasure.POD_GETS, 20_000);
    ApiReport report = ApiReport.of(ApiPlan.QUICK, "other", LOAD, figures);

    ObjectNode json = Json.objectOf(report);
    assertThat(json.at("/ratio/creates_http2_128").asDouble()).isEqualTo(4);
    assertThat(json.at("/figures/creates_http2_128/sides/luotsi").asDouble()).isEqualTo(10_000);
    assertThat(json.path("ratio")).hasSize(1);
    assertThat(json.at("/settings/clients")).hasSize(2);
    assertThat(json.at("/load/1").asDouble()).isEqualTo(2.25);
    assertThat(report.text())
        .contains("against other", "load average 0.5 before, 2.25 after")
        .containsPattern("128 clients, HTTP/2 +10,000 +2,500 +4.000 +-  >= 4 x 2,400-3,700")
        .containsPattern("get Pod/s, 64 clients, HTTP/2 +- +- +- +20,000");
  }

  @Test
  void aKubeconfigWithoutKeysIsRefused() throws Exception {
    Path kubeconfig = Files.writeString(directory.resolve("config"), "clusters: []\nusers: []\n");
    assertThatThrownBy(
            () -> ApiTarget.of(Side.REFERENCE, kubeconfig, OptionalLong.empty(), directory))
        .isInstanceOf(PlainFailure.class)
        .hasMessageContaining("must hold its certificates");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "--clients=0 | --clients must be 1 to 1000, not 0",
        "--clients=8,8 | --clients names one twice",
        "--watchers=10001 | --watchers must be 1 to 10000, not 10001",
        "--seconds=0 | --seconds must be 1 to 600, not 0",
        "--pods=-1 | --pods must be 0 to 1000000, not -1",
        "--lists=0 | --lists must be 1 to 100, not 0",
        "--against=/no/file | --against /no/file cannot be read",
        "--against-pid=1 | --against-pid needs --against",
        "--directory=/no/such/folder | --directory /no/such/folder is not a folder"
      })
  void whatCannotBeMeasuredIsRefusedInOneLine(String argument, String message) {
    List<String> said = new ArrayList<>();
    int code =
        new CommandLine(new ApiCommand())
            .setParameterExceptionHandler(
                (failure, given) -> {
                  said.add(failure.getMessage());
                  return WRONG_USAGE;
                })
            .execute(argument);
    assertThat(code).isEqualTo(WRONG_USAGE);
    assertThat(said).containsExactly(message);
  }
}
