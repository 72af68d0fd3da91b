package io.luotsi.node.network;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.client.FakeResources;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;

/** An API of Services, EndpointSlices and Events, written to by hand. */
final class FakeNetworkApi extends FakeResources {
  /** An event that somebody recorded. */
  record Event(String reason, String about, String message) {}

  /** One endpoint of a slice. */
  record Endpoint(Backend backend, boolean ready, String nodeName) {
    static Endpoint ready(EchoServer server) {
      return new Endpoint(server.backend(), true, "here");
    }

    static Endpoint unready(EchoServer server) {
      return new Endpoint(server.backend(), false, "here");
    }
  }

  private final BlockingQueue<Event> events = new LinkedBlockingQueue<>();

  BlockingQueue<Event> events() {
    return events;
  }

  private static ObjectNode object(String name) {
    ObjectNode object = Json.object();
    object
        .putObject("metadata")
        .put("name", name)
        .put("namespace", "default")
        .put("uid", "uid-" + name);
    return object;
  }

  void service(String name, VirtualAddress address, String affinity) {
    ObjectNode service = object(name);
    ObjectNode spec = service.putObject("spec");
    spec.put("clusterIP", address.ip()).put("sessionAffinity", affinity);
    spec.putArray("ports")
        .addObject()
        .put("port", address.port())
        .put("protocol", address.protocol());
    of("services").put(service);
  }

  void service(String name, VirtualAddress address) {
    service(name, address, "None");
  }

  /**
   * @param ports JSON with apostrophes
   */
  void service(String name, String ip, String ports) {
    ObjectNode service = object(name);
    service.putObject("spec").put("clusterIP", ip).set("ports", array(ports));
    of("services").put(service);
  }

  /** A slice with one ready endpoint. */
  void slice(String name, String service, String ip, String ports) {
    ObjectNode slice = object(name);
    slice.withObject("/metadata/labels").put("kubernetes.io/service-name", service);
    slice.put("addressType", "IPv4").set("ports", array(ports));
    slice.putArray("endpoints").addObject().putArray("addresses").add(ip);
    of("endpointslices").put(slice);
  }

  private static JsonNode array(String json) {
    byte[] object = ("{'v': " + json + "}").replace('\'', '"').getBytes(StandardCharsets.UTF_8);
    return Json.readObject(object).path("v");
  }

  /** One slice for each endpoint, because each server has a port of its own. */
  void endpoints(String service, Endpoint... endpoints) {
    for (int i = 0; i < 8; i++) {
      ObjectNode slice = object(service + "-" + i);
      slice.withObject("/metadata/labels").put("kubernetes.io/service-name", service);
      slice.put("addressType", "IPv4");
      ArrayNode list = slice.putArray("endpoints");
      if (i < endpoints.length) {
        Endpoint endpoint = endpoints[i];
        slice.putArray("ports").addObject().put("name", "").put("port", endpoint.backend().port());
        ObjectNode entry = list.addObject().put("nodeName", endpoint.nodeName());
        entry.putArray("addresses").add(endpoint.backend().ip());
        entry.putObject("conditions").put("ready", endpoint.ready());
      }
      of("endpointslices").put(slice);
    }
  }

  @Override
  public CompletionStage<Outcome<StoredObject>> create(
      GroupVersionResource resource, String namespace, ObjectNode body) {
    events.add(
        new Event(
            body.path("reason").asText(),
            body.at("/involvedObject/name").asText(),
            body.path("message").asText()));
    return super.create(resource, namespace, body);
  }
}
