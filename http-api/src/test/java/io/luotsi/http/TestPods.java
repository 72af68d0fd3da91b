package io.luotsi.http;

/** Pods of a {@link TestServer}, whose containers a test plays: see {@link FakeNode}. */
final class TestPods {
  private static final String JSON = "application/json";

  private TestPods() {}

  /** A namespace with the account that pods need. */
  static void namespace(TestServer server, String name) {
    server.create("/api/v1/namespaces", JSON, "{\"metadata\":{\"name\":\"" + name + "\"}}");
    server.create(
        "/api/v1/namespaces/" + name + "/serviceaccounts",
        JSON,
        "{\"metadata\":{\"name\":\"default\"}}");
  }

  /** In such a namespace: {@code one} and {@code two}, with so many containers, and another. */
  static void oneTwoAndNowhere(TestServer server, String namespace) {
    namespace(server, namespace);
    bound(server, namespace, "one", "a");
    bound(server, namespace, "two", "a", "b");
    create(server, namespace, "nowhere", "", "a");
  }

  /** One that is bound to a node. */
  static void bound(TestServer server, String namespace, String name, String... containers) {
    create(server, namespace, name, "\"nodeName\":\"n\",", containers);
  }

  private static void create(
      TestServer server, String namespace, String name, String node, String... containers) {
    StringBuilder body = new StringBuilder("{\"metadata\":{\"name\":\"" + name + "\"},\"spec\":{");
    body.append(node).append("\"containers\":[");
    for (String container : containers) {
      body.append("{\"name\":\"").append(container).append("\",\"image\":\"i\"},");
    }
    body.setLength(body.length() - 1);
    server.create("/api/v1/namespaces/" + namespace + "/pods", JSON, body + "]}}");
  }
}
