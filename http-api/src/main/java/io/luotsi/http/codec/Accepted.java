package io.luotsi.http.codec;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * How a client wants its answer, as its Accept header says.
 *
 * @param pretty indented, for people
 */
public record Accepted(Format format, Shape shape, boolean pretty) {
  /** Encodings of an answer. */
  public enum Format {
    JSON("application/json"),
    YAML("application/yaml");

    private final String mediaType;

    Format(String mediaType) {
      this.mediaType = mediaType;
    }

    public String mediaType() {
      return mediaType;
    }
  }

  /** What of an object is shown. */
  public enum Shape {
    /** The object itself. */
    OBJECT("", "", ""),
    TABLE("Table", "meta.k8s.io", "v1"),
    PARTIAL_METADATA("PartialObjectMetadata", "meta.k8s.io", "v1"),
    PARTIAL_METADATA_LIST("PartialObjectMetadataList", "meta.k8s.io", "v1"),
    DISCOVERY_V2("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2"),
    DISCOVERY_V2_BETA1("APIGroupDiscoveryList", "apidiscovery.k8s.io", "v2beta1");

    private final String as;
    private final String group;
    private final String version;

    Shape(String as, String group, String version) {
      this.as = as;
      this.group = group;
      this.version = version;
    }

    /** Whole media type of a JSON answer in this shape. */
    public String contentType() {
      return this == OBJECT
          ? "application/json"
          : "application/json;g=" + group + ";v=" + version + ";as=" + as;
    }
  }

  /** Shapes of one object. */
  public static final Set<Shape> OF_OBJECTS =
      Set.of(Shape.OBJECT, Shape.TABLE, Shape.PARTIAL_METADATA);

  /** Shapes of lists. */
  public static final Set<Shape> OF_LISTS =
      Set.of(Shape.OBJECT, Shape.TABLE, Shape.PARTIAL_METADATA_LIST);

  /** Shapes of what is not a resource's object. */
  public static final Set<Shape> PLAIN = Set.of(Shape.OBJECT);

  /** Shapes of the discovery of everything. */
  public static final Set<Shape> OF_DISCOVERY =
      Set.of(Shape.OBJECT, Shape.DISCOVERY_V2, Shape.DISCOVERY_V2_BETA1);

  private static final Accepted PLAIN_JSON = new Accepted(Format.JSON, Shape.OBJECT, false);

  private record Clause(String type, String as, String group, String version, double quality) {}

  /**
   * The first clause of highest quality that we can satisfy.
   *
   * @param header of Accept; empty means anything
   * @param shapes that the answer can take
   * @return NotAcceptable, in upstream's words, if there is none
   */
  public static Outcome<Accepted> negotiate(String header, Set<Shape> shapes, boolean pretty) {
    if (!pretty && (header.isEmpty() || header.equals("application/json"))) {
      return Outcome.done(PLAIN_JSON);
    }
    if (header.isEmpty()) {
      return Outcome.done(new Accepted(Format.JSON, Shape.OBJECT, pretty));
    }
    for (Clause clause : clauses(header)) {
      for (Format format : Format.values()) {
        if (matches(clause.type(), format)) {
          for (Shape shape : shapes) {
            if (matches(clause, shape)) {
              return Outcome.done(new Accepted(format, shape, pretty));
            }
          }
        }
      }
    }
    return Outcome.rejected(
        new Rejection.NotAcceptable(
            "only the following media types are accepted: application/json, application/yaml"));
  }

  private static boolean matches(String type, Format format) {
    return type.equals(format.mediaType()) || type.equals("*/*") || type.equals("application/*");
  }

  private static boolean matches(Clause clause, Shape shape) {
    // The beta of Table had the same fields; old clients still name it as their second choice.
    boolean version =
        clause.version().equals(shape.version)
            || (shape.group.equals("meta.k8s.io") && clause.version().equals("v1beta1"));
    return clause.as().equals(shape.as)
        && (shape == Shape.OBJECT || (clause.group().equals(shape.group) && version));
  }

  private static List<Clause> clauses(String header) {
    List<Clause> clauses = new ArrayList<>();
    for (String text : header.split(",")) {
      String[] parts = text.split(";");
      String as = "";
      String group = "";
      String version = "";
      double quality = 1;
      for (int i = 1; i < parts.length; i++) {
        int equals = parts[i].indexOf('=');
        if (equals < 0) {
          continue;
        }
        String value = parts[i].substring(equals + 1).strip();
        switch (parts[i].substring(0, equals).strip()) {
          case "as" -> as = value;
          case "g" -> group = value;
          case "v" -> version = value;
          case "q" -> quality = quality(value);
          default -> {} // charset and the like change nothing
        }
      }
      if (quality > 0) {
        clauses.add(
            new Clause(parts[0].strip().toLowerCase(Locale.ROOT), as, group, version, quality));
      }
    }
    clauses.sort(Comparator.comparingDouble(Clause::quality).reversed());
    return clauses;
  }

  private static double quality(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 1;
    }
  }
}
