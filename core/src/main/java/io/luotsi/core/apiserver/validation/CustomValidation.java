package io.luotsi.core.apiserver.validation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Names;
import io.luotsi.core.catalog.CustomKind;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.custom.ListCheck;
import io.luotsi.core.catalog.custom.ScalePaths;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Objects of custom kinds: metadata, what the schema says of values, what {@code scale} needs,
 * objects within objects, and lists that merge by items.
 *
 * @see "Source: apiextensions-apiserver pkg/registry/customresource"
 */
public final class CustomValidation {
  /** Custom objects may have finalizers of any name; who adds a strange one is only warned. */
  private static final String STRANGE_FINALIZER =
      "name is neither a standard finalizer name nor is it fully qualified";

  private CustomValidation() {}

  public static List<FieldError> validate(ResourceType type, ObjectNode object) {
    List<FieldError> errors =
        new ArrayList<>(
            MetadataValidation.validate(object, type.namespaced(), MetadataValidation.SUBDOMAIN));
    CustomKind custom = type.custom().orElseThrow();
    errors.addAll(custom.check().check("", object));
    scale(errors, custom.scale(), object, true);
    embedded(errors, "", object, type.schema(), true);
    errors.addAll(ListCheck.check(object, type.schema()));
    return withoutStrangeFinalizers(errors);
  }

  public static List<FieldError> validateUpdate(
      ResourceType type, ObjectNode object, ObjectNode current) {
    List<FieldError> errors = new ArrayList<>(MetadataValidation.validateUpdate(object, current));
    CustomKind custom = type.custom().orElseThrow();
    errors.addAll(custom.check().checkUpdate("", object, current));
    scale(errors, custom.scale(), object, true);
    embedded(errors, "", object, type.schema(), true);
    lists(errors, type, object, current);
    return withoutStrangeFinalizers(errors);
  }

  public static List<FieldError> validateStatusUpdate(
      ResourceType type, ObjectNode object, ObjectNode current) {
    List<FieldError> errors = new ArrayList<>(MetadataValidation.validateUpdate(object, current));
    CustomKind custom = type.custom().orElseThrow();
    if (object.has("status")) {
      errors.addAll(
          custom.statusCheck().checkUpdate("status", object.get("status"), current.path("status")));
    }
    scale(errors, custom.scale(), object, false);
    lists(errors, type, object, current);
    return withoutStrangeFinalizers(errors);
  }

  private static List<FieldError> withoutStrangeFinalizers(List<FieldError> errors) {
    errors.removeIf(error -> error.detail().equals(STRANGE_FINALIZER));
    return errors;
  }

  /** What was wrong before may stay wrong. */
  private static void lists(
      List<FieldError> errors, ResourceType type, ObjectNode object, ObjectNode current) {
    if (ListCheck.check(current, type.schema()).isEmpty()) {
      errors.addAll(ListCheck.check(object, type.schema()));
    }
  }

  private static void scale(
      List<FieldError> errors, Optional<ScalePaths> scale, ObjectNode object, boolean ofSpec) {
    if (scale.isEmpty()) {
      return;
    }
    ScalePaths paths = scale.get();
    if (ofSpec) {
      replicas(errors, object, paths.replicas());
    }
    replicas(errors, object, paths.statusReplicas());
    JsonNode selector = ScalePaths.at(object, paths.selector());
    if (!selector.isMissingNode() && !selector.isTextual()) {
      String path = "." + String.join(".", paths.selector());
      errors.add(
          FieldError.invalid(
              path,
              "",
              path
                  + " accessor error: "
                  + selector
                  + " is of the type "
                  + goType(selector)
                  + ", expected string"));
    }
  }

  private static void replicas(List<FieldError> errors, ObjectNode object, List<String> at) {
    JsonNode value = ScalePaths.at(object, at);
    String path = "." + String.join(".", at);
    if (value.isMissingNode()) {
      return;
    }
    if (!value.isIntegralNumber()) {
      errors.add(
          FieldError.invalid(
              path,
              0,
              path
                  + " accessor error: "
                  + value.asText()
                  + " is of the type "
                  + goType(value)
                  + ", expected int64"));
    } else if (value.longValue() < 0) {
      errors.add(FieldError.invalid(path, value, "should be a non-negative integer"));
    } else if (value.longValue() > Integer.MAX_VALUE) {
      errors.add(
          FieldError.invalid(path, value, "should be less than or equal to " + Integer.MAX_VALUE));
    }
  }

  private static String goType(JsonNode value) {
    return switch (value.getNodeType()) {
      case STRING -> "string";
      case NUMBER -> value.isIntegralNumber() ? "int64" : "float64";
      case BOOLEAN -> "bool";
      case ARRAY -> "[]interface {}";
      case OBJECT -> "map[string]interface {}";
      case NULL, MISSING, BINARY, POJO -> "<nil>";
    };
  }

  private static void embedded(
      List<FieldError> errors, String path, JsonNode value, StructuralSchema schema, boolean root) {
    switch (schema.type().structure()) {
      case OBJECT -> {
        if (!root && isResource(schema) && value instanceof ObjectNode object) {
          resource(errors, path, object);
        }
        for (Map.Entry<String, JsonNode> field : value.properties()) {
          StructuralSchema known = schema.properties().get(field.getKey());
          if (known != null && known.definition().isEmpty()) {
            String at = path.isEmpty() ? field.getKey() : path + "." + field.getKey();
            embedded(errors, at, field.getValue(), known, false);
          }
        }
      }
      case MAP ->
          value
              .properties()
              .forEach(
                  entry ->
                      embedded(
                          errors,
                          path + "[" + entry.getKey() + "]",
                          entry.getValue(),
                          schema.element(),
                          false));
      case ARRAY -> {
        for (int i = 0; value.isArray() && i < value.size(); i++) {
          embedded(errors, path + "[" + i + "]", value.get(i), schema.element(), false);
        }
      }
      case SCALAR, OPEN -> {}
    }
  }

  /** An object with upstream's metadata is one of some kind. */
  private static boolean isResource(StructuralSchema schema) {
    return schema.property("metadata").filter(meta -> !meta.definition().isEmpty()).isPresent();
  }

  private static void resource(List<FieldError> errors, String path, ObjectNode object) {
    for (String field : List.of("apiVersion", "kind")) {
      JsonNode value = object.path(field);
      String at = path + "." + field;
      if (value.isMissingNode()) {
        errors.add(FieldError.required(at, ""));
      } else if (!value.isTextual()) {
        errors.add(FieldError.invalid(at, value, "must be a string"));
      } else if (value.textValue().isEmpty()) {
        errors.add(FieldError.invalid(at, "", "must not be empty"));
      }
    }
    String kind = Checks.text(object, "kind");
    if (!kind.isEmpty()) {
      List<String> wrong = Names.dns1035Label(kind.toLowerCase(Locale.ROOT));
      if (!wrong.isEmpty()) {
        errors.add(
            FieldError.invalid(
                path + ".kind",
                kind,
                "may have mixed case, but should otherwise match: " + String.join(",", wrong)));
      }
    }
    String apiVersion = Checks.text(object, "apiVersion");
    if (apiVersion.chars().filter(c -> c == '/').count() > 1) {
      errors.add(
          FieldError.invalid(
              path + ".apiVersion", apiVersion, "unexpected GroupVersion string: " + apiVersion));
    }
    MetadataValidation.labelsAndAnnotations(errors, path + ".metadata", object.path("metadata"));
  }
}
