package io.luotsi.node.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.node.network.FakeNetworkApi.Endpoint;
import io.luotsi.node.network.FakeNetworkApi.Event;
import io.luotsi.node.network.ServiceProxy.Inspect;
import io.luotsi.node.network.ServiceProxy.Settings;
import io.luotsi.node.network.ServiceProxy.Summary;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy with real sockets, on loopback addresses of its own. */
class ServiceProxyTest {
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** More than Linux lets receive buffers grow to (32 MiB each where that was raised). */
  private static final long KERNEL_BUFFERS_BYTES = 200L << 20;

  private static final String SERVICE_IP = "127.77.10.1";

  private final ActorTestKit kit = ActorTestKit.create();
  private final FakeNetworkApi api = new FakeNetworkApi();
  private final EchoServer a = EchoServer.start('a', "127.77.1.1");
  private final EchoServer b = EchoServer.start('b', "127.77.1.2");
  private final EchoServer c = EchoServer.start('c', "127.77.1.3");
  private final List<Socket> sockets = new ArrayList<>();
  private VirtualAddress address = new VirtualAddress(SERVICE_IP, 1, "TCP");

  @BeforeEach
  void chooseAddress() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.ofLiteral(SERVICE_IP))) {
      address = new VirtualAddress(SERVICE_IP, free.getLocalPort(), "TCP");
    }
  }

  @AfterEach
  void stop() throws IOException {
    for (Socket socket : sockets) {
      socket.close();
    }
    kit.shutdownTestKit();
    List.of(a, b, c).forEach(EchoServer::close);
  }

  private ActorRef<ServiceProxy.Command> start() {
    Settings settings = new Settings(2, 1_000, Duration.ofMillis(50), Duration.ofMillis(200));
    return kit.spawn(
        ServiceProxy.create(
            new ServiceProxy.Parts(
                api, "here", settings, Clock.systemUTC(), new SplittableRandom(1))));
  }

  private Summary inspect(ActorRef<ServiceProxy.Command> proxy) {
    TestProbe<Summary> probe = kit.createTestProbe();
    proxy.tell(new Inspect(probe.ref()));
    return probe.receiveMessage(PATIENCE);
  }

  /** Started, with that Service listened to. */
  private ActorRef<ServiceProxy.Command> serving(Endpoint... endpoints) {
    api.service("web", address);
    api.endpoints("web", endpoints);
    ActorRef<ServiceProxy.Command> proxy = start();
    await(() -> inspect(proxy).listening() == 1);
    // Changes are heard one by one; the last slice is part of what is waited for.
    await(() -> served(endpoints));
    return proxy;
  }

  private boolean served(Endpoint... endpoints) {
    long ready = Arrays.stream(endpoints).filter(Endpoint::ready).count();
    return names(12).distinct().count() == ready;
  }

  private Socket connect() throws IOException {
    Socket socket = new Socket();
    sockets.add(socket);
    socket.setSoTimeout((int) PATIENCE.toMillis());
    socket.connect(address.socketAddress(), (int) PATIENCE.toMillis());
    return socket;
  }

  /** Which backend answers a new connection. */
  private char name() {
    try (Socket socket = connect()) {
      return (char) socket.getInputStream().read();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  private Stream<Character> names(int count) {
    return IntStream.range(0, count).mapToObj(i -> name());
  }

  private static void await(BooleanSupplier condition) {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    while (!condition.getAsBoolean()) {
      assertThat(System.nanoTime()).as("in time").isLessThan(deadline);
      Thread.yield();
    }
  }

  private static void assertEchoes(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes());
    assertThat(new String(socket.getInputStream().readNBytes(text.length()))).isEqualTo(text);
  }

  @Test
  @Conformance({
    "EndpointSlice, multiple IPs, multiple ports",
    "EndpointSlice, single IP, multiple ports",
    "Service, endpoints with multiple ports"
  })
  void eachPortOfAServiceLeadsToTheEndpointsOfItsName() throws IOException {
    VirtualAddress http = address;
    chooseAddress();
    VirtualAddress admin = address;
    try (EchoServer d = EchoServer.start('d', a.backend().ip())) {
      api.service(
          "web",
          SERVICE_IP,
          "[{'name': 'http', 'port': %d}, {'name': 'admin', 'port': %d}]"
              .formatted(http.port(), admin.port()));
      api.slice(
          "one",
          "web",
          a.backend().ip(),
          "[{'name': 'http', 'port': %d}, {'name': 'admin', 'port': %d}]"
              .formatted(a.backend().port(), d.backend().port()));
      api.slice(
          "two",
          "web",
          b.backend().ip(),
          "[{'name': 'http', 'port': %d}]".formatted(b.backend().port()));
      ActorRef<ServiceProxy.Command> proxy = start();
      await(() -> inspect(proxy).listening() == 2);

      await(() -> names(4).distinct().toList().equals(List.of('d')));
      address = http;
      await(() -> names(8).distinct().sorted().toList().equals(List.of('a', 'b')));
    }
  }

  @Test
  @Conformance("Service, endpoints")
  void connectionsAreSpreadEvenlyOverReadyEndpointsAndNoneGoesToUnreadyOnes() {
    serving(Endpoint.ready(a), Endpoint.unready(b), Endpoint.ready(c));
    Map<Character, Long> shares =
        names(40).collect(Collectors.groupingBy(name -> name, Collectors.counting()));
    assertThat(shares).isEqualTo(Map.of('a', 20L, 'c', 20L));
    assertThat(b.accepted()).isZero();
  }

  @Test
  void connectionSurvivesChangesAndNewOnesFollowThem() throws IOException {
    serving(Endpoint.ready(a));
    Socket before = connect();
    assertThat(before.getInputStream().read()).isEqualTo('a');
    api.endpoints("web", Endpoint.unready(a), Endpoint.ready(b));
    // The slices change one after the other; for a moment there may be no ready endpoint.
    await(() -> answersWith('b'));
    assertThat(names(10)).containsOnly('b');
    assertEchoes(before, "still here");
    api.of("services").remove(ObjectKey.of("default", "web"));
    await(this::refused);
    assertEchoes(before, "and still");
  }

  private boolean answersWith(char name) {
    try (Socket socket = connect()) {
      return socket.getInputStream().read() == name;
    } catch (IOException e) {
      return false;
    }
  }

  private boolean refused() {
    try (Socket socket = connect()) {
      return !socket.isConnected();
    } catch (ConnectException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  @Test
  void changeOfOneServiceLeavesAnotherAlone() throws IOException {
    ActorRef<ServiceProxy.Command> proxy = serving(Endpoint.ready(a));
    Socket open = connect();
    assertThat(open.getInputStream().read()).isEqualTo('a');
    VirtualAddress other = new VirtualAddress("127.77.10.2", address.port(), "TCP");
    api.service("other", other);
    api.endpoints("other", Endpoint.ready(b));
    await(() -> inspect(proxy).listening() == 2);
    api.endpoints("other");
    await(() -> inspect(proxy).listening() == 1);
    assertEchoes(open, "undisturbed");
    assertThat(name()).isEqualTo('a');
  }

  @Test
  void serviceWithoutReadyEndpointsRefusesConnectionsAtOnce() {
    serving(Endpoint.ready(a));
    api.endpoints("web", Endpoint.unready(a));
    await(this::refused);
    long start = System.nanoTime();
    assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(1));
    api.endpoints("web", Endpoint.ready(b));
    await(() -> answersWith('b'));
  }

  @Test
  void endpointThatRefusesIsPassedOverWithoutTheClientNoticing() {
    Endpoint dead = Endpoint.ready(b);
    b.close();
    api.service("web", address);
    api.endpoints("web", dead, Endpoint.ready(a));
    ActorRef<ServiceProxy.Command> proxy = start();
    await(() -> inspect(proxy).listening() == 1 && answersWith('a'));
    assertThat(names(20)).containsOnly('a');
  }

  @Test
  void connectionIsResetWhenNoEndpointAcceptsIt() throws IOException {
    Endpoint dead = Endpoint.ready(b);
    b.close();
    api.service("web", address);
    api.endpoints("web", dead);
    ActorRef<ServiceProxy.Command> proxy = start();
    await(() -> inspect(proxy).listening() == 1);
    assertThatThrownBy(() -> connect().getInputStream().read()).isInstanceOf(IOException.class);
    await(() -> inspect(proxy).connections() == 0);
  }

  @Test
  void halfClosedConnectionStillCarriesTheAnswer() throws IOException {
    serving(Endpoint.ready(a));
    Socket socket = connect();
    socket.getOutputStream().write("question".getBytes());
    socket.shutdownOutput();
    assertThat(new String(socket.getInputStream().readAllBytes())).isEqualTo("aquestion");
  }

  @Test
  void resetOfTheBackendReachesTheClient() throws IOException {
    ActorRef<ServiceProxy.Command> proxy = serving(Endpoint.ready(a));
    Socket socket = connect();
    InputStream in = socket.getInputStream();
    assertThat(in.read()).isEqualTo('a');
    a.resetAll();
    assertThatThrownBy(in::read).isInstanceOf(IOException.class);
    await(() -> inspect(proxy).connections() == 0);
  }

  @Test
  void slowReaderHoldsUpTheWriterAndLosesNothing() throws IOException {
    serving(Endpoint.ready(a));
    SocketChannel channel = SocketChannel.open();
    sockets.add(channel.socket());
    channel.setOption(StandardSocketOptions.SO_RCVBUF, 1 << 16);
    channel.connect(address.socketAddress());
    ByteBuffer name = ByteBuffer.allocate(1);
    channel.read(name);
    channel.configureBlocking(false);
    long written = writeUntilStuck(channel);
    // What the kernel keeps for four sockets, and no more than one buffer of ours each way.
    assertThat(written).isLessThan(KERNEL_BUFFERS_BYTES);
    channel.configureBlocking(true);
    Thread.ofVirtual().start(() -> shutDown(channel));
    ByteBuffer in = ByteBuffer.allocate(1 << 16);
    long read = 0;
    while (channel.read(in.clear()) >= 0) {
      in.flip();
      for (; in.hasRemaining(); read++) {
        if (in.get() != (byte) (read % 251)) {
          throw new AssertionError("wrong byte at " + read);
        }
      }
    }
    assertThat(read).isEqualTo(written);
  }

  private static void shutDown(SocketChannel channel) {
    try {
      channel.shutdownOutput();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  /** Stuck: nothing could be written for a while, although others had the time to read. */
  private static long writeUntilStuck(SocketChannel channel) throws IOException {
    long written = 0;
    long lastProgress = System.nanoTime();
    byte[] bytes = new byte[1 << 16];
    while (System.nanoTime() - lastProgress < 300_000_000L && written < KERNEL_BUFFERS_BYTES) {
      for (int i = 0; i < bytes.length; i++) {
        bytes[i] = (byte) ((written + i) % 251);
      }
      int count = channel.write(ByteBuffer.wrap(bytes));
      if (count > 0) {
        lastProgress = System.nanoTime();
        written += count;
      } else {
        Thread.yield();
      }
    }
    return written;
  }

  @Test
  @Conformance({
    "Service, ClusterIP type, session affinity to ClientIP",
    "Service, ClusterIP type, session affinity to None"
  })
  void clientWithAffinityStaysWithItsEndpointUntilTheServiceHasNone() {
    api.service("web", address, "ClientIP");
    api.endpoints("web", Endpoint.ready(a), Endpoint.ready(b), Endpoint.ready(c));
    ActorRef<ServiceProxy.Command> proxy = start();
    await(() -> inspect(proxy).listening() == 1);
    char first = name();
    assertThat(names(15)).containsOnly(first);

    api.service("web", address, "None");
    await(() -> names(6).distinct().count() == 3);
    api.service("web", address, "ClientIP");
    await(() -> names(6).distinct().count() == 1);
  }

  @Test
  void addressThatIsTakenIsAnEventAndTriedAgain() throws IOException, InterruptedException {
    api.service("web", address);
    api.endpoints("web", Endpoint.ready(a));
    ActorRef<ServiceProxy.Command> proxy;
    try (ServerSocket taken =
        new ServerSocket(address.port(), 1, InetAddress.ofLiteral(address.ip()))) {
      assertThat(taken.isBound()).isTrue();
      proxy = start();
      Event event = api.events().poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      assertThat(event.reason()).isEqualTo("FailedToBindServicePort");
      assertThat(event.about()).isEqualTo("web");
      assertThat(event.message()).startsWith("cannot listen on " + address + ": Address already");
      assertThat(inspect(proxy).failing()).containsExactly(address);
    }
    await(() -> inspect(proxy).listening() == 1);
    assertThat(inspect(proxy).failing()).isEmpty();
    assertThat(name()).isEqualTo('a');
  }

  @Test
  void portThatIsNotTcpIsAnEvent() throws InterruptedException {
    api.service("dns", new VirtualAddress(SERVICE_IP, address.port(), "UDP"));
    start();
    Event event = api.events().poll(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    assertThat(event.reason()).isEqualTo("UnsupportedServiceProtocol");
    assertThat(event.about()).isEqualTo("dns");
  }

  @Test
  void twoProxiesShareAnAddressAndOneGoesOnAlone() {
    ActorRef<ServiceProxy.Command> one = serving(Endpoint.ready(a));
    ActorRef<ServiceProxy.Command> two = start();
    await(() -> inspect(two).listening() == 1);
    kit.stop(one, PATIENCE);
    assertThat(names(20)).containsOnly('a');
  }

  /** Two JVMs of one host; theirs leads to b, so that it shows who took a connection. */
  @Test
  void killedJvmBreaksItsConnectionsAndNewOnesGoToTheLivingAtOnce() throws Exception {
    serving(Endpoint.ready(a));
    Process other = ProxyProcess.start(address, b.backend());
    try (BufferedReader out = other.inputReader()) {
      assertThat(out.readLine()).isEqualTo("listens");
      List<Socket> theirs = new ArrayList<>();
      int ours = 0;
      while (theirs.size() < 10 || ours < 10) { // the kernel spreads them over both
        Socket socket = connect();
        if (socket.getInputStream().read() == 'b') {
          theirs.add(socket);
        } else {
          ours++;
        }
      }
      other.destroyForcibly().waitFor();
      assertThat(other.exitValue()).isEqualTo(137);

      assertThat(names(100).toList()).hasSize(100).containsOnly('a');
      for (Socket socket : theirs) {
        assertThat(isOver(socket)).isTrue();
      }
    } finally {
      other.destroyForcibly();
    }
  }

  private static boolean isOver(Socket socket) {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (IOException e) {
      return true; // reset
    }
  }

  @Test
  void proxyStartedBeforeTheApiAnswersServesOnceItDoesAndGoesOnWhenItIsAway() {
    api.of("services").refuseNext(new Rejection.ServiceUnavailable("starting"));
    api.of("endpointslices").refuseNext(new Rejection.ServiceUnavailable("starting"));
    serving(Endpoint.ready(a));
    api.of("services").breakOff(new Rejection.ServiceUnavailable("away"));
    api.of("endpointslices").breakOff(new Rejection.ServiceUnavailable("away"));
    assertThat(names(10)).containsOnly('a');
  }

  @Test
  void stoppedProxyLeavesNoSocketBehind() throws IOException {
    ActorRef<ServiceProxy.Command> warm = serving(Endpoint.ready(a), Endpoint.ready(b));
    kit.stop(warm, PATIENCE);
    await(() -> descriptors() > 0);
    long before = descriptors();
    ActorRef<ServiceProxy.Command> proxy = start();
    await(() -> inspect(proxy).listening() == 1);
    assertThat(names(200)).contains('a', 'b');
    await(() -> inspect(proxy).connections() == 0);
    Socket open = connect();
    assertThat(open.getInputStream().read()).isPositive();
    kit.stop(proxy, PATIENCE);
    assertThatThrownBy(() -> readToEnd(open)).isInstanceOf(IOException.class);
    open.close();
    await(this::refused);
    await(() -> descriptors() <= before);
  }

  @Test
  void connectionsThatAreOverLeaveNoSocketBehind() throws IOException {
    ActorRef<ServiceProxy.Command> proxy = serving(Endpoint.ready(a));
    await(() -> inspect(proxy).connections() == 0);
    long before = descriptors();
    for (int i = 0; i < 150; i++) {
      name(); // we close first
      Socket socket = connect();
      socket.shutdownOutput();
      assertThat(socket.getInputStream().readAllBytes()).isEqualTo("a".getBytes());
      socket.close();
    }
    await(() -> inspect(proxy).connections() == 0);
    await(() -> descriptors() <= before);
  }

  private static void readToEnd(Socket socket) throws IOException {
    OutputStream out = socket.getOutputStream();
    while (socket.getInputStream().read() >= 0) {
      out.write(1);
    }
    throw new IOException("ended");
  }

  private static long descriptors() {
    try (Stream<Path> open = Files.list(Path.of("/proc/self/fd"))) {
      return open.count();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }

  @Test
  void moreConnectionsThanAllowedAreReset() throws IOException {
    api.service("web", address);
    api.endpoints("web", Endpoint.ready(a));
    ActorRef<ServiceProxy.Command> proxy =
        kit.spawn(
            ServiceProxy.create(
                new ServiceProxy.Parts(
                    api,
                    "here",
                    new Settings(1, 2, Duration.ofMillis(50), Duration.ofMillis(200)),
                    Clock.systemUTC(),
                    new SplittableRandom(1))));
    await(() -> inspect(proxy).listening() == 1);
    Socket first = connect();
    assertThat(first.getInputStream().read()).isEqualTo('a');
    Socket second = connect();
    assertThat(second.getInputStream().read()).isEqualTo('a');
    assertThatThrownBy(() -> connect().getInputStream().read()).isInstanceOf(IOException.class);
    first.close();
    await(() -> inspect(proxy).connections() == 1);
    assertThat(name()).isEqualTo('a');
    assertEchoes(second, "undisturbed");
  }
}
