package io.luotsi.schemas.generator;

import io.luotsi.schemas.MergeRules;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Our own table, parsed: what the models do not say. Its first lines document its format.
 *
 * @param entries by full definition name, in the table's order
 */
record Table(Map<String, Entry> entries) {

  /** What the table says of kinds: not one, one of the package's group, or one of every group. */
  enum KindMark {
    NONE,
    KIND,
    EVERY_GROUP
  }

  /** A package line. */
  record ApiPackage(String name, Optional<String> group) {
    String version() {
      return name.substring(name.lastIndexOf('.') + 1);
    }
  }

  /** A definition line and the field lines below it. */
  record Entry(
      ApiPackage apiPackage,
      String shortName,
      String type,
      String format,
      String mapType,
      KindMark kind,
      Map<String, Field> fields) {
    String name() {
      return apiPackage.name() + "." + shortName;
    }
  }

  /** A field line. */
  record Field(
      String type, MergeRules merge, String defaultJson, boolean defaultsZero, boolean keepsEmpty) {
    static final Field NONE = new Field("", MergeRules.NONE, "", false, false);
  }

  static Table parse(List<String> lines) {
    Map<String, Entry> entries = new LinkedHashMap<>();
    ApiPackage current = new ApiPackage("", Optional.empty());
    Map<String, Field> fields = new HashMap<>();
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      if (line.isBlank() || line.startsWith("#")) {
        continue;
      }
      String[] words = line.strip().split("\\s+");
      try {
        if (line.startsWith("  ")) {
          putNew(fields, words[0], field(words));
        } else if (words[0].equals("package")) {
          current = apiPackage(words);
        } else {
          fields = new LinkedHashMap<>();
          Entry entry = entry(current, words, fields);
          putNew(entries, entry.name(), entry);
        }
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    return new Table(entries);
  }

  private static <T> void putNew(Map<String, T> map, String name, T value) {
    if (map.putIfAbsent(name, value) != null) {
      throw new IllegalArgumentException(name + " is there twice");
    }
  }

  private static ApiPackage apiPackage(String[] words) {
    if (words.length == 2) {
      return new ApiPackage(words[1], Optional.empty());
    }
    String group = valueOf(words[2], "group");
    return new ApiPackage(words[1], Optional.of(group.equals("\"\"") ? "" : group));
  }

  private static Entry entry(ApiPackage apiPackage, String[] words, Map<String, Field> fields) {
    String type = "";
    String format = "";
    String mapType = "";
    KindMark kind = KindMark.NONE;
    List<String> rest = new ArrayList<>(List.of(words).subList(1, words.length));
    if (!rest.isEmpty() && rest.getFirst().equals("=")) {
      type = rest.get(1);
      format = rest.size() > 2 ? rest.get(2) : "";
      rest.clear();
    }
    for (String word : rest) {
      if (word.equals("kind")) {
        kind = KindMark.KIND;
      } else if (word.equals("kind=every-group")) {
        kind = KindMark.EVERY_GROUP;
      } else {
        mapType = valueOf(word, "map");
      }
    }
    return new Entry(apiPackage, words[0], type, format, mapType, kind, fields);
  }

  private static Field field(String[] words) {
    Map<String, String> attributes = new HashMap<>();
    boolean defaultsZero = false;
    boolean keepsEmpty = false;
    for (String word : List.of(words).subList(1, words.length)) {
      if (word.equals("or-zero")) {
        defaultsZero = true;
        continue;
      }
      if (word.equals("keeps-empty")) {
        keepsEmpty = true;
        continue;
      }
      int equals = word.indexOf('=');
      if (equals < 0) {
        throw new IllegalArgumentException("no attribute: " + word);
      }
      putNew(attributes, word.substring(0, equals), word.substring(equals + 1));
    }
    MergeRules merge =
        new MergeRules(
            take(attributes, "list"),
            list(take(attributes, "keys")),
            take(attributes, "map"),
            list(take(attributes, "patch")),
            take(attributes, "merge-key"));
    Field field =
        new Field(
            take(attributes, "type"), merge, take(attributes, "default"), defaultsZero, keepsEmpty);
    if (!attributes.isEmpty()) {
      throw new IllegalArgumentException("unknown attributes " + attributes.keySet());
    }
    return field;
  }

  private static String take(Map<String, String> attributes, String name) {
    String value = attributes.remove(name);
    return value == null ? "" : value;
  }

  private static List<String> list(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(","));
  }

  private static String valueOf(String word, String name) {
    if (!word.startsWith(name + "=")) {
      throw new IllegalArgumentException("expected " + name + "=, not " + word);
    }
    return word.substring(name.length() + 1);
  }
}
