package io.luotsi.node.kubelet;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.Session;
import io.luotsi.node.runtime.ContainerRuntime.Sandbox;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.Optional;

/**
 * One connection to a port of a pod, at the pod's own address. It ends when the pod's side does, or
 * the client goes away; a client that has merely said all is told what the pod still answers.
 *
 * @see "Source: kubelet pkg/cri/streaming/portforward httpstream.go"
 */
final class Forwarded {
  private static final int CONNECT_MILLIS = 10_000;

  private final Sandbox sandbox;
  private final ObjectKey pod;
  private final int port;
  private final BlockingEnd client = new BlockingEnd();

  private Forwarded(Sandbox sandbox, ObjectKey pod, int port) {
    this.sandbox = sandbox;
    this.pod = pod;
    this.port = port;
  }

  static Session to(Sandbox sandbox, ObjectKey pod, int port) {
    Forwarded forwarded = new Forwarded(sandbox, pod, port);
    Thread.ofVirtual().name("forwarded").start(forwarded::run);
    return forwarded.client;
  }

  private void run() {
    try (Socket socket = new Socket()) {
      try {
        socket.setTcpNoDelay(true);
        socket.connect(new InetSocketAddress(sandbox.address(), port), CONNECT_MILLIS);
      } catch (IOException e) {
        client.send(Frame.text(Channel.STATUS, refusal(e)));
        return;
      }
      Thread.ofVirtual().name("forwarded-client").start(() -> fromClient(socket));
      toClient(socket);
    } catch (IOException gone) {
      client.fail(String.valueOf(gone.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      client.close();
    }
  }

  private String refusal(IOException why) {
    return "error forwarding port %d to pod %s, uid %s: failed to connect to %s:%d: %s"
        .formatted(
            port,
            pod.name(),
            sandbox.podUid(),
            sandbox.address(),
            port,
            String.valueOf(why.getMessage()));
  }

  private void toClient(Socket socket) throws IOException, InterruptedException {
    byte[] buffer = new byte[Frame.MAX_BYTES];
    InputStream in = socket.getInputStream();
    for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
      client.send(new Frame(Channel.STDOUT, Arrays.copyOf(buffer, count)));
    }
  }

  private void fromClient(Socket socket) {
    try {
      OutputStream out = socket.getOutputStream();
      for (Optional<Frame> said = client.take(); said.isPresent(); said = client.take()) {
        switch (said.get().channel()) {
          case STDIN -> out.write(said.get().bytes());
          case STDIN_END -> socket.shutdownOutput();
          case RESIZE, STDOUT, STDERR, STATUS -> {
            // not for a client of a port to say
          }
        }
      }
      socket.close(); // it has gone
    } catch (IOException podHasGone) {
      closeQuietly(socket);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** So that whoever reads from it hears of it. */
  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException alreadyBroken) {
      return;
    }
  }
}
