package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import io.kubernetes.client.proto.Runtime;
import java.io.ByteArrayOutputStream;
import java.util.Arrays;

/** Kubernetes' protobuf for tests, with the official library's messages. */
final class Protobuf {
  static final String MEDIA_TYPE = "application/vnd.kubernetes.protobuf";
  static final String PARTIAL = ";as=PartialObjectMetadata;g=meta.k8s.io;v=v1";

  /** A custom kind, of which there are no messages. */
  static final String BOATS = "/apis/example.com/v1/namespaces/default/boats";

  private static final String JSON = "application/json";
  private static final String BOAT =
      """
      {"metadata": {"name": "boats.example.com"}, "spec": {"group": "example.com",
        "scope": "Namespaced", "names": {"plural": "boats", "kind": "Boat"},
        "versions": [{"name": "v1", "served": true, "storage": true, "schema":
          {"openAPIV3Schema": {"type": "object", "x-kubernetes-preserve-unknown-fields": true}}}]}}
      """;

  private Protobuf() {}

  /** A server of {@link #BOATS}, with one whose name is {@code b}. */
  static TestServer serverWithBoats() {
    // The library's classes are old, and say so once each.
    System.setProperty("com.google.protobuf.use_unsafe_pre22_gencode", "true");
    TestServer server = TestServer.start();
    server.define(JSON, BOAT);
    server.create(
        BOATS,
        JSON,
        "{\"apiVersion\":\"example.com/v1\",\"kind\":\"Boat\",\"metadata\":{\"name\":\"b\","
            + "\"labels\":{\"l\":\"v\"}},\"spec\":{\"sails\":2}}");
    return server;
  }

  static Runtime.Unknown unwrapped(byte[] body) throws InvalidProtocolBufferException {
    assertThat(body).startsWith('k', '8', 's', 0);
    return Runtime.Unknown.parseFrom(Arrays.copyOfRange(body, 4, body.length));
  }

  static byte[] wrapped(String apiVersion, String kind, MessageLite message) {
    Runtime.Unknown unknown =
        Runtime.Unknown.newBuilder()
            .setTypeMeta(Runtime.TypeMeta.newBuilder().setApiVersion(apiVersion).setKind(kind))
            .setRaw(message.toByteString())
            .build();
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    body.writeBytes(new byte[] {'k', '8', 's', 0});
    body.writeBytes(unknown.toByteArray());
    return body.toByteArray();
  }
}
