package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.SelectableFields.Field;
import io.luotsi.core.catalog.BuiltInSchemas;
import io.luotsi.core.catalog.CustomKind;
import io.luotsi.core.catalog.CustomSchemas;
import io.luotsi.core.catalog.KindDefaults;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.Subresource;
import io.luotsi.core.catalog.Verb;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Makes the types of a definition, one for each version that is served. */
final class CustomTypes {
  private static final GroupVersionKind SCALE = GroupVersionKind.of("autoscaling/v1", "Scale");
  private static final Set<Verb> PART = Set.of(Verb.GET, Verb.PATCH, Verb.UPDATE);

  /** What can still be asked of a kind that goes. */
  private static final Set<Verb> TERMINATING =
      Set.copyOf(EnumSet.of(Verb.DELETE, Verb.DELETECOLLECTION, Verb.GET, Verb.LIST, Verb.WATCH));

  private final BuiltInSchemas upstream;
  private final CustomSchemas schemas;

  CustomTypes(BuiltInSchemas upstream) {
    this.upstream = upstream;
    this.schemas = new CustomSchemas(upstream);
  }

  /**
   * @param definition a stored CustomResourceDefinition
   * @return in order of preference; empty unless its names are established
   */
  List<ResourceType> of(ObjectNode definition) {
    if (!Definitions.conditionIsTrue(definition, "Established")) {
      return List.of();
    }
    List<ResourceType> types = new ArrayList<>();
    for (JsonNode version : definition.at("/spec/versions")) {
      if (version.path("served").asBoolean()) {
        types.add(type(definition, version));
      }
    }
    types.sort(
        (one, other) ->
            VersionOrder.PREFERRED_FIRST.compare(one.kind().version(), other.kind().version()));
    return List.copyOf(types);
  }

  /** One version. */
  private ResourceType type(ObjectNode definition, JsonNode version) {
    JsonNode spec = definition.path("spec");
    JsonNode names = definition.at("/status/acceptedNames");
    GroupVersionKind kind =
        new GroupVersionKind(
            spec.path("group").asText(),
            version.path("name").asText(),
            names.path("kind").asText());
    StructuralSchema schema = schemas.root(version.at("/schema/openAPIV3Schema"));
    boolean terminating = Definitions.conditionIsTrue(definition, "Terminating");
    return new ResourceType(
        kind,
        names.path("plural").asText(),
        names.path("singular").asText(),
        texts(names.path("shortNames")),
        texts(names.path("categories")),
        spec.path("scope").asText("").equals("Namespaced"),
        terminating ? TERMINATING : Verb.ALL,
        subresources(version.path("subresources"), kind, schema),
        selectable(version.path("selectableFields")),
        Optional.empty(),
        schema,
        KindDefaults.NONE,
        CustomColumns.of(version.path("additionalPrinterColumns")),
        Optional.empty(),
        Optional.of(custom(definition, version, kind, schema)));
  }

  private List<Subresource> subresources(
      JsonNode said, GroupVersionKind kind, StructuralSchema schema) {
    List<Subresource> subresources = new ArrayList<>();
    if (said.has("status")) {
      subresources.add(new Subresource("status", kind, PART, schema));
    }
    if (said.has("scale")) {
      StructuralSchema scale = upstream.named("io.k8s.api.autoscaling.v1.Scale");
      subresources.add(new Subresource("scale", SCALE, PART, scale));
    }
    return subresources;
  }

  private static SelectableFields selectable(JsonNode said) {
    List<Field> fields = new ArrayList<>();
    for (JsonNode field : said) {
      String path = field.path("jsonPath").asText("");
      fields.add(new Field(path.startsWith(".") ? path.substring(1) : path));
    }
    return SelectableFields.of(fields);
  }

  private static CustomKind custom(
      ObjectNode definition, JsonNode version, GroupVersionKind kind, StructuralSchema schema) {
    JsonNode openApi = version.at("/schema/openAPIV3Schema");
    JsonNode scale = version.at("/subresources/scale");
    String storageVersion = Definitions.storageVersion(definition).orElse(kind.version());
    // Another version, or an older schema, may have stored what this one does not know.
    boolean storedAsShown =
        definition.at("/metadata/generation").asLong() == 1
            && definition.at("/spec/versions").size() == 1;
    return new CustomKind(
        openApiName(kind),
        openApi instanceof ObjectNode said ? said : Json.object(),
        check(openApi),
        check(openApi.at("/properties/status")),
        storageVersion,
        new VersionView(
            kind.apiVersion(), schema, selectable(version.path("selectableFields")), storedAsShown),
        scale.isObject() ? Optional.of(ScalePaths.of(scale)) : Optional.empty(),
        warnings(definition, version, kind),
        Definitions.conditionIsTrue(definition, "Terminating"));
  }

  /** What is stored was checked once; a schema that cannot be read now checks nothing. */
  private static ValueCheck check(JsonNode openApi) {
    try {
      return ValueCheck.of(openApi);
    } catch (IllegalArgumentException e) {
      return ValueCheck.of(MissingNode.getInstance());
    }
  }

  private static List<String> warnings(
      JsonNode definition, JsonNode version, GroupVersionKind kind) {
    if (!version.path("deprecated").asBoolean()) {
      return List.of();
    }
    if (version.hasNonNull("deprecationWarning")) {
      return List.of(version.get("deprecationWarning").asText());
    }
    String warning = kind.apiVersion() + " " + kind.kind() + " is deprecated";
    return List.of(
        newest(definition)
            .filter(newest -> VersionOrder.PREFERRED_FIRST.compare(newest, kind.version()) < 0)
            .map(newest -> warning + "; use " + kind.group() + "/" + newest + " " + kind.kind())
            .orElse(warning));
  }

  /** The preferred version that is served and not deprecated. */
  private static Optional<String> newest(JsonNode definition) {
    List<String> versions = new ArrayList<>();
    for (JsonNode version : definition.at("/spec/versions")) {
      if (version.path("served").asBoolean() && !version.path("deprecated").asBoolean()) {
        versions.add(version.path("name").asText());
      }
    }
    return versions.stream().min(VersionOrder.PREFERRED_FIRST);
  }

  /** {@code com.example.stable.v1.CronTab} of {@code stable.example.com/v1 CronTab}. */
  private static String openApiName(GroupVersionKind kind) {
    List<String> parts = new ArrayList<>(Arrays.asList(kind.group().split("\\.")));
    Collections.reverse(parts);
    return String.join(".", parts) + "." + kind.version() + "." + kind.kind();
  }

  private static List<String> texts(JsonNode list) {
    List<String> texts = new ArrayList<>(list.size());
    list.forEach(item -> texts.add(item.asText()));
    return texts;
  }
}
