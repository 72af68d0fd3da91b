package io.luotsi.node.kubelet;

import io.luotsi.node.kubelet.ProbeSpec.Check;
import io.luotsi.node.kubelet.ProbeSpec.Header;
import io.luotsi.node.kubelet.Prober.Finding;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * One GET, with redirects inside its host, over a connection of its own. The JDK's clients would
 * send neither the Host that a probe asks for nor one request only, and do not say what went wrong.
 * Blocks, no longer than its time-out.
 *
 * @see "Source: pkg/probe/http/http.go"
 */
final class HttpProbe {
  private static final String USER_AGENT = "kube-probe/1.36";
  private static final int BODY_BYTES = 10 << 10;
  private static final int HEAD_BYTES = 64 << 10;
  private static final int MOST_REDIRECTS = 10;
  private static final List<Integer> REDIRECTS = List.of(301, 302, 303, 307, 308);
  private static final String LATE =
      "context deadline exceeded (Client.Timeout exceeded while awaiting headers)";

  /** Status and the headers that count, names in lower case. */
  private record Head(int status, Map<String, String> headers) {}

  private final Check.Http check;
  private final long deadlineNanos;

  private HttpProbe(Check.Http check, Duration timeout) {
    this.check = check;
    this.deadlineNanos = System.nanoTime() + timeout.toNanos();
  }

  /**
   * @param host where to, if the check does not say
   */
  static Finding get(Check.Http check, String host, Duration timeout) {
    String path = check.path().startsWith("/") ? check.path() : "/" + check.path();
    String url = check.scheme() + "://" + host + ":" + check.port() + path.replace(" ", "%20");
    if (url.chars().anyMatch(c -> c < ' ' || c == 127)) {
      return new Finding(
          false, "parse \"" + path + "\": net/url: invalid control character in URL");
    }
    return new HttpProbe(check, timeout).follow(url, host);
  }

  private Finding follow(String first, String host) {
    String url = first;
    for (int hop = 0; hop < MOST_REDIRECTS; hop++) {
      Head head;
      try {
        head = request(URI.create(url));
      } catch (SocketTimeoutException e) {
        return failed(url, LATE);
      } catch (EOFException e) {
        return failed(url, "EOF");
      } catch (SSLException e) {
        return failed(url, "tls: " + e.getMessage());
      } catch (IOException | IllegalArgumentException e) {
        return failed(url, String.valueOf(e.getMessage()));
      }
      Optional<String> next = redirection(url, host, head);
      if (next.isEmpty()) {
        return head.status() >= 200 && head.status() < 400
            ? new Finding(true, "")
            : new Finding(false, "HTTP probe failed with statuscode: " + head.status());
      }
      url = next.get();
    }
    return failed(url, "stopped after " + MOST_REDIRECTS + " redirects");
  }

  private static Finding failed(String url, String why) {
    return new Finding(false, "Get \"" + url + "\": " + why);
  }

  /** Only inside the host: one that leads elsewhere is an answer, and a good one. */
  private static Optional<String> redirection(String url, String host, Head head) {
    String location = head.headers().get("location");
    if (!REDIRECTS.contains(head.status()) || location == null) {
      return Optional.empty();
    }
    try {
      URI next = URI.create(url).resolve(location);
      return host.equals(next.getHost()) ? Optional.of(next.toString()) : Optional.empty();
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private Head request(URI url) throws IOException {
    boolean secure = "https".equals(url.getScheme());
    int port = url.getPort() > 0 ? url.getPort() : secure ? 443 : 80;
    try (Socket plain = new Socket()) {
      try {
        plain.connect(new InetSocketAddress(url.getHost(), port), millisLeft());
      } catch (SocketTimeoutException e) {
        throw new IOException(
            Prober.dial(url.getHost(), port, e)
                + " (Client.Timeout exceeded while awaiting headers)",
            e);
      } catch (IOException e) {
        throw new IOException(Prober.dial(url.getHost(), port, e), e);
      }
      plain.setSoTimeout(millisLeft());
      try (Socket socket = secure ? Prober.encrypted(plain, url.getHost(), port) : plain) {
        return exchange(socket, url);
      }
    }
  }

  private Head exchange(Socket socket, URI url) throws IOException {
    try {
      socket.getOutputStream().write(text(url).getBytes(StandardCharsets.UTF_8));
      socket.getOutputStream().flush();
      InputStream in = new BufferedInputStream(new Hurried(socket));
      Head head = head(in);
      while (head.status() >= 100 && head.status() < 200) {
        head = head(in);
      }
      readBody(in, head);
      return head;
    } catch (SocketTimeoutException | EOFException | SSLException e) {
      throw e;
    } catch (IOException e) {
      throw new IOException(broken(socket, e), e);
    }
  }

  /** As Go's net package words it. */
  private static String broken(Socket socket, IOException failure) {
    String said = String.valueOf(failure.getMessage()).toLowerCase(Locale.ROOT);
    if (!said.contains("reset") && !said.contains("broken pipe")) {
      return String.valueOf(failure.getMessage());
    }
    return "read tcp %s:%d->%s:%d: read: connection reset by peer"
        .formatted(
            socket.getLocalAddress().getHostAddress(),
            socket.getLocalPort(),
            socket.getInetAddress().getHostAddress(),
            socket.getPort());
  }

  private String text(URI url) {
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("host", "Host: " + url.getRawAuthority());
    headers.put("user-agent", "User-Agent: " + USER_AGENT);
    headers.put("accept", "Accept: */*");
    List<String> more = new ArrayList<>();
    for (Header header : check.headers()) {
      String name = header.name().toLowerCase(Locale.ROOT);
      String line = (header.name() + ": " + header.value()).replaceAll("[\\r\\n]", " ");
      if (headers.containsKey(name)) {
        headers.put(name, line);
      } else {
        more.add(line);
      }
    }
    more.addAll(0, headers.values());
    more.add("Connection: close");
    String path = url.getRawPath() == null || url.getRawPath().isEmpty() ? "/" : url.getRawPath();
    String target = url.getRawQuery() == null ? path : path + "?" + url.getRawQuery();
    return "GET " + target + " HTTP/1.1\r\n" + String.join("\r\n", more) + "\r\n\r\n";
  }

  private static Head head(InputStream in) throws IOException {
    String status = line(in, HEAD_BYTES);
    String[] words = status.split(" ", 3);
    if (words.length < 2 || !words[0].startsWith("HTTP/1.") || !words[1].matches("[1-9]\\d\\d")) {
      throw new IOException(
          "net/http: HTTP/1.x transport connection broken: malformed HTTP response \""
              + status
              + "\"");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    int left = HEAD_BYTES;
    for (String line = line(in, left); !line.isEmpty(); line = line(in, left)) {
      left -= line.length() + 2;
      int colon = line.indexOf(':');
      if (colon > 0) {
        headers.putIfAbsent(
            line.substring(0, colon).toLowerCase(Locale.ROOT), line.substring(colon + 1).strip());
      }
    }
    return new Head(Integer.parseInt(words[1]), headers);
  }

  private static String line(InputStream in, int atMost) throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw line.size() == 0 ? new EOFException() : new IOException("unexpected EOF");
      }
      if (line.size() >= atMost) {
        throw new IOException(
            "net/http: server response headers exceeded " + HEAD_BYTES + " bytes");
      }
      line.write(c);
    }
    String text = line.toString(StandardCharsets.ISO_8859_1);
    return text.endsWith("\r") ? text.substring(0, text.length() - 1) : text;
  }

  /** Takes what the program wants to say, so that it does not see a broken connection. */
  private static void readBody(InputStream in, Head head) throws IOException {
    if (head.status() == 204 || head.status() == 304) {
      return;
    }
    String length = head.headers().getOrDefault("content-length", "");
    long wanted = length.matches("\\d{1,18}") ? Long.parseLong(length) : BODY_BYTES;
    String coding = head.headers().getOrDefault("transfer-encoding", "");
    boolean chunked = coding.toLowerCase(Locale.ROOT).contains("chunked");
    String end = "";
    for (long read = 0; read < Math.min(wanted, BODY_BYTES); read++) {
      int c = in.read();
      if (c < 0) {
        return;
      }
      if (chunked) {
        end = (end.length() > 4 ? end.substring(end.length() - 4) : end) + (char) c;
        if (end.equals("0\r\n\r\n")) {
          return;
        }
      }
    }
  }

  private int millisLeft() throws SocketTimeoutException {
    long left = (deadlineNanos - System.nanoTime()) / 1_000_000;
    if (left <= 0) {
      throw new SocketTimeoutException();
    }
    return (int) Math.min(left, Integer.MAX_VALUE);
  }

  /** No read waits longer than until the deadline, however many there are. */
  private final class Hurried extends InputStream {
    private final Socket socket;
    private final InputStream in;

    Hurried(Socket socket) throws IOException {
      this.socket = socket;
      this.in = socket.getInputStream();
    }

    @Override
    public int read() throws IOException {
      socket.setSoTimeout(millisLeft());
      return in.read();
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      socket.setSoTimeout(millisLeft());
      return in.read(into, offset, length);
    }
  }
}
