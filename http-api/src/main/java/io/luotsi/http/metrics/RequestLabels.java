package io.luotsi.http.metrics;

import java.util.Set;

/**
 * What tells requests apart in metrics, as upstream's {@code apiserver_request_total} does.
 *
 * @param verb GET, LIST, WATCH, POST, PUT, PATCH, APPLY, DELETE, DELETECOLLECTION or CONNECT
 * @param dryRun {@code All}, or empty
 * @param subresource or, of what is no resource, the path
 * @param scope of what was asked for: resource, namespace, cluster, or empty for what is none
 */
public record RequestLabels(
    String verb,
    String dryRun,
    String group,
    String version,
    String resource,
    String subresource,
    String scope) {
  private static final Set<String> READING = Set.of("GET", "LIST");

  /** A path that is no resource. */
  public static RequestLabels path(String verb, String path) {
    return new RequestLabels(verb, "", "", "", "", path, "");
  }

  /** Whether it goes on for as long as the client likes: its duration says nothing of us. */
  boolean longRunning() {
    return verb.equals("WATCH") || verb.equals("CONNECT") || subresource.equals("log");
  }

  boolean reads() {
    return READING.contains(verb);
  }
}
