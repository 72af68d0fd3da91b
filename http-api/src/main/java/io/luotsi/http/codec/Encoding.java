package io.luotsi.http.codec;

import com.fasterxml.jackson.core.PrettyPrinter;
import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.core.util.Separators;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.luotsi.core.api.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** JSON that we hold, in the format that a client asked for. */
public final class Encoding {
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
  private static final ObjectWriter PRETTY = Json.mapper().writer(prettyPrinter());

  private Encoding() {}

  /** As it is for JSON; anything else costs a decoding. */
  public static byte[] encode(byte[] json, Accepted accepted) {
    return switch (accepted.format()) {
      case JSON -> accepted.pretty() ? pretty(json) : json;
      case YAML -> yaml(json);
      case PROTOBUF -> ProtobufAnswer.of(json);
    };
  }

  public static byte[] encode(JsonNode json, Accepted accepted) {
    try {
      return accepted.format() == Accepted.Format.JSON && accepted.pretty()
          ? PRETTY.writeValueAsBytes(json)
          : encode(Json.write(json), accepted);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] pretty(byte[] json) {
    try {
      return PRETTY.writeValueAsBytes(Json.mapper().readTree(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static byte[] yaml(byte[] json) {
    try {
      // Sorted by name, as upstream's encoder leaves it.
      Map<String, Object> sorted =
          new TreeMap<>(
              Json.mapper().readerForMapOf(Object.class).<Map<String, Object>>readValue(json));
      DumpSettings settings =
          DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).setWidth(200).build();
      return new Dump(settings).dumpToString(sorted).getBytes(StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static PrettyPrinter prettyPrinter() {
    Separators separators =
        Separators.createDefaultInstance()
            .withObjectFieldValueSpacing(Separators.Spacing.AFTER)
            .withObjectEmptySeparator("")
            .withArrayEmptySeparator("");
    return new DefaultPrettyPrinter(separators)
        .withObjectIndenter(INDENT)
        .withArrayIndenter(INDENT);
  }
}
