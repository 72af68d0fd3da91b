package io.luotsi.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.Message;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.BuiltInSchemas;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.catalog.StructuralSchema;
import io.luotsi.core.catalog.Subresource;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

class ProtobufAnswerTest {
  private static final BuiltInSchemas SCHEMAS = BuiltInSchemas.load();

  /** Connections have options, but no object. */
  private static final Set<String> NO_OBJECTS =
      Set.of(
          "PodAttachOptions",
          "PodExecOptions",
          "PodPortForwardOptions",
          "PodProxyOptions",
          "ServiceProxyOptions",
          "NodeProxyOptions");

  /** Every kind that is read or written, with its schema. */
  private static Map<GroupVersionKind, StructuralSchema> kinds() {
    Map<GroupVersionKind, StructuralSchema> kinds = new LinkedHashMap<>();
    for (ResourceType type : BuiltInCatalog.load().types()) {
      kinds.put(type.kind(), type.schema());
      for (Subresource subresource : type.subresources()) {
        if (!NO_OBJECTS.contains(subresource.kind().kind())) {
          kinds.put(subresource.kind(), subresource.schema());
        }
      }
    }
    return kinds;
  }

  @TestFactory
  Stream<DynamicTest> everyPropertyOfEveryKindComesBackAsItWas() {
    assertThat(kinds()).hasSizeGreaterThanOrEqualTo(70);
    return kinds().entrySet().stream()
        .map(
            kind ->
                DynamicTest.dynamicTest(
                    kind.getKey().toString(), () -> comesBack(kind.getKey(), kind.getValue())));
  }

  private static void comesBack(GroupVersionKind kind, StructuralSchema schema) throws Exception {
    ObjectNode object = new Samples().object(kind, schema);

    byte[] written = ProtobufAnswer.of(Json.write(object));

    assertThat(ProtobufBody.read(written, kind.apiVersion(), kind.kind(), schema))
        .isEqualTo(object);
    Runtime.Unknown envelope = envelope(written);
    assertThat(envelope.getTypeMeta().getKind()).isEqualTo(kind.kind());
    assertThat(envelope.getTypeMeta().getApiVersion()).isEqualTo(kind.apiVersion());
    assertThat(envelope.hasContentEncoding() && envelope.hasContentType()).isTrue();
    assertThat(envelope.getContentEncoding() + envelope.getContentType()).isEmpty();
    Descriptor type = ProtobufTypes.find(kind.apiVersion(), kind.kind()).orElseThrow();
    assertThat(unknownFields(DynamicMessage.parseFrom(type, envelope.getRaw()))).isEmpty();
  }

  /** Names of messages with fields that their type does not have. */
  private static List<String> unknownFields(Message message) {
    List<String> unknown = new ArrayList<>();
    if (!message.getUnknownFields().asMap().isEmpty()) {
      unknown.add(message.getDescriptorForType().getName());
    }
    for (Object value : message.getAllFields().values()) {
      for (Object each : value instanceof List<?> list ? list : List.of(value)) {
        if (each instanceof Message inner) {
          unknown.addAll(unknownFields(inner));
        }
      }
    }
    return unknown;
  }

  @Test
  void everyServedKindHasAMessageAndSoHasItsList() {
    for (ResourceType type : BuiltInCatalog.load().types()) {
      GroupVersionKind kind = type.kind();
      assertThat(ProtobufTypes.find(kind.apiVersion(), kind.kind())).as("%s", kind).isPresent();
      if (type.verbs().contains(io.luotsi.core.catalog.Verb.LIST)) {
        assertThat(ProtobufTypes.find(kind.apiVersion(), kind.kind() + "List"))
            .as("%sList", kind)
            .isPresent();
      }
    }
  }

  /** What JSON calls otherwise is found without its case and signs; all else must be known here. */
  @Test
  void onlyTheStructsThatGoEmbedsAreNoProperties() {
    Set<String> embedded = new TreeSet<>();
    Set<String> seen = new TreeSet<>();
    kinds()
        .forEach(
            (kind, schema) ->
                embedded(
                    ProtobufTypes.find(kind.apiVersion(), kind.kind()).orElseThrow(),
                    seen,
                    embedded));

    assertThat(embedded)
        .containsExactly(
            "deviceConfiguration",
            "ephemeralContainerCommon",
            "handler",
            "ingressRuleValue",
            "localObjectReference",
            "persistentVolumeSource",
            "rule",
            "ruleWithOperations",
            "volumeSource");
  }

  private static void embedded(Descriptor message, Set<String> seen, Set<String> found) {
    if (!seen.add(message.getFullName())) {
      return;
    }
    for (FieldDescriptor field : message.getFields()) {
      if (field.getType() == FieldDescriptor.Type.MESSAGE) {
        boolean isEmbedded =
            ProtobufLayout.schema(message)
                .filter(schema -> schema.type() == StructuralSchema.Type.OBJECT)
                .map(schema -> ProtobufLayout.property(schema.properties(), field).isEmpty())
                .orElse(false);
        if (isEmbedded) {
          found.add(field.getName());
        }
        embedded(field.getMessageType(), seen, found);
      }
    }
  }

  @Test
  void theOfficialClientsClassesReadWhatWeWrite() throws Exception {
    V1.Pod pod =
        V1.Pod.parseFrom(
            envelope(
                    answer(
                        """
                        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"p\\u00e9\\ud83d\\ude80",
                          "creationTimestamp":"2026-01-02T03:04:05Z","annotations":{"a":""}},
                         "spec":{"volumes":[{"configMap":{"optional":true,"name":"m"},"name":"v"}],
                           "containers":[{"name":"c","resources":{"limits":{"cpu":"100m"}},
                             "livenessProbe":{"periodSeconds":7,"httpGet":{"port":"http"}}}],
                           "ephemeralContainers":[{"image":"i","targetContainerName":"c",
                             "name":"e","tty":true}]}}
                        """))
                .getRaw());

    assertThat(pod.getMetadata().getName()).isEqualTo("pé🚀");
    assertThat(pod.getMetadata().getCreationTimestamp().getSeconds()).isEqualTo(1767323045);
    assertThat(pod.getMetadata().getAnnotationsMap()).containsEntry("a", "");
    V1.Volume volume = pod.getSpec().getVolumes(0);
    assertThat(volume.getName()).isEqualTo("v");
    assertThat(volume.getVolumeSource().getConfigMap().getLocalObjectReference().getName())
        .isEqualTo("m");
    assertThat(volume.getVolumeSource().getConfigMap().getOptional()).isTrue();
    V1.Container container = pod.getSpec().getContainers(0);
    assertThat(container.getResources().getLimitsMap().get("cpu").getString()).isEqualTo("100m");
    assertThat(container.getLivenessProbe().getHandler().getHttpGet().getPort().getStrVal())
        .isEqualTo("http");
    assertThat(container.getLivenessProbe().getPeriodSeconds()).isEqualTo(7);
    assertThat(pod.getSpec().getEphemeralContainers(0).getEphemeralContainerCommon().getTty())
        .isTrue();
    assertThat(pod.hasStatus()).isFalse();
  }

  @Test
  void whatIsPresentAndEmptyStaysPresent() throws Exception {
    V1.Pod pod =
        V1.Pod.parseFrom(
            envelope(
                    answer(
                        """
                        {"kind":"Pod","apiVersion":"v1","metadata":{"name":"p",
                          "creationTimestamp":null},
                         "spec":{"securityContext":{},"terminationGracePeriodSeconds":0,
                           "volumes":[{"name":"v","emptyDir":{}}]}}
                        """))
                .getRaw());

    assertThat(pod.getMetadata().hasCreationTimestamp()).isFalse();
    assertThat(pod.getSpec().hasSecurityContext()).isTrue();
    assertThat(pod.getSpec().hasTerminationGracePeriodSeconds()).isTrue();
    assertThat(pod.getSpec().getVolumes(0).getVolumeSource().hasEmptyDir()).isTrue();
  }

  @Test
  void timesWithFractionsAndNegativeNumbersAreKept() throws Exception {
    String lease =
        """
        {"apiVersion":"coordination.k8s.io/v1","kind":"Lease","metadata":{"name":"l"},
         "spec":{"renewTime":"2026-01-02T03:04:05.123456Z","leaseDurationSeconds":-5}}
        """;

    assertThat(
            ProtobufBody.read(
                answer(lease),
                "coordination.k8s.io/v1",
                "Lease",
                SCHEMAS.named("io.k8s.api.coordination.v1.Lease")))
        .isEqualTo(Json.readObject(lease.getBytes(StandardCharsets.UTF_8)));
  }

  private static byte[] answer(String json) {
    return ProtobufAnswer.of(json.getBytes(StandardCharsets.UTF_8));
  }

  private static Runtime.Unknown envelope(byte[] answer) throws Exception {
    assertThat(answer).startsWith('k', '8', 's', 0);
    return Runtime.Unknown.parseFrom(Arrays.copyOfRange(answer, 4, answer.length));
  }

  /** Objects that have every property of their schema, each with a value of its own. */
  private static final class Samples {
    private static final int DEPTH = 2;

    private final Map<String, Integer> depths = new LinkedHashMap<>();
    private int next = 1;

    ObjectNode object(GroupVersionKind kind, StructuralSchema schema) {
      ObjectNode object =
          Json.object().put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
      return object.setAll((ObjectNode) value("", schema));
    }

    private JsonNode value(String name, StructuralSchema schema) {
      next++;
      return switch (schema.type()) {
        case OBJECT -> properties(schema);
        case MAP -> Json.object().set("k" + next, value("", schema.element()));
        case ARRAY -> list(schema);
        case STRING -> Json.object().textNode("s" + next);
        case BYTES -> Json.object().textNode("cQ==");
        case TIME -> Json.object().textNode("2026-01-02T03:04:05Z");
        case MICRO_TIME -> Json.object().textNode("2026-01-02T03:04:05.000006Z");
        case QUANTITY -> Json.object().textNode(next + "Mi");
        case INT_OR_STRING ->
            next % 2 == 0 ? Json.object().numberNode(next) : Json.object().textNode(next + "%");
        case INT32 -> Json.object().numberNode(next);
        case INT64 -> Json.object().numberNode(Integer.MAX_VALUE + (long) next);
        case NUMBER -> Json.object().numberNode(next + 0.5);
        case BOOLEAN -> Json.object().booleanNode(true);
        case FREE_FORM ->
            schema.goName().equals("CustomResourceSubresourceStatus")
                ? Json.object() // Go's struct has no fields
                : Json.object().put("any", "\"" + next);
        case ANY -> any(name);
      };
    }

    private JsonNode any(String name) {
      StructuralSchema schema =
          SCHEMAS.named("io.k8s.apiextensions-apiserver.pkg.apis.apiextensions.v1.JSONSchemaProps");
      boolean deep = depths.getOrDefault(schema.definition(), 0) >= DEPTH;
      return switch (name) {
        case "items" -> properties(schema);
        case "additionalItems" -> Json.object().booleanNode(deep);
        case "additionalProperties" -> deep ? Json.object().booleanNode(true) : properties(schema);
        case "default" -> Json.object().textNode("text " + next);
        case "example" -> Json.object().numberNode(-1.25);
        default -> Json.object().putArray("list").add("one").add("two");
      };
    }

    private ArrayNode list(StructuralSchema schema) {
      ArrayNode list = Json.object().arrayNode();
      return list.add(value("", schema.element())).add(value("", schema.element()));
    }

    /** Schemas that hold themselves end after a while; the type of an inner object is not kept. */
    private ObjectNode properties(StructuralSchema schema) {
      ObjectNode object = Json.object();
      int depth = depths.merge(schema.definition(), 1, Integer::sum);
      boolean isKind =
          schema.properties().containsKey("metadata") || schema.goName().equals("DeleteOptions");
      if (depth <= DEPTH) {
        schema
            .properties()
            .forEach(
                (name, property) -> {
                  if (!(isKind && (name.equals("apiVersion") || name.equals("kind")))) {
                    object.set(name, value(name, property));
                  }
                });
      }
      depths.merge(schema.definition(), -1, Integer::sum);
      return object;
    }
  }
}
