package io.luotsi.http;

import static io.luotsi.http.Protobuf.BOATS;
import static io.luotsi.http.Protobuf.MEDIA_TYPE;
import static io.luotsi.http.Protobuf.PARTIAL;
import static io.luotsi.http.Protobuf.unwrapped;
import static org.assertj.core.api.Assertions.assertThat;

import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Watches of clients that ask for protobuf, frame by frame. */
@Timeout(30)
class ProtobufWatchTest {
  private static final String JSON = "application/json";
  private static final String MAPS = "/api/v1/namespaces/default/configmaps";

  private static TestServer server;

  @BeforeAll
  static void start() {
    server = Protobuf.serverWithBoats();
    create(MAPS, "a");
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static void create(String path, String name) {
    server.create(path, JSON, "{\"metadata\":{\"name\":\"" + name + "\"}}");
  }

  /** A watch that is read frame by frame. */
  private record Watch(DataInputStream frames) implements AutoCloseable {
    static Watch open(String path, String accept) {
      HttpResponse<InputStream> response =
          server
              .admin()
              .sendAsync(
                  server.request(path).header("Accept", accept).GET().build(),
                  BodyHandlers.ofInputStream())
              .join();
      assertThat(response.statusCode()).isEqualTo(200);
      assertThat(response.headers().firstValue("Content-Type").orElse("").replace(" ", ""))
          .isEqualTo(MEDIA_TYPE + ";stream=watch");
      return new Watch(new DataInputStream(response.body()));
    }

    Meta.WatchEvent next() throws IOException {
      byte[] frame = new byte[frames.readInt()];
      frames.readFully(frame);
      return Meta.WatchEvent.parseFrom(frame);
    }

    @Override
    public void close() throws IOException {
      frames.close();
    }
  }

  private static Runtime.Unknown object(Meta.WatchEvent event) throws IOException {
    return unwrapped(event.getObject().getRaw().toByteArray());
  }

  private static V1.ConfigMap configMap(Meta.WatchEvent event, String type) throws IOException {
    assertThat(event.getType()).isEqualTo(type);
    assertThat(object(event).getTypeMeta().getKind()).isEqualTo("ConfigMap");
    return V1.ConfigMap.parseFrom(object(event).getRaw());
  }

  @Test
  void aWatchIsFramesOfEventsAndBookmarks() throws IOException {
    String path =
        MAPS
            + "?watch=1&sendInitialEvents=true&resourceVersionMatch=NotOlderThan"
            + "&allowWatchBookmarks=true&fieldSelector=metadata.name%3Dwatched";
    create(MAPS, "watched");
    try (Watch watch = Watch.open(path, MEDIA_TYPE)) {
      assertThat(configMap(watch.next(), "ADDED").getMetadata().getName()).isEqualTo("watched");
      Meta.ObjectMeta bookmark = configMap(watch.next(), "BOOKMARK").getMetadata();
      assertThat(bookmark.getAnnotationsMap()).containsEntry("k8s.io/initial-events-end", "true");
      assertThat(bookmark.getResourceVersion()).isNotEmpty();
      String patch = "{\"data\":{\"big\":\"" + "x".repeat(100_000) + "\"}}";
      server.send("PATCH", MAPS + "/watched", "application/merge-patch+json", patch);
      server.send("DELETE", MAPS + "/watched", JSON, "");

      assertThat(configMap(afterBookmarks(watch), "MODIFIED").getDataMap().get("big"))
          .hasSize(100_000);
      assertThat(configMap(afterBookmarks(watch), "DELETED").getMetadata().getName())
          .isEqualTo("watched");
    }
  }

  @Test
  void watchersWhoShareTheWorkSeeTheSameEventsOfWhatTheyAskedFor() throws IOException {
    String path = MAPS + "?watch=1&fieldSelector=metadata.name%3Dshared";
    create(MAPS, "shared");
    try (Watch one = Watch.open(path, MEDIA_TYPE);
        Watch other = Watch.open(path, MEDIA_TYPE);
        Watch metadata = Watch.open(path, MEDIA_TYPE + PARTIAL)) {
      Meta.WatchEvent added = one.next();
      assertThat(other.next()).isEqualTo(added);
      assertThat(object(metadata.next()).getTypeMeta().getKind())
          .isEqualTo("PartialObjectMetadata");
      String patch = "{\"data\":{\"k\":\"2\"}}";
      server.send("PATCH", MAPS + "/shared", "application/merge-patch+json", patch);

      V1.ConfigMap modified = configMap(one.next(), "MODIFIED");
      assertThat(modified.getDataMap()).containsEntry("k", "2");
      assertThat(configMap(other.next(), "MODIFIED")).isEqualTo(modified);
    }
  }

  private static Meta.WatchEvent afterBookmarks(Watch watch) throws IOException {
    Meta.WatchEvent event = watch.next();
    while (event.getType().equals("BOOKMARK")) {
      event = watch.next();
    }
    return event;
  }

  @Test
  void aWatchOfMetadataIsInProtobufEvenOfCustomKinds() throws IOException {
    try (Watch watch = Watch.open(BOATS + "?watch=1", MEDIA_TYPE + PARTIAL)) {
      Meta.WatchEvent event = watch.next();
      assertThat(event.getType()).isEqualTo("ADDED");
      assertThat(object(event).getTypeMeta().getKind()).isEqualTo("PartialObjectMetadata");
      Meta.PartialObjectMetadata partial =
          Meta.PartialObjectMetadata.parseFrom(object(event).getRaw());
      assertThat(partial.getMetadata().getName()).isEqualTo("b");
    }
  }

  @Test
  void aWatchFromTooLongAgoEndsWithAStatus() throws IOException {
    String secrets = "/api/v1/namespaces/default/secrets";
    create(secrets, "first");
    create(secrets, "second");
    server.api().store().keepEvents(1);
    try (Watch watch = Watch.open(secrets + "?watch=1&resourceVersion=1", MEDIA_TYPE)) {
      Meta.WatchEvent event = watch.next();
      assertThat(event.getType()).isEqualTo("ERROR");
      assertThat(object(event).getTypeMeta().getKind()).isEqualTo("Status");
      Meta.Status status = Meta.Status.parseFrom(object(event).getRaw());
      assertThat(status.getReason()).isEqualTo("Expired");
      assertThat(status.getCode()).isEqualTo(410);
    } finally {
      server.api().store().keepEvents(10_000);
    }
  }

  @Test
  void overAWebSocketEachEventIsABinaryMessageWithoutItsLength() throws Exception {
    CompletableFuture<byte[]> message = new CompletableFuture<>();
    ByteArrayOutputStream pieces = new ByteArrayOutputStream();
    WebSocket.Listener listener =
        new WebSocket.Listener() {
          @Override
          public @Nullable CompletionStage<?> onBinary(
              WebSocket socket, ByteBuffer data, boolean last) {
            byte[] piece = new byte[data.remaining()];
            data.get(piece);
            pieces.writeBytes(piece);
            if (last) {
              message.complete(pieces.toByteArray());
            }
            socket.request(1);
            return null;
          }
        };
    WebSocket socket =
        server
            .admin()
            .newWebSocketBuilder()
            .header("Accept", MEDIA_TYPE)
            .buildAsync(
                URI.create(
                    server.url().replace("https", "wss")
                        + MAPS
                        + "?watch=1&fieldSelector=metadata.name%3Da"),
                listener)
            .join();

    Meta.WatchEvent event = Meta.WatchEvent.parseFrom(message.get(20, TimeUnit.SECONDS));
    assertThat(configMap(event, "ADDED").getMetadata().getName()).isEqualTo("a");
    socket.abort();
  }
}
