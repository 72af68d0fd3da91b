package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What a value may be and how two versions of it become one. Built-in and custom kinds are
 * described alike; pruning, defaulting, type checks, patches and OpenAPI all read it.
 *
 * <p>Immutable to the eye. A built-in type is decoded when it is first looked into, since most
 * processes touch few of them; schemas may refer to themselves.
 */
public final class StructuralSchema {
  /** How a value is written in JSON, and what Go would read it into. */
  public enum Type {
    /** Named properties. */
    OBJECT,
    /** Names of the client's choice, values alike. */
    MAP,
    ARRAY,
    STRING,
    /** Base64 text. */
    BYTES,
    /** RFC 3339 in whole seconds. */
    TIME,
    /** RFC 3339 with microseconds. */
    MICRO_TIME,
    /** Text or number; kept in canonical form. */
    QUANTITY,
    INT_OR_STRING,
    INT32,
    INT64,
    NUMBER,
    BOOLEAN,
    /** An object into which nobody looks. */
    FREE_FORM,
    /** Any JSON value. */
    ANY;

    /** What is below a value of the type. */
    public Structure structure() {
      return switch (this) {
        case OBJECT -> Structure.OBJECT;
        case MAP -> Structure.MAP;
        case ARRAY -> Structure.ARRAY;
        case STRING, BYTES, TIME, MICRO_TIME, QUANTITY -> Structure.SCALAR;
        case INT_OR_STRING, INT32, INT64, NUMBER, BOOLEAN -> Structure.SCALAR;
        case FREE_FORM, ANY -> Structure.OPEN;
      };
    }
  }

  /** What is below a value, for who walks through it. */
  public enum Structure {
    /** Properties, each with a schema of its own. */
    OBJECT,
    /** Values of one schema, by names of the client's choice. */
    MAP,
    /** Items of one schema. */
    ARRAY,
    /** Nothing. */
    SCALAR,
    /** Whatever the client likes. */
    OPEN
  }

  /** How lists merge. */
  public enum ListType {
    ATOMIC,
    SET,
    MAP
  }

  /**
   * What belongs to a type wherever it is used.
   *
   * @param definition upstream's name of it, {@code io.k8s.api.core.v1.PodSpec}; empty for types
   *     without a name
   * @param properties of an object, in name order; empty for others
   * @param required names of properties, in name order
   * @param element of a list or a map
   * @param atomic whether an object or map is replaced as a whole by an apply
   * @param preservesUnknown whether properties that are not listed are kept
   * @param defaulted those of the properties that have a default
   */
  record Shape(
      Type type,
      String definition,
      Map<String, StructuralSchema> properties,
      List<String> required,
      Optional<StructuralSchema> element,
      boolean atomic,
      boolean preservesUnknown,
      Map<String, StructuralSchema> defaulted) {
    Shape(
        Type type,
        String definition,
        Map<String, StructuralSchema> properties,
        List<String> required,
        Optional<StructuralSchema> element,
        boolean atomic,
        boolean preservesUnknown) {
      this(
          type,
          definition,
          properties,
          required,
          element,
          atomic,
          preservesUnknown,
          withDefaults(properties));
    }

    private static Map<String, StructuralSchema> withDefaults(
        Map<String, StructuralSchema> properties) {
      Map<String, StructuralSchema> found = new LinkedHashMap<>();
      properties.forEach(
          (name, property) -> {
            if (property.defaultValue().isPresent()) {
              found.put(name, property);
            }
          });
      return found.isEmpty() ? Map.of() : Collections.unmodifiableMap(found);
    }
  }

  /**
   * What is said of a type at one place of its use.
   *
   * @param listType empty if nothing is said, which means atomic
   * @param patchStrategies of strategic merge patch
   * @param patchMergeKey empty for none
   * @param defaultsZero whether a zero or {@code ""} counts as absent
   * @param omitsEmpty whether an empty list or map counts as absent
   */
  record Usage(
      Optional<ListType> listType,
      List<String> listMapKeys,
      boolean atomicMap,
      List<String> patchStrategies,
      String patchMergeKey,
      Optional<JsonNode> defaultValue,
      boolean defaultsZero,
      boolean nullable,
      boolean omitsEmpty) {
    static final Usage PLAIN = plain(false);

    /** Of an optional field of which there is nothing else to say. */
    static final Usage OPTIONAL = plain(true);

    private static Usage plain(boolean omitsEmpty) {
      return new Usage(
          Optional.empty(),
          List.of(),
          false,
          List.of(),
          "",
          Optional.empty(),
          false,
          false,
          omitsEmpty);
    }
  }

  /** What takes any JSON value, where nothing more is known. */
  public static final StructuralSchema ANYTHING =
      new StructuralSchema(
          new Shape(Type.ANY, "", Map.of(), List.of(), Optional.empty(), false, false),
          Usage.PLAIN);

  private final Supplier<Shape> source;
  private final Usage usage;
  private volatile @Nullable Shape shape;

  StructuralSchema(Supplier<Shape> source, Usage usage) {
    this.source = source;
    this.usage = usage;
  }

  StructuralSchema(Shape shape, Usage usage) {
    this.source = () -> shape;
    this.usage = usage;
    this.shape = shape;
  }

  Shape shape() {
    Shape known = shape;
    if (known == null) {
      known = source.get();
      shape = known; // a race decodes twice and ends with equal shapes
    }
    return known;
  }

  public Type type() {
    return shape().type();
  }

  /** Upstream's name of the type, empty if it has none. */
  public String definition() {
    return shape().definition();
  }

  /** The type's name in Go: the last part of {@link #definition}. */
  public String goName() {
    String definition = definition();
    return definition.substring(definition.lastIndexOf('.') + 1);
  }

  /** Of an object, in name order; empty for others. */
  public Map<String, StructuralSchema> properties() {
    return shape().properties();
  }

  public Optional<StructuralSchema> property(String name) {
    return Optional.ofNullable(shape().properties().get(name));
  }

  /** Names of properties that upstream always writes, in name order. */
  public List<String> required() {
    return shape().required();
  }

  /**
   * The schema of a list's items or a map's values.
   *
   * @throws IllegalStateException if this is neither (a caller's bug)
   */
  public StructuralSchema element() {
    return shape().element().orElseThrow(() -> new IllegalStateException("no list or map"));
  }

  /** How an apply merges this list; atomic if nothing is said. */
  public ListType listType() {
    return usage.listType().orElse(ListType.ATOMIC);
  }

  /** Fields that identify an item of a MAP list. */
  public List<String> listMapKeys() {
    return usage.listMapKeys();
  }

  /** Whether an apply replaces this object or map as a whole. */
  public boolean atomic() {
    return usage.atomicMap() || shape().atomic();
  }

  /** Strategic merge patch: {@code merge}, {@code replace}, {@code retainKeys}, or none of them. */
  public List<String> patchStrategies() {
    return usage.patchStrategies();
  }

  /** Strategic merge patch: the field that identifies an item; empty for none. */
  public String patchMergeKey() {
    return usage.patchMergeKey();
  }

  /** What an absent value is taken to be. Shared: copy before putting it into a tree. */
  public Optional<JsonNode> defaultValue() {
    return usage.defaultValue();
  }

  /** Whether the default also replaces a zero, upstream's field being no pointer. */
  public boolean defaultsZero() {
    return usage.defaultsZero();
  }

  /** Whether null is a value of its own; otherwise null means absent. */
  public boolean nullable() {
    return usage.nullable();
  }

  /** Whether an empty list or map means absent, as in Go's JSON of optional fields. */
  public boolean omitsEmpty() {
    return usage.omitsEmpty();
  }

  /** Whether properties that the schema does not list are kept. */
  public boolean preservesUnknown() {
    return shape().preservesUnknown();
  }

  @Override
  public String toString() {
    return definition().isEmpty() ? type().toString() : definition();
  }
}
