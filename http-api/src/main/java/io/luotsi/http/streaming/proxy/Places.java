package io.luotsi.http.streaming.proxy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.UserInfo;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/**
 * Finds what is to answer a proxied request: a pod itself, one of the pods behind a service, or a
 * port of a node.
 *
 * @see "Source: kubernetes pkg/registry/core pod, service, node ResourceLocation"
 */
final class Places {
  /** Where a request goes. */
  sealed interface Place {
    /** Host and port, as a client there would say it. */
    String authority();

    /** A port of a pod, by way of its node. */
    record OfPod(String node, ObjectKey pod, String uid, int port, String authority)
        implements Place {}

    /** A port of a node that this JVM connects to itself. */
    record OfNode(String host, int port, String authority) implements Place {}
  }

  /** Who may proxy need not be one who may get; so objects are looked up as ourselves. */
  private static final UserInfo SELF = UserInfo.component("apiserver");

  private static final GroupVersionResource PODS = GroupVersionResource.of("v1", "pods");
  private static final GroupVersionResource ENDPOINTS = GroupVersionResource.of("v1", "endpoints");
  private static final Rejection NOT_ALLOWED = new Rejection.BadRequest("address not allowed");

  private final Api api;

  Places(Api api) {
    this.api = api;
  }

  CompletionStage<Outcome<Place>> find(Target target, ProxyPath path) {
    return switch (target.type().plural()) {
      case "pods" -> pod(target.namespace(), path.name()).thenApply(at(path));
      case "services" -> service(target, path);
      case "nodes" ->
          get(target.type().groupVersionResource(), "", path.name())
              .thenApply(found -> found.flatMap(node -> ofNode(node, path)));
      case String other -> throw new IllegalStateException(other + "/proxy");
    };
  }

  private Function<Outcome<StoredObject>, Outcome<Place>> at(ProxyPath path) {
    return found -> found.flatMap(pod -> ofPod(pod, path));
  }

  private CompletionStage<Outcome<StoredObject>> pod(String namespace, String name) {
    return get(PODS, namespace, name);
  }

  private CompletionStage<Outcome<StoredObject>> get(
      GroupVersionResource resource, String namespace, String name) {
    Target target =
        new Target(SELF, api.catalog().find(resource).orElseThrow(), namespace, name, "");
    return api.get(target, OptionalLong.empty());
  }

  private static Outcome<Place> ofPod(StoredObject pod, ProxyPath path) {
    return port(path, firstPort(Json.readObject(pod.json()), path))
        .flatMap(port -> ofPod(pod, port));
  }

  /** Of the first container that names any. */
  private static int firstPort(ObjectNode pod, ProxyPath path) {
    for (JsonNode container : pod.at("/spec/containers")) {
      if (!container.path("ports").isEmpty()) {
        return container.at("/ports/0/containerPort").asInt();
      }
    }
    return path.defaultPort();
  }

  private static Outcome<Integer> port(ProxyPath path, int otherwise) {
    if (path.port().isEmpty()) {
      return Outcome.done(otherwise);
    }
    try {
      int port = Integer.parseInt(path.port());
      if (port > 0 && port < 1 << 16) {
        return Outcome.done(port);
      }
    } catch (NumberFormatException notANumber) {
      // said below
    }
    return Outcome.rejected(
        ProxyRoutes.unreachable("dial tcp: lookup tcp/" + path.port() + ": unknown port"));
  }

  private static Outcome<Place> ofPod(StoredObject pod, int port) {
    ObjectNode json = Json.readObject(pod.json());
    String address = json.at("/status/podIP").asText("");
    String node = json.at("/spec/nodeName").asText("");
    return address.isEmpty() || node.isEmpty()
        ? Outcome.rejected(NOT_ALLOWED)
        : Outcome.done(new Place.OfPod(node, pod.key(), pod.uid(), port, authority(address, port)));
  }

  private static String authority(String address, int port) {
    return (address.contains(":") ? "[" + address + "]" : address) + ":" + port;
  }

  private CompletionStage<Outcome<Place>> service(Target target, ProxyPath path) {
    return get(target.type().groupVersionResource(), target.namespace(), path.name())
        .thenCompose(
            found ->
                switch (found.flatMap(service -> portName(service, path))) {
                  case Outcome.Rejected<String>(Rejection why) -> rejected(why);
                  case Outcome.Done<String>(String port) ->
                      get(ENDPOINTS, target.namespace(), path.name())
                          .thenCompose(
                              endpoints ->
                                  behind(
                                      target.namespace(),
                                      noneFor(path),
                                      candidates(endpoints, port)));
                });
  }

  /** A service's endpoints know its ports by name. */
  private static Outcome<String> portName(StoredObject service, ProxyPath path) {
    if (!path.port().matches("[0-9]+")) {
      return Outcome.done(path.port());
    }
    for (JsonNode port : Json.readObject(service.json()).at("/spec/ports")) {
      if (port.path("port").asText().equals(path.port())) {
        return Outcome.done(port.path("name").asText(""));
      }
    }
    return Outcome.rejected(
        new Rejection.ServiceUnavailable(
            "no service port " + path.port() + " found for service \"" + path.name() + "\""));
  }

  private static Rejection noneFor(ProxyPath path) {
    return new Rejection.ServiceUnavailable(
        "no endpoints available for service \"" + path.name() + "\"");
  }

  /** An address that says which pod it is of. */
  private record Candidate(String address, String pod, int port) {}

  /** In an order of chance, so that requests are spread. */
  private static List<Candidate> candidates(Outcome<StoredObject> endpoints, String port) {
    List<Candidate> candidates = new ArrayList<>();
    endpoints.ifDone(
        found -> {
          for (JsonNode subset : Json.readObject(found.json()).path("subsets")) {
            for (JsonNode open : subset.path("ports")) {
              if (open.path("name").asText("").equals(port)) {
                candidates.addAll(candidates(subset, open.path("port").asInt()));
              }
            }
          }
        });
    Collections.shuffle(candidates);
    return candidates;
  }

  private static List<Candidate> candidates(JsonNode subset, int port) {
    List<Candidate> candidates = new ArrayList<>();
    for (JsonNode address : subset.path("addresses")) {
      if (address.at("/targetRef/kind").asText("").equals("Pod")) {
        candidates.add(
            new Candidate(
                address.path("ip").asText(), address.at("/targetRef/name").asText(), port));
      }
    }
    return candidates;
  }

  /** The first that is still what it says; nothing is asked that is no pod. */
  private CompletionStage<Outcome<Place>> behind(
      String namespace, Rejection none, List<Candidate> candidates) {
    if (candidates.isEmpty()) {
      return rejected(none);
    }
    Candidate first = candidates.getFirst();
    return pod(namespace, first.pod())
        .thenCompose(
            found ->
                switch (found.flatMap(pod -> ofPod(pod, first.port()))) {
                  case Outcome.Done<Place>(Place place)
                      when place.authority().equals(authority(first.address(), first.port())) ->
                      CompletableFuture.completedFuture(Outcome.done(place));
                  case Outcome<Place> gone ->
                      behind(namespace, none, candidates.subList(1, candidates.size()));
                });
  }

  private static Outcome<Place> ofNode(StoredObject node, ProxyPath path) {
    ObjectNode json = Json.readObject(node.json());
    String kubelet = json.at("/status/daemonEndpoints/kubeletEndpoint/Port").asText("10250");
    if (path.port().isEmpty() || path.port().equals(kubelet)) {
      return Outcome.rejected(
          ProxyRoutes.unreachable(
              "the kubelet of node "
                  + path.name()
                  + " has no HTTP server: use pods/log, pods/exec, pods/portforward, or proxy to a"
                  + " pod"));
    }
    String address = "";
    for (JsonNode known : json.at("/status/addresses")) {
      if (address.isEmpty() && known.path("type").asText().equals("InternalIP")) {
        address = known.path("address").asText();
      }
    }
    String host = address;
    return isAllowed(host)
        ? port(path, path.defaultPort())
            .flatMap(port -> Outcome.done(new Place.OfNode(host, port, authority(host, port))))
        : Outcome.rejected(NOT_ALLOWED);
  }

  /**
   * Never to this machine itself, nor to what only a link knows, whatever a node says of itself.
   *
   * @see "Source: kubernetes pkg/proxy/util IsProxyableIP"
   */
  private static boolean isAllowed(String address) {
    if (!address.matches("[0-9.]+|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*")) {
      return false;
    }
    try {
      InetAddress ip = InetAddress.getByName(address);
      return !ip.isLoopbackAddress()
          && !ip.isLinkLocalAddress()
          && !ip.isMulticastAddress()
          && !ip.isAnyLocalAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  private static <T> CompletionStage<Outcome<T>> rejected(Rejection why) {
    return CompletableFuture.completedFuture(Outcome.rejected(why));
  }
}
