package io.luotsi.schemas;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/**
 * All definitions of Kubernetes 1.36's generally available kinds. Loading reads an index of names;
 * a definition is decoded each time it is asked for, so callers keep what they need. Thread-safe.
 */
public final class Definitions {
  /** The class path resource, beside this class. */
  public static final String RESOURCE = "definitions.bin";

  /** First bytes of the resource: a name and the version of its layout. */
  public static final int MAGIC = 0x4c_53_44_02;

  /** Tags of {@link ValueType}s in the resource. */
  public static final byte SCALAR = 0;

  public static final byte REFERENCE = 1;
  public static final byte LIST = 2;
  public static final byte MAP = 3;
  public static final byte FREE_FORM = 4;
  public static final byte ANY = 5;
  public static final byte STRUCT = 6;

  private final ByteBuffer bytes;
  private final List<String> names;
  private final Map<String, Integer> offsets;

  private Definitions(ByteBuffer bytes, List<String> names, Map<String, Integer> offsets) {
    this.bytes = bytes;
    this.names = names;
    this.offsets = offsets;
  }

  /**
   * @throws IllegalStateException if the build did not put the resource there
   */
  public static Definitions load() {
    try (InputStream in = Definitions.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing: build the module schemas");
      }
      return parse(in.readAllBytes());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Definitions parse(byte[] content) {
    ByteBuffer bytes = ByteBuffer.wrap(content);
    if (bytes.getInt() != MAGIC) {
      throw new IllegalStateException(RESOURCE + " has another format: build the module schemas");
    }
    int count = bytes.getInt();
    List<String> names = new ArrayList<>(count);
    Map<String, Integer> offsets = HashMap.newHashMap(count);
    for (int i = 0; i < count; i++) {
      String name = text(bytes);
      names.add(name);
      offsets.put(name, bytes.getInt());
    }
    return new Definitions(bytes, names, offsets);
  }

  /** All names, sorted. */
  public Set<String> names() {
    return Collections.unmodifiableSet(new TreeSet<>(names));
  }

  public Optional<Definition> find(String name) {
    Integer offset = offsets.get(name);
    return offset == null ? Optional.empty() : Optional.of(read(name, bytes.duplicate(), offset));
  }

  /**
   * @throws IllegalArgumentException if there is none of that name (a caller's bug)
   */
  public Definition get(String name) {
    return find(name)
        .orElseThrow(() -> new IllegalArgumentException("no definition named " + name));
  }

  private Definition read(String name, ByteBuffer in, int offset) {
    in.position(offset);
    ValueType type = type(in);
    String mapType = text(in);
    int kindCount = in.getShort();
    List<Definition.Kind> kinds = new ArrayList<>(kindCount);
    for (int i = 0; i < kindCount; i++) {
      kinds.add(new Definition.Kind(text(in), text(in), text(in)));
    }
    int propertyCount = in.getShort();
    List<Property> properties = new ArrayList<>(propertyCount);
    for (int i = 0; i < propertyCount; i++) {
      properties.add(property(in));
    }
    return new Definition(name, type, mapType, kinds, properties);
  }

  private Property property(ByteBuffer in) {
    String name = text(in);
    ValueType type = type(in);
    boolean required = in.get() != 0;
    boolean hasMergeRules = in.get() != 0;
    MergeRules merge =
        hasMergeRules
            ? new MergeRules(text(in), texts(in), text(in), texts(in), text(in))
            : MergeRules.NONE;
    return new Property(name, type, required, merge, text(in), in.get() != 0, in.get() != 0);
  }

  private ValueType type(ByteBuffer in) {
    byte tag = in.get();
    return switch (tag) {
      case SCALAR -> new ValueType.Scalar(text(in), text(in));
      case REFERENCE -> new ValueType.Reference(names.get(in.getShort()));
      case LIST -> new ValueType.ListOf(type(in));
      case MAP -> new ValueType.MapOf(type(in));
      case FREE_FORM -> new ValueType.FreeForm();
      case ANY -> new ValueType.Any();
      case STRUCT -> new ValueType.Struct();
      default -> throw new IllegalStateException("unknown tag " + tag + " in " + RESOURCE);
    };
  }

  private static List<String> texts(ByteBuffer in) {
    int count = in.get();
    List<String> texts = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      texts.add(text(in));
    }
    return texts;
  }

  private static String text(ByteBuffer in) {
    int length = in.getShort();
    if (length == 0) {
      return "";
    }
    String text =
        new String(in.array(), in.arrayOffset() + in.position(), length, StandardCharsets.UTF_8);
    in.position(in.position() + length);
    return text;
  }
}
