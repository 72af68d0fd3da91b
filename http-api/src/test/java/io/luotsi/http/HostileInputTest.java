package io.luotsi.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.api.Json;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Whatever comes in, a Status or a closed connection goes out, and nothing is stored. */
class HostileInputTest {
  private static final String JSON = "application/json";
  private static final String MAPS = "/api/v1/namespaces/hostile/configmaps";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = TestServer.start();
    server.send("POST", "/api/v1/namespaces", JSON, "{\"metadata\":{\"name\":\"hostile\"}}");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @AfterEach
  void nothingIsStoredAndOthersAreServed() {
    HttpResponse<String> list = server.get(MAPS);
    assertThat(list.statusCode()).isEqualTo(200);
    assertThat(json(list).path("items")).isEmpty();
  }

  @Test
  void aBodyBeyondThreeMebibytesIsTooLarge() {
    String body =
        "{\"metadata\":{\"name\":\"x\"},\"data\":{\"k\":\"" + "x".repeat(4 << 20) + "\"}}";
    HttpResponse<String> response = server.send("POST", MAPS, JSON, body);

    assertThat(response.statusCode()).isEqualTo(413);
    assertThat(json(response).path("reason").asText()).isEqualTo("RequestEntityTooLarge");
  }

  @Test
  void aBodyOfUnknownLengthIsTooLargeAsWell() {
    byte[] chunk = new byte[256 * 1024];
    Arrays.fill(chunk, (byte) ' ');
    HttpResponse<String> response =
        server.send(
            server
                .request(MAPS)
                .header("Content-Type", JSON)
                .POST(BodyPublishers.ofByteArrays(Collections.nCopies(20, chunk))));

    assertThat(response.statusCode()).isEqualTo(413);
  }

  @Test
  void jsonThatIsTooDeepIsRefused() {
    String deep = "[".repeat(10_000) + "]".repeat(10_000);
    assertBad(JSON, "{\"metadata\":{\"name\":\"x\"},\"data\":" + deep + "}", "max depth");
    assertBad("application/yaml", "data: " + deep, "max depth");
  }

  @Test
  void aliasBombsAreNotSetOff() {
    StringBuilder bomb = new StringBuilder("a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n");
    for (int i = 1; i < 12; i++) {
      bomb.append("a").append(i).append(": &a").append(i).append(" [");
      bomb.append(("*a" + (i - 1) + ",").repeat(9)).append("*a").append(i - 1).append("]\n");
    }
    assertBad("application/yaml", bomb.toString(), "excessive aliasing");
  }

  @Test
  void anAliasOfWhatItIsInIsRefused() {
    assertBad("application/yaml", "a: &a\n  b: *a\n", "unknown anchor");
  }

  @Test
  void truncatedAndGarbledBodiesAreRefusedInUpstreamsWords() {
    assertBad(
        JSON,
        "{\"metadata\":{\"name\":\"x\"",
        "the object provided is unrecognized (must be of type ConfigMap): couldn't get"
            + " version/kind; json parse error: unexpected end of JSON input"
            + " ({\"metadata\":{\"name\":\"x\")");
    assertBad(JSON, "", "unexpected end of JSON input (<empty>)");
    assertBad(JSON, "{}{}", "after top-level value");
    assertBad(JSON, "[]", "json: cannot unmarshal array into Go value");
    assertBad(JSON, "{\"a\":" + "9".repeat(5_000) + "}", "umber");
    assertBad("application/yaml", "a: [1, 2", "yaml: ");
    assertBad("application/vnd.kubernetes.protobuf", "{}", "protobuf");
    assertBad("application/vnd.kubernetes.protobuf", "k8s\0\u0001\u0002\u0003", "proto");
  }

  @Test
  void badUtf8IsRefused() {
    for (String type : new String[] {JSON, "application/yaml"}) {
      byte[] body = "{\"metadata\":{\"name\":\"?\"}}".getBytes(StandardCharsets.US_ASCII);
      body[21] = (byte) 0xff;
      HttpResponse<String> response =
          server.send(
              server
                  .request(MAPS)
                  .header("Content-Type", type)
                  .POST(BodyPublishers.ofByteArray(body)));
      assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    }
  }

  @Test
  void queriesThatDoNotParseAreRefusedInTheWordsOfGo() {
    assertRefused(MAPS + "?limit=ten", 400, "strconv.ParseInt: parsing \"ten\": invalid syntax");
    assertRefused(MAPS + "?resourceVersion=new", 400, "invalid resource version");
    assertRefused(MAPS + "?labelSelector=a%20in%20(", 400, "unable to parse requirement");
    assertRefused(
        MAPS + "?resourceVersion=1&resourceVersionMatch=Nearly", 422, "resourceVersionMatch");
    assertRefused(MAPS + "?watch=1&timeoutSeconds=soon", 400, "invalid syntax");
  }

  @Test
  void aSenderThatStopsIsCutOffAndAnswered() throws IOException {
    try (SSLSocket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST "
                  + MAPS
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                  + JSON
                  + "\r\nContent-Length: 100\r\n\r\n{\"metadata\":")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

      assertThat(in.readLine()).isEqualTo("HTTP/1.1 400 Bad Request");
    }
  }

  @Test
  void whoAnnouncesTooMuchIsToldBeforeSendingIt() throws IOException {
    try (SSLSocket socket = connect()) {
      OutputStream out = socket.getOutputStream();
      out.write(
          ("POST "
                  + MAPS
                  + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: "
                  + JSON
                  + "\r\nContent-Length: 1000000000\r\n\r\n{")
              .getBytes(StandardCharsets.US_ASCII));
      out.flush();
      BufferedReader in =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));

      assertThat(in.readLine()).startsWith("HTTP/1.1 413 ");
    }
  }

  @Test
  void whatIsNotHttpIsCutOff() throws IOException {
    try (SSLSocket socket = connect()) {
      socket
          .getOutputStream()
          .write("\u0001\u0002\u0003 what\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      socket.getOutputStream().flush();
      String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);

      assertThat(answer).startsWith("HTTP/1.1 ").doesNotStartWith("HTTP/1.1 2");
    }
  }

  @Test
  void aMillionLabelsAndTenThousandTermsHarmNobody() {
    StringBuilder selector = new StringBuilder("a");
    for (int i = 0; i < 10_000; i++) {
      selector.append(",k").append(i);
    }
    assertThat(server.get(MAPS + "?labelSelector=" + selector).statusCode()).isIn(200, 414);
    StringBuilder labels = new StringBuilder("{\"metadata\":{\"name\":\"Not A Name\",\"labels\":{");
    for (int i = 0; i < 150_000; i++) {
      labels.append("\"l").append(i).append("\":\"v\",");
    }
    labels.setLength(labels.length() - 1);
    HttpResponse<String> response = server.send("POST", MAPS, JSON, labels + "}}}");
    assertThat(response.statusCode()).isBetween(400, 499);
  }

  private static void assertCutOff(RawHttp2.Sending sending) throws IOException {
    try (RawHttp2 client = RawHttp2.over(connect())) {
      assertThat(client.isCutOff(sending)).isTrue();
    }
  }

  @Test
  void whoOpensAndCancelsWithoutEndIsCutOff() throws IOException {
    assertCutOff(
        client -> {
          for (int i = 0; i < 10_000; i++) {
            int flags = RawHttp2.END_STREAM | RawHttp2.END_HEADERS;
            client.frame(RawHttp2.HEADERS, flags, 2 * i + 1, RawHttp2.get());
            client.frame(RawHttp2.RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8});
          }
        });
  }

  @Test
  void headersWithoutEndAreCutOff() throws IOException {
    for (byte[] more : List.of(new byte[16_384], new byte[0])) {
      assertCutOff(
          client -> {
            client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, RawHttp2.get());
            for (int i = 0; i < 50_000; i++) {
              client.frame(RawHttp2.CONTINUATION, 0, 1, more);
            }
          });
    }
  }

  @Test
  void whoAsksForAnswersAndReadsNoneIsCutOff() throws IOException {
    for (int type : new int[] {RawHttp2.PING, RawHttp2.SETTINGS}) {
      byte[] payload = new byte[type == RawHttp2.PING ? 8 : 0];
      assertCutOff(
          client -> {
            for (int i = 0; i < 20_000; i++) {
              client.frame(type, 0, 0, payload);
            }
          });
    }
  }

  /** 200 KB that mean 800 MB: one header of 4 KB, and it again and again by its index. */
  @Test
  void headersThatUnpackToFarMoreAreAnsweredAllTheSame() throws IOException {
    byte[] large = new byte[3_000];
    Arrays.fill(large, (byte) 'v');
    ByteArrayOutputStream first = new ByteArrayOutputStream();
    first.writeBytes(RawHttp2.get());
    first.writeBytes(new byte[] {0x40, 1, 'x', 0x7f, (byte) 0xb9, 0x16}); // 3,000 bytes follow
    first.writeBytes(large);
    byte[] again = new byte[16_000];
    Arrays.fill(again, (byte) 0xbe);
    try (RawHttp2 client = RawHttp2.over(connect())) {
      client.frame(RawHttp2.HEADERS, RawHttp2.END_STREAM, 1, first.toByteArray());
      for (int i = 0; i < 12; i++) {
        client.frame(RawHttp2.CONTINUATION, i == 11 ? RawHttp2.END_HEADERS : 0, 1, again);
      }
      assertThat(client.isAnswered()).isTrue();
    }
  }

  private static SSLSocket connect() throws IOException {
    SSLSocket socket =
        (SSLSocket)
            server
                .certificates()
                .context(server.certificates().identity("O=system:masters,CN=raw"))
                .getSocketFactory()
                .createSocket("127.0.0.1", server.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void assertBad(String contentType, String body, String words) {
    HttpResponse<String> response = server.send("POST", MAPS, contentType, body);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(400);
    assertThat(json(response).path("reason").asText()).isEqualTo("BadRequest");
    assertThat(json(response).path("message").asText()).contains(words);
  }

  private static void assertRefused(String path, int code, String words) {
    HttpResponse<String> response = server.get(path);
    assertThat(response.statusCode()).as(response.body()).isEqualTo(code);
    assertThat(json(response).path("message").asText()).contains(words);
  }

  private static JsonNode json(HttpResponse<String> response) {
    return Json.readObject(response.body().getBytes(StandardCharsets.UTF_8));
  }
}
