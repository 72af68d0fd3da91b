package io.luotsi.app.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Selection;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/**
 * A request to whichever server answers it.
 *
 * @param path with the query, encoded
 */
record Request(String method, String path, Optional<Body> body) {
  /** What is sent along. */
  record Body(String mediaType, byte[] content) {}

  static final String JSON = "application/json";

  static Request get(String path) {
    return new Request("GET", path, Optional.empty());
  }

  static Request send(String method, String path, String mediaType, JsonNode content) {
    return new Request(method, path, Optional.of(new Body(mediaType, Json.write(content))));
  }

  /** Whether nothing is changed by sending it twice. */
  boolean repeatable() {
    return method.equals("GET");
  }

  /** Path of all objects of a resource, or of those of a namespace. */
  static String collection(GroupVersionResource resource, String namespace) {
    String group =
        resource.group().isEmpty()
            ? "/api/" + resource.version()
            : "/apis/" + resource.group() + "/" + resource.version();
    String within = namespace.isEmpty() ? "" : "/namespaces/" + encoded(namespace);
    return group + within + "/" + resource.resource();
  }

  /**
   * Path of an object, or of a part of it.
   *
   * @param subresource empty for the object itself
   */
  static String object(GroupVersionResource resource, ObjectKey key, String subresource) {
    String part = subresource.isEmpty() ? "" : "/" + subresource;
    return collection(resource, key.namespace()) + "/" + encoded(key.name()) + part;
  }

  /** The query of a list or watch, with its question mark; empty if everything is selected. */
  static String query(Selection selection) {
    StringBuilder query = new StringBuilder();
    append(query, "labelSelector", selection.labels().describe());
    append(query, "fieldSelector", selection.fields().describe());
    return query.toString();
  }

  private static void append(StringBuilder query, String name, String value) {
    if (!value.isEmpty()) {
      query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(encoded(value));
    }
  }

  static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
