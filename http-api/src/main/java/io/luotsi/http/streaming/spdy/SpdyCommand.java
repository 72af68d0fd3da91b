package io.luotsi.http.streaming.spdy;

import io.luotsi.core.session.BlockingEnd;
import io.luotsi.core.session.Frame;
import io.luotsi.core.session.Frame.Channel;
import io.luotsi.core.session.Session;
import io.luotsi.core.session.SessionRequest.Streams;
import io.luotsi.core.session.SessionStatus;
import io.luotsi.http.streaming.Upgraded;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Exec and attach over SPDY: the client opens a stream for each of what it wants to hear and say,
 * and one for how it ended.
 *
 * @see "Source: kubelet pkg/cri/streaming/remotecommand httpstream.go"
 */
public final class SpdyCommand implements SpdyConnection.Listener {
  /** The last that was made for SPDY: a Status, and the size of terminals. */
  public static final List<String> PROTOCOLS = List.of("v4.channel.k8s.io");

  private static final String ERROR = "error";
  private static final String STDIN = "stdin";
  private static final String STDOUT = "stdout";
  private static final String STDERR = "stderr";
  private static final String RESIZE = "resize";
  private static final Duration STREAMS_WITHIN = Duration.ofSeconds(30);
  private static final int MOST_OF_RESIZE = 1 << 10;
  private static final byte[] NOTHING = {};

  private final SpdyConnection connection;
  private final BlockingEnd end = new BlockingEnd();

  /** Names of streams that have not been opened; the reading thread's. */
  private final Set<String> missing = new HashSet<>();

  private final Map<Integer, String> names = new HashMap<>();
  private final Map<String, Integer> streams = new ConcurrentHashMap<>();
  private final CountDownLatch complete = new CountDownLatch(1);
  private final ByteArrayOutputStream resize = new ByteArrayOutputStream();

  private SpdyCommand(SpdyConnection connection, Streams wanted) {
    this.connection = connection;
    missing.add(ERROR);
    addIf(wanted.stdin(), STDIN);
    addIf(wanted.stdout(), STDOUT);
    addIf(wanted.stderr(), STDERR);
    addIf(wanted.tty(), RESIZE);
  }

  private void addIf(boolean wanted, String name) {
    if (wanted) {
      missing.add(name);
    }
  }

  /** Carries the session until it, or the client, is through with it. */
  public static void run(Upgraded client, Session session, Streams wanted) {
    SpdyConnection connection = new SpdyConnection(client);
    SpdyCommand command = new SpdyCommand(connection, wanted);
    Session.connect(session, command.end);
    Thread.ofVirtual().name("spdy-reader").start(() -> connection.read(command));
    try {
      if (command.complete.await(STREAMS_WITHIN.toNanos(), TimeUnit.NANOSECONDS)) {
        command.write();
        connection.awaitEnd(Upgraded.LINGER);
      }
    } catch (IOException gone) {
      return;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      command.end.close();
    }
  }

  private void write() throws IOException, InterruptedException {
    try {
      for (Optional<Frame> next = end.take(); next.isPresent(); next = end.take()) {
        say(next.get());
      }
    } catch (IOException broken) {
      say(SessionStatus.internalError(String.valueOf(broken.getMessage())));
    }
    end.close();
    for (String name : List.of(STDOUT, STDERR, ERROR)) {
      if (streams.containsKey(name)) {
        connection.writer().data(streams.get(name), NOTHING, true);
      }
    }
  }

  private void say(Frame frame) throws IOException {
    switch (frame.channel()) {
      case STDOUT -> say(STDOUT, frame.bytes());
      case STDERR -> say(STDERR, frame.bytes());
      case STATUS -> say(ERROR, frame.bytes());
      case STDIN, STDIN_END, RESIZE -> {
        // no pod says that
      }
    }
  }

  private void say(String name, byte[] bytes) throws IOException {
    Integer stream = streams.get(name);
    if (stream != null) {
      connection.writer().data(stream, bytes, false);
    }
  }

  @Override
  public void opened(int stream, Map<String, String> headers) throws IOException {
    String name = headers.getOrDefault("streamtype", "");
    if (!missing.remove(name)) {
      connection.writer().reset(stream, SpdyConnection.REFUSED_STREAM);
      return;
    }
    names.put(stream, name);
    streams.put(name, stream);
    if (missing.isEmpty()) {
      complete.countDown();
    }
  }

  @Override
  public void data(int stream, byte[] bytes, boolean fin) throws InterruptedException {
    switch (names.getOrDefault(stream, "")) {
      case STDIN -> {
        for (Frame frame : Frame.split(Channel.STDIN, bytes)) {
          send(frame);
        }
        if (fin) {
          send(Frame.empty(Channel.STDIN_END));
        }
      }
      case RESIZE -> resized(bytes);
      default -> {
        // the others are ours to write to
      }
    }
  }

  /** Sizes follow one another as JSON objects without another in them. */
  private void resized(byte[] bytes) throws InterruptedException {
    for (byte b : bytes) {
      if (resize.size() < MOST_OF_RESIZE) {
        resize.write(b);
      }
      if (b == '}') {
        send(new Frame(Channel.RESIZE, resize.toByteArray()));
        resize.reset();
      }
    }
  }

  private void send(Frame frame) throws InterruptedException {
    try {
      end.send(frame);
    } catch (IOException over) {
      return; // the writer says so
    }
  }

  @Override
  public void reset(int stream) {
    if (STDIN.equals(names.get(stream))) {
      try {
        send(Frame.empty(Channel.STDIN_END));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void gone() {
    end.close();
    complete.countDown();
  }
}
