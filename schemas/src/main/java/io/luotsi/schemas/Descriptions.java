package io.luotsi.schemas;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/**
 * The prose of all definitions, for OpenAPI documents. Some 400 KB once loaded: load it, use it,
 * let it go.
 */
public final class Descriptions {
  /** The class path resource, beside this class. */
  public static final String RESOURCE = "descriptions.bin.gz";

  private final Map<String, String> definitions;
  private final Map<String, Map<String, String>> properties;

  private Descriptions(
      Map<String, String> definitions, Map<String, Map<String, String>> properties) {
    this.definitions = definitions;
    this.properties = properties;
  }

  /**
   * @throws IllegalStateException if the build did not put the resource there
   */
  public static Descriptions load() {
    try (InputStream file = Descriptions.class.getResourceAsStream(RESOURCE)) {
      if (file == null) {
        throw new IllegalStateException(RESOURCE + " is missing: build the module schemas");
      }
      return read(new DataInputStream(new GZIPInputStream(file)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Descriptions read(DataInputStream in) throws IOException {
    int count = in.readInt();
    Map<String, String> definitions = HashMap.newHashMap(count);
    Map<String, Map<String, String>> properties = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      String name = in.readUTF();
      definitions.put(name, in.readUTF());
      int propertyCount = in.readShort();
      Map<String, String> ofProperties = HashMap.newHashMap(propertyCount);
      for (int j = 0; j < propertyCount; j++) {
        ofProperties.put(in.readUTF(), in.readUTF());
      }
      properties.put(name, ofProperties);
    }
    return new Descriptions(definitions, properties);
  }

  /** Empty if there is none. */
  public String of(String definition) {
    return definitions.getOrDefault(definition, "");
  }

  /** Empty if there is none. */
  public String of(String definition, String property) {
    return properties.getOrDefault(definition, Map.of()).getOrDefault(property, "");
  }
}
