package io.luotsi.http.codec;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.TextFormat;
import io.kubernetes.client.proto.Runtime;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.catalog.BuiltInSchemas;
import io.luotsi.http.codec.BodyReader.Expected;
import io.luotsi.http.codec.BodyReader.Format;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class ProtobufBodyTest {
  private static final BuiltInSchemas SCHEMAS = BuiltInSchemas.load();

  @Test
  void whatGoWritesForADeploymentIsTheJsonOfTheSameDeployment() throws Exception {
    ObjectNode read =
        read(
            "apps/v1",
            "Deployment",
            "io.k8s.api.apps.v1.Deployment",
            """
            metadata { name: "web" generateName: "" namespace: "" generation: 0
              creationTimestamp {} labels { key: "app" value: "web" } }
            spec { replicas: 0 minReadySeconds: 0 paused: false
              selector { matchLabels { key: "app" value: "web" } } strategy { type: "" }
              template { metadata { name: "" creationTimestamp {} }
                spec { hostNetwork: false securityContext { runAsUser: 0 }
                  volumes { name: "v" volumeSource { emptyDir { medium: "" } } }
                  containers { name: "c" image: "i" stdin: false
                    ports { containerPort: 80 hostPort: 0 }
                    resources { limits { key: "cpu" value { string: "1" } } }
                    env { name: "E" valueFrom { configMapKeyRef {
                      localObjectReference { name: "m" } key: "k" } } }
                    livenessProbe { handler { httpGet { path: "/"
                      port { type: 1 intVal: 0 strVal: "http" } } } periodSeconds: 5 } } } } }
            status { replicas: 0 }
            """);

    assertThat(read)
        .isEqualTo(
            json(
                """
                {"apiVersion":"apps/v1","kind":"Deployment",
                 "metadata":{"name":"web","labels":{"app":"web"}},
                 "spec":{"replicas":0,"selector":{"matchLabels":{"app":"web"}},"strategy":{},
                  "template":{"metadata":{},"spec":{"securityContext":{"runAsUser":0},
                   "volumes":[{"name":"v","emptyDir":{}}],
                   "containers":[{"name":"c","image":"i","ports":[{"containerPort":80}],
                    "resources":{"limits":{"cpu":"1"}},
                    "env":[{"name":"E","valueFrom":{"configMapKeyRef":{"name":"m","key":"k"}}}],
                    "livenessProbe":{"httpGet":{"path":"/","port":"http"},"periodSeconds":5}}]}}},
                 "status":{}}
                """));
  }

  @Test
  void bytesTimesAndNumberedPortsKeepTheirJsonForms() throws Exception {
    assertThat(
            read(
                "v1",
                "Secret",
                "io.k8s.api.core.v1.Secret",
                "metadata { name: \"s\" creationTimestamp { seconds: 1 nanos: 5 } }"
                    + " data { key: \"k\" value: \"q\" } immutable: false type: \"\""))
        .isEqualTo(
            json(
                """
                {"apiVersion":"v1","kind":"Secret","metadata":{"name":"s",
                 "creationTimestamp":"1970-01-01T00:00:01Z"},"data":{"k":"cQ=="},"immutable":false}
                """));
    assertThat(
            read(
                "v1",
                "Service",
                "io.k8s.api.core.v1.Service",
                "spec { ports { port: 80 targetPort { type: 0 intVal: 8080 strVal: \"\" } } }"))
        .isEqualTo(
            json(
                """
                {"apiVersion":"v1","kind":"Service",
                 "spec":{"ports":[{"port":80,"targetPort":8080}]}}
                """));
  }

  @Test
  void zerosAndEmptyTextsAreValuesWhereGoHasPointers() throws Exception {
    assertThat(
            read(
                "scheduling.k8s.io/v1",
                "PriorityClass",
                "io.k8s.api.scheduling.v1.PriorityClass",
                "metadata { name: \"p\" } value: 0 globalDefault: false description: \"\""))
        .isEqualTo(
            json(
                """
                {"apiVersion":"scheduling.k8s.io/v1","kind":"PriorityClass",
                 "metadata":{"name":"p"},"value":0}
                """));
    assertThat(
            read(
                "discovery.k8s.io/v1",
                "EndpointSlice",
                "io.k8s.api.discovery.v1.EndpointSlice",
                "metadata { name: \"e\" } addressType: \"IPv4\" ports { name: \"\" port: 0 }"))
        .isEqualTo(
            json(
                """
                {"apiVersion":"discovery.k8s.io/v1","kind":"EndpointSlice",
                 "metadata":{"name":"e"},"addressType":"IPv4","ports":[{"name":"","port":0}]}
                """));
    assertThat(
            read(
                "v1",
                "Endpoints",
                "io.k8s.api.core.v1.Endpoints",
                "metadata { name: \"e\" } subsets { ports { name: \"\" port: 80 } }"))
        .isEqualTo(
            json(
                """
                {"apiVersion":"v1","kind":"Endpoints","metadata":{"name":"e"},
                 "subsets":[{"ports":[{"port":80}]}]}
                """));
  }

  private static ObjectNode json(String text) {
    return Json.readObject(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Wraps what {@code text} describes as a Go client does, and reads it back. */
  private static ObjectNode read(String apiVersion, String kind, String schema, String text)
      throws Exception {
    DynamicMessage.Builder message =
        DynamicMessage.newBuilder(ProtobufTypes.find(apiVersion, kind).orElseThrow());
    TextFormat.merge(text, message);
    DynamicMessage.Builder envelope =
        DynamicMessage.newBuilder(Runtime.getDescriptor().findMessageTypeByName("Unknown"));
    TextFormat.merge(
        "typeMeta { apiVersion: \"" + apiVersion + "\" kind: \"" + kind + "\" }", envelope);
    envelope.setField(
        envelope.getDescriptorForType().findFieldByName("raw"), message.build().toByteString());
    byte[] body =
        ByteString.copyFrom(new byte[] {'k', '8', 's', 0})
            .concat(envelope.build().toByteString())
            .toByteArray();
    Expected expected = new Expected(GroupVersionKind.of(apiVersion, kind), SCHEMAS.named(schema));
    Outcome<Body> outcome = BodyReader.object(body, Format.PROTOBUF, expected);
    return outcome.orElseThrow().object();
  }
}
