package io.luotsi.http;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;

/** A server with a custom kind, CronTab; bodies may be written with single quotes. */
final class CustomKinds implements AutoCloseable {
  static final String DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
  static final String TABS = "/apis/stable.example.com/v1/namespaces/default/crontabs";
  static final String JSON = "application/json";
  static final String MERGE = "application/merge-patch+json";

  /** With all that a kind of one version can have. */
  private static final String CRONTABS =
      """
      {'metadata': {'name': 'crontabs.stable.example.com'}, 'spec': {
        'group': 'stable.example.com', 'scope': 'Namespaced',
        'names': {'plural': 'crontabs', 'kind': 'CronTab', 'shortNames': ['ct'],
          'categories': ['all']},
        'versions': [{'name': 'v1', 'served': true, 'storage': true,
          'selectableFields': [{'jsonPath': '.spec.image'}],
          'subresources': {'status': {}, 'scale': {'specReplicasPath': '.spec.replicas',
            'statusReplicasPath': '.status.replicas', 'labelSelectorPath': '.status.selector'}},
          'additionalPrinterColumns': [
            {'name': 'Spec', 'type': 'string', 'jsonPath': '.spec.cronSpec'},
            {'name': 'Replicas', 'type': 'integer', 'jsonPath': '.spec.replicas', 'priority': 1},
            {'name': 'Ready', 'type': 'string',
             'jsonPath': '.status.conditions[?(@.type==\\"Ready\\")].status'},
            {'name': 'Age', 'type': 'date', 'jsonPath': '.metadata.creationTimestamp'}],
          'schema': {'openAPIV3Schema': {'type': 'object', 'description': 'A table of times.',
            'properties': {
              'spec': {'type': 'object', 'required': ['cronSpec'], 'properties': {
                'cronSpec': {'type': 'string', 'description': 'When it runs.',
                  'pattern': '^(\\\\d+|\\\\*)(\\\\s+(\\\\d+|\\\\*)){4}$'},
                'image': {'type': 'string', 'default': 'busybox'},
                'replicas': {'type': 'integer', 'minimum': 1, 'maximum': 10},
                'ports': {'type': 'array', 'x-kubernetes-list-type': 'map',
                  'x-kubernetes-list-map-keys': ['name'], 'items': {'type': 'object',
                    'required': ['name'], 'properties': {'name': {'type': 'string'},
                      'port': {'x-kubernetes-int-or-string': true}}}}}},
              'status': {'type': 'object', 'properties': {
                'replicas': {'type': 'integer'}, 'selector': {'type': 'string'},
                'conditions': {'type': 'array', 'items': {'type': 'object', 'properties': {
                  'type': {'type': 'string'}, 'status': {'type': 'string'}}}}}}}}}}]}}
      """;

  private final TestServer server = TestServer.start();

  static CustomKinds start() {
    CustomKinds kinds = new CustomKinds();
    kinds.define(CRONTABS);
    return kinds;
  }

  HttpResponse<String> get(String path, String... headers) {
    return server.get(path, headers);
  }

  HttpResponse<String> post(String path, String body) {
    return send("POST", path, JSON, body);
  }

  HttpResponse<String> send(String method, String path, String contentType, String body) {
    return server.send(method, path, contentType, quoted(body));
  }

  private static String quoted(String json) {
    return json.replace('\'', '"');
  }

  static JsonNode json(HttpResponse<String> response) {
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
  }

  /** Creates a definition, and says of it what the controller would say. */
  void define(String body) {
    server.define(JSON, quoted(body));
  }

  /** A definition of a kind of one version, which belongs to no namespace. */
  static String definition(String group, String plural, String kind, String schema) {
    return """
    {'metadata': {'name': '%2$s.%1$s'}, 'spec': {'group': '%1$s', 'scope': 'Cluster',
      'names': {'plural': '%2$s', 'kind': '%3$s'},
      'versions': [{'name': 'v1', 'served': true, 'storage': true,
        'schema': {'openAPIV3Schema': {%4$s}}}]}}
    """
        .formatted(group, plural, kind, schema);
  }

  static String tab(String name, String spec) {
    return "{'apiVersion': 'stable.example.com/v1', 'kind': 'CronTab', 'metadata': {'name': '%s'},"
            .formatted(name)
        + " 'spec': {"
        + spec
        + "}}";
  }

  JsonNode create(String name, String spec) {
    return json(server.create(TABS, JSON, quoted(tab(name, spec))));
  }

  @Override
  public void close() {
    server.close();
  }
}
