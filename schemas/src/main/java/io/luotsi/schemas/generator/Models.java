package io.luotsi.schemas.generator;

import com.google.gson.annotations.SerializedName;
import io.kubernetes.client.custom.IntOrString;
import io.kubernetes.client.custom.Quantity;
import io.luotsi.schemas.Definition;
import io.luotsi.schemas.Property;
import io.luotsi.schemas.ValueType;
import io.luotsi.schemas.generator.Table.ApiPackage;
import io.luotsi.schemas.generator.Table.Entry;
import io.luotsi.schemas.generator.Table.Field;
import io.swagger.annotations.ApiModel;
import io.swagger.annotations.ApiModelProperty;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Reads definitions off the client's model classes, guided by the table. */
final class Models {
  private static final String PACKAGE = "io.kubernetes.client.openapi.models.";
  private static final String META = "io.k8s.apimachinery.pkg.apis.meta.v1.";
  private static final String TIME = META + "Time";
  private static final String QUANTITY = "io.k8s.apimachinery.pkg.api.resource.Quantity";
  private static final String INT_OR_STRING = "io.k8s.apimachinery.pkg.util.intstr.IntOrString";

  /** A definition and its prose. */
  record Described(Definition definition, String description, Map<String, String> properties) {}

  private final Table table;
  private final Map<String, Class<?>> classes = new LinkedHashMap<>();
  private final Map<Class<?>, String> names = new HashMap<>();
  private final Map<String, String> namesByShortName = new HashMap<>();

  private Models(Table table) {
    this.table = table;
    for (Entry entry : table.entries().values()) {
      namesByShortName.put(entry.shortName(), entry.name());
      if (entry.type().isEmpty()) {
        Class<?> model = modelOf(entry);
        classes.put(entry.name(), model);
        String other = names.put(model, entry.name());
        if (other != null) {
          throw new IllegalArgumentException(other + " and " + entry.name() + " are both " + model);
        }
      }
    }
  }

  /** All definitions of the table, sorted by name. */
  static List<Described> read(Table table) {
    Models models = new Models(table);
    return table.entries().values().stream()
        .map(models::describe)
        .sorted(Comparator.comparing(described -> described.definition().name()))
        .toList();
  }

  /** The client puts the group before a name that two groups of one version share. */
  private static Class<?> modelOf(Entry entry) {
    ApiPackage apiPackage = entry.apiPackage();
    String[] parts = apiPackage.name().split("\\.");
    String version = capitalized(apiPackage.version());
    String group = capitalized(parts[parts.length - 2]);
    return find(PACKAGE + group + version + entry.shortName())
        .or(() -> find(PACKAGE + version + entry.shortName()))
        .or(() -> find(PACKAGE + version + capitalized(entry.shortName())))
        .or(() -> find(PACKAGE + "Version" + entry.shortName()))
        .orElseThrow(() -> new IllegalArgumentException("no model class for " + entry.name()));
  }

  private static Optional<Class<?>> find(String name) {
    try {
      return Optional.of(Class.forName(name, false, Models.class.getClassLoader()));
    } catch (ClassNotFoundException e) {
      return Optional.empty();
    }
  }

  private static String capitalized(String text) {
    return text.substring(0, 1).toUpperCase(Locale.ROOT) + text.substring(1);
  }

  private Described describe(Entry entry) {
    if (!entry.type().isEmpty()) {
      ValueType type =
          switch (entry.type()) {
            case "object" -> new ValueType.FreeForm();
            case "any" -> new ValueType.Any();
            default -> new ValueType.Scalar(entry.type(), entry.format());
          };
      Definition scalar = new Definition(entry.name(), type, entry.mapType(), List.of(), List.of());
      return new Described(scalar, "", Map.of());
    }
    Class<?> model = classes.get(entry.name());
    Map<String, ApiModelProperty> annotations = annotations(model);
    Map<String, String> descriptions = new TreeMap<>();
    List<Property> properties = new ArrayList<>();
    for (java.lang.reflect.Field field : model.getDeclaredFields()) {
      SerializedName serialized = field.getAnnotation(SerializedName.class);
      if (serialized == null || Modifier.isStatic(field.getModifiers())) {
        continue;
      }
      String name = serialized.value();
      ApiModelProperty annotation = annotations.get(getterName(name));
      if (annotation == null) {
        throw new IllegalArgumentException(model + " has no getter of " + name);
      }
      Property property = property(entry, name, field.getGenericType(), annotation.required());
      descriptions.put(
          name, annotation.value().isEmpty() ? ofType(property.type()) : annotation.value());
      properties.add(property);
    }
    properties.sort(Comparator.comparing(Property::name));
    checkFields(entry, properties);
    return new Described(
        new Definition(
            entry.name(), new ValueType.Struct(), entry.mapType(), kinds(entry), properties),
        description(model),
        descriptions);
  }

  /** The client does not describe fields that have a type of their own; their types it does. */
  private String ofType(ValueType type) {
    return type instanceof ValueType.Reference(String name) && classes.containsKey(name)
        ? description(classes.get(name))
        : "";
  }

  private static String description(Class<?> model) {
    ApiModel described = model.getAnnotation(ApiModel.class);
    return described == null ? "" : described.description();
  }

  private static void checkFields(Entry entry, List<Property> properties) {
    List<String> known = properties.stream().map(Property::name).toList();
    for (String field : entry.fields().keySet()) {
      if (!known.contains(field)) {
        throw new IllegalArgumentException(entry.name() + " has no field " + field);
      }
    }
  }

  /** By getter name in lower case, without separators. */
  private static Map<String, ApiModelProperty> annotations(Class<?> model) {
    Map<String, ApiModelProperty> annotations = new HashMap<>();
    for (Method method : model.getDeclaredMethods()) {
      ApiModelProperty annotation = method.getAnnotation(ApiModelProperty.class);
      if (annotation != null && method.getParameterCount() == 0) {
        annotations.put(lettersOf(method.getName()), annotation);
      }
    }
    return annotations;
  }

  private static String getterName(String property) {
    return "get" + lettersOf(property);
  }

  private static String lettersOf(String name) {
    return name.replaceAll("[^A-Za-z0-9]", "").toLowerCase(Locale.ROOT);
  }

  private Property property(Entry entry, String name, Type type, boolean required) {
    Field row = entry.fields().getOrDefault(name, Field.NONE);
    String override = row.type().isEmpty() ? "" : definitionNamed(entry, row.type());
    return new Property(
        name,
        valueType(type, override),
        required,
        row.merge(),
        row.defaultJson(),
        row.defaultsZero(),
        required || row.keepsEmpty());
  }

  private String definitionNamed(Entry entry, String shortName) {
    String near = entry.apiPackage().name() + "." + shortName;
    String found = table.entries().containsKey(near) ? near : namesByShortName.get(shortName);
    if (found == null) {
      throw new IllegalArgumentException(entry.name() + ": no definition " + shortName);
    }
    return found;
  }

  private ValueType valueType(Type type, String override) {
    if (type instanceof ParameterizedType generic) {
      Type last = generic.getActualTypeArguments()[generic.getActualTypeArguments().length - 1];
      ValueType element = valueType(last, override);
      return generic.getRawType() == List.class
          ? new ValueType.ListOf(element)
          : new ValueType.MapOf(element);
    }
    if (!override.isEmpty()) {
      return new ValueType.Reference(override);
    }
    return switch (type) {
      case Class<?> c when c == String.class -> new ValueType.Scalar("string", "");
      case Class<?> c when c == Integer.class -> new ValueType.Scalar("integer", "int32");
      case Class<?> c when c == Long.class -> new ValueType.Scalar("integer", "int64");
      case Class<?> c when c == Double.class -> new ValueType.Scalar("number", "double");
      case Class<?> c when c == Boolean.class -> new ValueType.Scalar("boolean", "");
      case Class<?> c when c == byte[].class -> new ValueType.Scalar("string", "byte");
      case Class<?> c when c == OffsetDateTime.class -> new ValueType.Reference(TIME);
      case Class<?> c when c == Quantity.class -> new ValueType.Reference(QUANTITY);
      case Class<?> c when c == IntOrString.class -> new ValueType.Reference(INT_OR_STRING);
      case Class<?> c when names.containsKey(c) -> new ValueType.Reference(names.get(c));
      default -> throw new IllegalArgumentException("the table has no definition for " + type);
    };
  }

  private List<Definition.Kind> kinds(Entry entry) {
    return switch (entry.kind()) {
      case NONE -> List.of();
      case KIND -> List.of(kind(entry.apiPackage(), entry.shortName()));
      case EVERY_GROUP ->
          table.entries().values().stream()
              .map(Entry::apiPackage)
              .filter(apiPackage -> apiPackage.group().isPresent())
              .distinct()
              .map(apiPackage -> kind(apiPackage, entry.shortName()))
              .toList();
    };
  }

  private static Definition.Kind kind(ApiPackage apiPackage, String shortName) {
    return new Definition.Kind(apiPackage.group().orElse(""), apiPackage.version(), shortName);
  }
}
