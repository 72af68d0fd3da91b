package io.luotsi.schemas.generator;

import io.luotsi.schemas.Definition;
import io.luotsi.schemas.Definitions;
import io.luotsi.schemas.Descriptions;
import io.luotsi.schemas.MergeRules;
import io.luotsi.schemas.Property;
import io.luotsi.schemas.ValueType;
import io.luotsi.schemas.generator.Models.Described;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Writes the two resources of {@link Definitions} and {@link Descriptions}. Arguments: the table
 * and the folder of compiled classes. The same input gives the same bytes.
 */
final class Generator {
  private final Map<String, Integer> positions = new HashMap<>();

  private Generator() {}

  public static void main(String[] arguments) throws IOException {
    Path folder = Path.of(arguments[1]).resolve("io/luotsi/schemas");
    List<Described> all = Models.read(Table.parse(Files.readAllLines(Path.of(arguments[0]))));
    Files.createDirectories(folder);
    Files.write(folder.resolve(Definitions.RESOURCE), new Generator().definitions(all));
    Files.write(folder.resolve(Descriptions.RESOURCE), descriptions(all));
  }

  private byte[] definitions(List<Described> all) throws IOException {
    all.forEach(described -> positions.put(described.definition().name(), positions.size()));
    ByteArrayOutputStream bodies = new ByteArrayOutputStream();
    int[] offsets = new int[all.size()];
    int headerBytes = 2 * Integer.BYTES;
    for (int i = 0; i < offsets.length; i++) {
      offsets[i] = bodies.size();
      Definition definition = all.get(i).definition();
      write(new DataOutputStream(bodies), definition);
      headerBytes += Short.BYTES + utf8(definition.name()).length + Integer.BYTES;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    out.writeInt(Definitions.MAGIC);
    out.writeInt(all.size());
    for (int i = 0; i < offsets.length; i++) {
      text(out, all.get(i).definition().name());
      out.writeInt(headerBytes + offsets[i]);
    }
    bodies.writeTo(out);
    return bytes.toByteArray();
  }

  private void write(DataOutputStream out, Definition definition) throws IOException {
    type(out, definition.type());
    text(out, definition.mapType());
    out.writeShort(definition.kinds().size());
    for (Definition.Kind kind : definition.kinds()) {
      text(out, kind.group());
      text(out, kind.version());
      text(out, kind.kind());
    }
    out.writeShort(definition.properties().size());
    for (Property property : definition.properties()) {
      text(out, property.name());
      type(out, property.type());
      out.writeBoolean(property.required());
      merge(out, property.merge());
      text(out, property.defaultJson());
      out.writeBoolean(property.defaultsZero());
      out.writeBoolean(property.keepsEmpty());
    }
  }

  private static void merge(DataOutputStream out, MergeRules merge) throws IOException {
    boolean any = !merge.equals(MergeRules.NONE);
    out.writeBoolean(any);
    if (any) {
      text(out, merge.listType());
      texts(out, merge.listMapKeys());
      text(out, merge.mapType());
      texts(out, merge.patchStrategies());
      text(out, merge.patchMergeKey());
    }
  }

  private void type(DataOutputStream out, ValueType type) throws IOException {
    switch (type) {
      case ValueType.Scalar(String name, String format) -> {
        out.writeByte(Definitions.SCALAR);
        text(out, name);
        text(out, format);
      }
      case ValueType.Reference(String definition) -> {
        out.writeByte(Definitions.REFERENCE);
        out.writeShort(positions.get(definition));
      }
      case ValueType.ListOf(ValueType items) -> {
        out.writeByte(Definitions.LIST);
        type(out, items);
      }
      case ValueType.MapOf(ValueType values) -> {
        out.writeByte(Definitions.MAP);
        type(out, values);
      }
      case ValueType.FreeForm() -> out.writeByte(Definitions.FREE_FORM);
      case ValueType.Any() -> out.writeByte(Definitions.ANY);
      case ValueType.Struct() -> out.writeByte(Definitions.STRUCT);
    }
  }

  private static byte[] descriptions(List<Described> all) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (OutputStream zipped = new GZIPOutputStream(bytes);
        DataOutputStream out = new DataOutputStream(zipped)) {
      out.writeInt(all.size());
      for (Described described : all) {
        out.writeUTF(described.definition().name());
        out.writeUTF(described.description());
        out.writeShort(described.properties().size());
        for (Map.Entry<String, String> property : described.properties().entrySet()) {
          out.writeUTF(property.getKey());
          out.writeUTF(property.getValue());
        }
      }
    }
    return bytes.toByteArray();
  }

  private static void texts(DataOutputStream out, List<String> texts) throws IOException {
    out.writeByte(texts.size());
    for (String text : texts) {
      text(out, text);
    }
  }

  private static void text(DataOutputStream out, String text) throws IOException {
    byte[] bytes = utf8(text);
    out.writeShort(bytes.length);
    out.write(bytes);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
