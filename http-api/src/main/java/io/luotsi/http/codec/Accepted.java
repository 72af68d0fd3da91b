package io.luotsi.http.codec;

import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.catalog.ResourceType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a client wants its answer, as its Accept header says.
 *
 * @param pretty indented, for people
 */
public record Accepted(Format format, Shape shape, boolean pretty) {
  /** Encodings of an answer. */
  public enum Format {
    JSON("application/json"),
    YAML("application/yaml"),
    PROTOBUF("application/vnd.kubernetes.protobuf");

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

    /** Whole media type of an answer in this shape. */
    public String contentType(Format format) {
      return this == OBJECT
          ? format.mediaType()
          : format.mediaType() + ";g=" + group + ";v=" + version + ";as=" + as;
    }
  }

  /**
   * What an answer can be.
   *
   * @param protobuf whether the object itself has a message; in every other shape but the table it
   *     has one
   */
  public record Offer(Set<Shape> shapes, boolean protobuf) {
    /** The same, except that there are no messages of custom kinds. */
    public Offer of(ResourceType type) {
      return type.custom().isPresent() ? withoutProtobuf() : this;
    }

    /** The same for what has no message. */
    public Offer withoutProtobuf() {
      return new Offer(shapes, false);
    }

    private boolean has(Format format, Shape shape) {
      boolean encodable =
          format != Format.PROTOBUF
              || switch (shape) {
                case OBJECT -> protobuf;
                case TABLE -> false;
                case PARTIAL_METADATA, PARTIAL_METADATA_LIST, DISCOVERY_V2, DISCOVERY_V2_BETA1 ->
                    true;
              };
      return encodable && shapes.contains(shape);
    }
  }

  /** Of one object, and of the events of a watch. */
  public static final Offer OF_OBJECTS =
      new Offer(Set.of(Shape.OBJECT, Shape.TABLE, Shape.PARTIAL_METADATA), true);

  public static final Offer OF_LISTS =
      new Offer(Set.of(Shape.OBJECT, Shape.TABLE, Shape.PARTIAL_METADATA_LIST), true);

  /** Of what is not a resource's object. */
  public static final Offer PLAIN = new Offer(Set.of(Shape.OBJECT), true);

  /** Of the discovery of everything. */
  public static final Offer OF_DISCOVERY =
      new Offer(Set.of(Shape.OBJECT, Shape.DISCOVERY_V2, Shape.DISCOVERY_V2_BETA1), true);

  private static final Accepted PLAIN_JSON = new Accepted(Format.JSON, Shape.OBJECT, false);

  private record Clause(
      String type, String as, String group, String version, String stream, double quality) {
    /** Upstream's order; it compares qualities before wildcards, but looks at neighbours only. */
    boolean isBefore(Clause other) {
      boolean anyType = type.startsWith("*");
      boolean anySubtype = type.endsWith("/*");
      return quality > other.quality
          || (!anyType && other.type.startsWith("*"))
          || (!anySubtype && other.type.endsWith("/*"));
    }
  }

  /**
   * The first clause, in upstream's order, that we can satisfy.
   *
   * @param header of Accept; empty means anything
   * @param offer what the answer can be
   * @return NotAcceptable, in upstream's words, if there is none
   */
  public static Outcome<Accepted> negotiate(String header, Offer offer, boolean pretty) {
    if (!pretty && (header.isEmpty() || header.equals("application/json"))) {
      return Outcome.done(PLAIN_JSON);
    }
    if (header.isEmpty()) {
      return Outcome.done(new Accepted(Format.JSON, Shape.OBJECT, pretty));
    }
    for (Clause clause : clauses(header)) {
      for (Format format : Format.values()) {
        if (matches(clause, format)) {
          for (Shape shape : Shape.values()) {
            if (offer.has(format, shape) && matches(clause, shape)) {
              return Outcome.done(new Accepted(format, shape, pretty));
            }
          }
        }
      }
    }
    return Outcome.rejected(
        new Rejection.NotAcceptable(
            "only the following media types are accepted: "
                + Arrays.stream(Format.values())
                    .map(Format::mediaType)
                    .collect(Collectors.joining(", "))));
  }

  /**
   * Which of some media types, whole, a client likes best; of what it likes equally the first.
   *
   * @param header of Accept; empty means anything
   * @return its place in {@code mediaTypes}; empty if the client would take none of them
   */
  public static OptionalInt choose(String header, List<String> mediaTypes) {
    for (Clause clause : clauses(header.isEmpty() ? "*/*" : header)) {
      for (int i = 0; i < mediaTypes.size(); i++) {
        if (takes(clause.type(), mediaTypes.get(i))) {
          return OptionalInt.of(i);
        }
      }
    }
    return OptionalInt.empty();
  }

  private static boolean takes(String type, String mediaType) {
    String main = mediaType.substring(0, mediaType.indexOf('/') + 1);
    return type.equals("*/*") || type.equals(mediaType) || type.equals(main + "*");
  }

  private static boolean matches(Clause clause, Format format) {
    boolean streamed =
        clause.stream().isEmpty() || (clause.stream().equals("watch") && format != Format.YAML);
    String type = clause.type();
    return streamed
        && (type.equals(format.mediaType()) || type.equals("*/*") || type.equals("application/*"));
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
      String stream = "";
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
          case "stream" -> stream = value;
          case "q" -> quality = quality(value);
          default -> {} // charset and the like change nothing
        }
      }
      String type = parts[0].strip().toLowerCase(Locale.ROOT);
      insert(
          clauses,
          new Clause(type.equals("*") ? "*/*" : type, as, group, version, stream, quality));
    }
    return clauses;
  }

  /** Moves forward past those that it comes before, as upstream sorts. */
  private static void insert(List<Clause> clauses, Clause clause) {
    int place = clauses.size();
    while (place > 0 && clause.isBefore(clauses.get(place - 1))) {
      place--;
    }
    clauses.add(place, clause);
  }

  private static double quality(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      return 0; // as upstream: the last that is looked at
    }
  }
}
