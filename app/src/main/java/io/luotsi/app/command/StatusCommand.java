package io.luotsi.app.command;

import com.fasterxml.jackson.databind.SerializationFeature;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.core.api.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "status", description = "Shows a running cluster's members and nodes.")
final class StatusCommand implements Callable<Integer> {
  /** For people, or for programs. */
  enum Format {
    text,
    json
  }

  @Mixin private DataOption data = new DataOption();

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private Format format = Format.text;

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  @Override
  public Integer call() {
    DataDirectory directory = data.directory();
    ClusterState state =
        ClusterState.read(directory)
            .orElseThrow(
                () ->
                    new PlainFailure(
                        directory.identity().isPresent()
                            ? "the cluster in %s is not running; start it with: luotsi up"
                                .formatted(directory.root())
                            : "there is no cluster in %s; start one with: luotsi up"
                                .formatted(directory.root())));
    switch (format) {
      case text -> System.out.print(StatusText.of(directory, state));
      case json -> System.out.println(json(state));
    }
    return 0;
  }

  private static String json(ClusterState state) {
    try {
      return Json.mapper()
          .writer(SerializationFeature.INDENT_OUTPUT)
          .writeValueAsString(state.json());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
