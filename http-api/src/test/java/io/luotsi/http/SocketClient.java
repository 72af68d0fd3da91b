package io.luotsi.http;

import java.io.ByteArrayOutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** The JDK's WebSocket, with Kubernetes' channels: collects what comes by channel. */
final class SocketClient extends SocketListener {
  private final Map<Integer, ByteArrayOutputStream> channels = new ConcurrentHashMap<>();
  private final ByteArrayOutputStream message = new ByteArrayOutputStream();
  private final boolean reads;
  private WebSocket socket;

  private SocketClient(boolean reads) {
    this.reads = reads;
  }

  /**
   * @param reads whether it takes what comes
   */
  static SocketClient open(HttpClient client, URI uri, String protocol, boolean reads)
      throws Exception {
    SocketClient listener = new SocketClient(reads);
    listener.socket = listener.connect(client, uri, protocol);
    return listener;
  }

  String protocol() {
    return socket.getSubprotocol();
  }

  void send(int channel, byte[] bytes) throws Exception {
    byte[] message = new byte[bytes.length + 1];
    message[0] = (byte) channel;
    System.arraycopy(bytes, 0, message, 1, bytes.length);
    socket.sendBinary(ByteBuffer.wrap(message), true).get(15, TimeUnit.SECONDS);
  }

  /** In many WebSocket frames, the first with the channel alone. */
  void sendInPieces(int channel, byte[] bytes, int pieceBytes) throws Exception {
    socket.sendBinary(ByteBuffer.wrap(new byte[] {(byte) channel}), false).get();
    for (int at = 0; at < bytes.length; at += pieceBytes) {
      int length = Math.min(pieceBytes, bytes.length - at);
      socket
          .sendBinary(ByteBuffer.wrap(bytes, at, length), at + length == bytes.length)
          .get(15, TimeUnit.SECONDS);
    }
  }

  void close() throws Exception {
    socket.sendClose(WebSocket.NORMAL_CLOSURE, "").get(15, TimeUnit.SECONDS);
  }

  /** As if it were killed. */
  void abort() {
    socket.abort();
  }

  byte[] bytes(int channel) {
    ByteArrayOutputStream bytes = channels.get(channel);
    return bytes == null ? new byte[0] : bytes.toByteArray();
  }

  String text(int channel) {
    return new String(bytes(channel), java.nio.charset.StandardCharsets.UTF_8);
  }

  @Override
  public void onOpen(WebSocket opened) {
    if (reads) {
      opened.request(1);
    }
  }

  @Override
  public synchronized CompletionStage<?> onBinary(WebSocket from, ByteBuffer data, boolean last) {
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    message.writeBytes(bytes);
    if (last) {
      byte[] whole = message.toByteArray();
      message.reset();
      channels
          .computeIfAbsent((int) whole[0], c -> new ByteArrayOutputStream())
          .write(whole, 1, whole.length - 1);
    }
    from.request(1);
    return null;
  }
}
