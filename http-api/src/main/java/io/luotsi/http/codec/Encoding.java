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
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.Tag;
import org.snakeyaml.engine.v2.representer.StandardRepresenter;

/** JSON that we hold, in the format that a client asked for. */
public final class Encoding {
  private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
  private static final ObjectWriter PRETTY = Json.mapper().writer(prettyPrinter());

  private static final DumpSettings YAML =
      DumpSettings.builder()
          .setDefaultFlowStyle(FlowStyle.BLOCK)
          .setWidth(Integer.MAX_VALUE)
          .build();

  /** Text that no reader of any version of YAML takes for a number, a time or a truth value. */
  private static final Pattern PLAIN =
      Pattern.compile("(?!(?i:y|n|yes|no|on|off|true|false|null)$)[A-Za-z/].*");

  private Encoding() {}

  /** Names in order and text in quotation marks where it could be something else, as upstream. */
  private static final class YamlNodes extends StandardRepresenter {
    YamlNodes() {
      super(YAML);
      representers.put(String.class, text -> representScalar(Tag.STR, (String) text, style(text)));
    }

    @Override
    protected Node representMapping(Tag tag, Map<?, ?> mapping, FlowStyle flowStyle) {
      return super.representMapping(tag, new TreeMap<>(mapping), flowStyle);
    }

    private static ScalarStyle style(Object text) {
      String value = text.toString();
      if (value.indexOf('\n') >= 0) {
        return ScalarStyle.LITERAL;
      }
      return PLAIN.matcher(value).matches() ? ScalarStyle.PLAIN : ScalarStyle.DOUBLE_QUOTED;
    }
  }

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
      Map<String, Object> fields = Json.mapper().readerForMapOf(Object.class).readValue(json);
      return new Dump(YAML, new YamlNodes()).dumpToString(fields).getBytes(StandardCharsets.UTF_8);
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
