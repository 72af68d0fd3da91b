package io.luotsi.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import io.kubernetes.client.proto.Runtime;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.catalog.ResourceType;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.bootstrap.SystemObjects;
import io.luotsi.core.flowcontrol.DefaultFlows;
import io.luotsi.http.codec.BodyReader.Expected;
import io.luotsi.http.codec.BodyReader.Format;
import java.util.Collection;
import org.junit.jupiter.api.Test;

/** What every cluster has is left as it is by a Go client that writes back what it has read. */
class BootstrapObjectsTest {
  private final TestApi api = TestApi.create();

  @Test
  void flowSchemasAndLevels() {
    staysAsItIs(Resources.FLOW_SCHEMAS, DefaultFlows.MANDATORY_SCHEMAS.values());
    staysAsItIs(Resources.FLOW_SCHEMAS, DefaultFlows.SUGGESTED_SCHEMAS.values());
    staysAsItIs(Resources.PRIORITY_LEVELS, DefaultFlows.MANDATORY_LEVELS.values());
    staysAsItIs(Resources.PRIORITY_LEVELS, DefaultFlows.SUGGESTED_LEVELS.values());
  }

  @Test
  void priorityClasses() {
    staysAsItIs(
        Resources.PRIORITY_CLASSES,
        SystemObjects.PRIORITIES.keySet().stream().map(SystemObjects::priorityClass).toList());
  }

  private void staysAsItIs(GroupVersionResource resource, Collection<ObjectNode> objects) {
    ResourceType type = api.pipeline().catalog().find(resource).orElseThrow();
    Expected expected = new Expected(type.kind(), type.schema());
    assertThat(objects).isNotEmpty();
    for (ObjectNode object : objects) {
      StoredObject made =
          api.client()
              .create(resource, "", object.deepCopy())
              .toCompletableFuture()
              .join()
              .orElseThrow();
      byte[] written = asGoWrites(type, ProtobufAnswer.of(made.json()));
      assertThat(BodyReader.object(written, Format.PROTOBUF, expected).orElseThrow().object())
          .isEqualTo(Json.readObject(made.json()));
    }
  }

  private static byte[] asGoWrites(ResourceType type, byte[] read) {
    int magic = ProtobufAnswer.MAGIC.length;
    try {
      DynamicMessage.Builder envelope =
          DynamicMessage.newBuilder(Runtime.getDescriptor().findMessageTypeByName("Unknown"));
      envelope.mergeFrom(read, magic, read.length - magic);
      FieldDescriptor raw = envelope.getDescriptorForType().findFieldByName("raw");
      DynamicMessage.Builder message =
          DynamicMessage.newBuilder(
              ProtobufTypes.find(type.kind().apiVersion(), type.kind().kind()).orElseThrow());
      message.mergeFrom((ByteString) envelope.getField(raw));
      writeZeros(message);
      envelope.setField(raw, message.build().toByteString());
      return ByteString.copyFrom(ProtobufAnswer.MAGIC)
          .concat(envelope.build().toByteString())
          .toByteArray();
    } catch (InvalidProtocolBufferException e) {
      throw new AssertionError(e);
    }
  }

  /** Go writes every field that is no pointer, whatever is in it. */
  private static void writeZeros(DynamicMessage.Builder message) {
    for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
      boolean isMessage = field.getJavaType() == FieldDescriptor.JavaType.MESSAGE;
      if (field.isRepeated() && isMessage && !field.isMapField()) {
        for (int i = 0; i < message.getRepeatedFieldCount(field); i++) {
          message.setRepeatedField(
              field, i, withZeros((DynamicMessage) message.getRepeatedField(field, i)));
        }
      } else if (!field.isRepeated() && isMessage && message.hasField(field)) {
        message.setField(field, withZeros((DynamicMessage) message.getField(field)));
      } else if (!field.isRepeated() && !isMessage && !message.hasField(field)) {
        boolean isText = field.getJavaType() == FieldDescriptor.JavaType.STRING;
        if (isText ? GoFields.emptyTextIsAbsent(field) : GoFields.zeroIsAbsent(field)) {
          message.setField(field, field.getDefaultValue());
        }
      }
    }
  }

  private static DynamicMessage withZeros(DynamicMessage message) {
    DynamicMessage.Builder filled = message.toBuilder();
    writeZeros(filled);
    return filled.build();
  }
}
