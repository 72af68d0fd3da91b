package io.luotsi.core.patch.apply;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * One step from a value into it. Ordered as upstream writes them: names, keys, values, indices; two
 * steps are the same when they compare as 0 (numbers are, however they are written).
 *
 * @see "Source: structured-merge-diff fieldpath/element.go"
 */
sealed interface PathElement extends Comparable<PathElement> {
  /** A field of a struct or a map. */
  record Name(String name) implements PathElement {}

  /** One field that tells an item from its like. */
  record KeyField(String name, JsonNode value) {}

  /**
   * An item of a list of objects.
   *
   * @param fields in name order, at least one
   */
  record Key(List<KeyField> fields) implements PathElement {
    public Key {
      fields = fields.stream().sorted(Comparator.comparing(KeyField::name)).toList();
    }
  }

  /** An item of a set. */
  record Value(JsonNode value) implements PathElement {}

  /** An item of a list that is known by its place alone. */
  record Index(int index) implements PathElement {}

  @Override
  default int compareTo(PathElement other) {
    if (this instanceof Name(String mine) && other instanceof Name(String theirs)) {
      return mine.compareTo(theirs);
    }
    int kind = Integer.compare(rank(this), rank(other));
    if (kind != 0) {
      return kind;
    }
    return switch (this) {
      case Name(String mine) -> mine.compareTo(((Name) other).name());
      case Key(List<KeyField> mine) -> compare(mine, ((Key) other).fields());
      case Value(JsonNode mine) -> JsonValues.compare(mine, ((Value) other).value());
      case Index(int mine) -> Integer.compare(mine, ((Index) other).index());
    };
  }

  private static int rank(PathElement element) {
    return switch (element) {
      case Name name -> 0;
      case Key key -> 1;
      case Value value -> 2;
      case Index index -> 3;
    };
  }

  private static int compare(List<KeyField> mine, List<KeyField> theirs) {
    Iterator<KeyField> others = theirs.iterator();
    for (KeyField field : mine) {
      if (!others.hasNext()) {
        return 1;
      }
      KeyField other = others.next();
      int name = field.name().compareTo(other.name());
      int order = name != 0 ? name : JsonValues.compare(field.value(), other.value());
      if (order != 0) {
        return order;
      }
    }
    return others.hasNext() ? -1 : 0;
  }

  /** As upstream prints the step in messages: {@code .spec}, {@code [name="web"]}. */
  default String printed() {
    return switch (this) {
      case Name(String name) -> "." + name;
      case Key(List<KeyField> fields) ->
          fields.stream()
              .map(field -> field.name() + "=" + JsonValues.printed(field.value()))
              .collect(Collectors.joining(",", "[", "]"));
      case Value(JsonNode value) -> "[=" + JsonValues.printed(value) + "]";
      case Index(int index) -> "[" + index + "]";
    };
  }

  /** A whole path, printed. */
  static String printed(List<PathElement> path) {
    return path.stream().map(PathElement::printed).collect(Collectors.joining());
  }
}
