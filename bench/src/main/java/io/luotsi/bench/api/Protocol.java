package io.luotsi.bench.api;

import io.vertx.core.http.HttpVersion;

/** How clients speak. */
enum Protocol {
  HTTP_1("http1", "HTTP/1.1", HttpVersion.HTTP_1_1),
  HTTP_2("http2", "HTTP/2", HttpVersion.HTTP_2);

  /** Clients of HTTP/2 share connections, as those of one program do. */
  private static final int SHARED = 4;

  private final String key;
  private final String title;
  private final HttpVersion version;

  Protocol(String key, String title, HttpVersion version) {
    this.key = key;
    this.title = title;
    this.version = version;
  }

  String key() {
    return key;
  }

  String title() {
    return title;
  }

  HttpVersion version() {
    return version;
  }

  /** How many connections so many clients have. */
  int connections(int clients) {
    return this == HTTP_1 ? clients : Math.min(clients, SHARED);
  }
}
