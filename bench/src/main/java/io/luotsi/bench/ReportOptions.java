package io.luotsi.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import io.luotsi.core.api.Json;
import picocli.CommandLine.Option;

/** What every benchmark takes: the form in which it says what it has found, and {@code --help}. */
public final class ReportOptions {
  /** For people, or for programs. */
  enum Format {
    text,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private Format format = Format.text;

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  /**
   * Says it on standard output.
   *
   * @param text the same for people, whole lines
   */
  public void print(Object report, String text) throws JsonProcessingException {
    switch (format) {
      case text -> System.out.print(text);
      case json ->
          System.out.println(
              Json.mapper().writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(report));
    }
  }
}
