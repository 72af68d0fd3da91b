package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.Target;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionStage;

/** What the tests of the pipeline say all the time. */
final class Requests {
  static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  static final GroupVersionResource NAMESPACES = GroupVersionResource.of("v1", "namespaces");
  static final GroupVersionResource CONFIG_MAPS = GroupVersionResource.of("v1", "configmaps");
  static final GroupVersionResource SERVICES = GroupVersionResource.of("v1", "services");
  static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  static final GroupVersionResource DEPLOYMENTS = GroupVersionResource.of("apps/v1", "deployments");
  static final GroupVersionResource LEASES =
      GroupVersionResource.of("coordination.k8s.io/v1", "leases");
  static final GroupVersionResource ADDRESSES =
      GroupVersionResource.of("networking.k8s.io/v1", "ipaddresses");

  private Requests() {}

  /** JSON with apostrophes for quotation marks. */
  static ObjectNode json(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }

  static ObjectNode json(StoredObject object) {
    return Json.readObject(object.json());
  }

  static ObjectNode pod(String name) {
    return json(
        "{'metadata': {'name': '%s'}, 'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}"
            .formatted(name));
  }

  static ObjectNode deployment(String name) {
    return json(
        """
        {'metadata': {'name': '%s', 'labels': {'a': 'b'}}, 'spec': {
          'replicas': 3, 'selector': {'matchLabels': {'app': 'x'}},
          'template': {'metadata': {'labels': {'app': 'x'}},
            'spec': {'containers': [{'name': 'c', 'image': 'i'}]}}}}
        """
            .formatted(name));
  }

  static ObjectNode service(String name, String spec) {
    return json(
        "{'metadata': {'name': '%s'}, 'spec': {'ports': [{'port': 80}]%s}}".formatted(name, spec));
  }

  static Target target(TestApi api, GroupVersionResource resource, String namespace, String name) {
    return new Target(
        UserInfo.component("admin"),
        api.pipeline().catalog().find(resource).orElseThrow(),
        namespace,
        name,
        "");
  }

  static <T> T ok(CompletionStage<Outcome<T>> stage) {
    return stage.toCompletableFuture().join().orElseThrow();
  }

  static <T> Rejection refused(CompletionStage<Outcome<T>> stage) {
    return switch (stage.toCompletableFuture().join()) {
      case Outcome.Rejected<T>(Rejection why) -> why;
      case Outcome.Done<T>(T value) -> throw new AssertionError("was done: " + value);
    };
  }

  /** As a client would read it. */
  static <T> String message(CompletionStage<Outcome<T>> stage) {
    return Statuses.of(refused(stage)).path("message").asText();
  }
}
