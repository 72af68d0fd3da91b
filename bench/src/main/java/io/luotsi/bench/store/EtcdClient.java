package io.luotsi.bench.store;

import io.etcd.jetcd.ByteSequence;
import io.etcd.jetcd.Client;
import io.etcd.jetcd.KV;
import io.etcd.jetcd.KeyValue;
import io.etcd.jetcd.Watch;
import io.etcd.jetcd.kv.GetResponse;
import io.etcd.jetcd.kv.TxnResponse;
import io.etcd.jetcd.op.Cmp;
import io.etcd.jetcd.op.CmpTarget;
import io.etcd.jetcd.op.Op;
import io.etcd.jetcd.options.GetOption;
import io.etcd.jetcd.options.OptionsUtil;
import io.etcd.jetcd.options.PutOption;
import io.etcd.jetcd.options.WatchOption;
import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;

/**
 * jetcd as an API server uses etcd: keys below {@code /registry}, writes as transactions that
 * compare the revision which the client has seen. Several connections, taken in turn, since one is
 * served by one thread on either end.
 */
final class EtcdClient implements StoreClient {
  private static final int CONNECTIONS = 4;
  private static final int MOST_MESSAGE_BYTES = 64 << 20;

  private final String endpoint;
  private final List<Client> connections;
  private final AtomicInteger turn = new AtomicInteger();

  EtcdClient(String endpoint, ThrowawayCertificate certificate) {
    this.endpoint = endpoint;
    SslContext tls = tls(certificate);
    this.connections = Stream.generate(() -> connection(endpoint, tls)).limit(CONNECTIONS).toList();
  }

  private static SslContext tls(ThrowawayCertificate certificate) {
    try {
      return GrpcSslContexts.configure(
              SslContextBuilder.forClient()
                  .trustManager(certificate.certificate().toFile())
                  .keyManager(certificate.certificate().toFile(), certificate.key().toFile()),
              SslProvider.JDK)
          .build();
    } catch (SSLException e) {
      throw new IllegalStateException("the certificate of this run cannot be used", e);
    }
  }

  private static Client connection(String endpoint, SslContext tls) {
    return Client.builder()
        .endpoints(endpoint)
        .sslContext(tls)
        .maxInboundMessageSize(MOST_MESSAGE_BYTES)
        .build();
  }

  private Client next() {
    return connections.get(Math.floorMod(turn.getAndIncrement(), CONNECTIONS));
  }

  private KV keys() {
    return next().getKVClient();
  }

  private static ByteSequence bytes(String text) {
    return ByteSequence.from(text, StandardCharsets.US_ASCII);
  }

  private static String prefix(String table) {
    return "/registry/" + table + "/default/";
  }

  @Override
  public CompletableFuture<Long> write(String table, Item item, long seen) {
    ByteSequence key = bytes(prefix(table) + item.name());
    return keys()
        .txn()
        .If(new Cmp(key, Cmp.Op.EQUAL, CmpTarget.modRevision(seen)))
        .Then(Op.put(key, ByteSequence.from(item.json()), PutOption.DEFAULT))
        .commit()
        .thenApply(EtcdClient::revision);
  }

  private static long revision(TxnResponse response) {
    if (!response.isSucceeded()) {
      throw new IllegalStateException("not written: somebody else has");
    }
    return response.getHeader().getRevision();
  }

  @Override
  public CompletableFuture<Long> version(String table) {
    return keys()
        .get(bytes(prefix(table)), GetOption.builder().isPrefix(true).withCountOnly(true).build())
        .thenApply(response -> response.getHeader().getRevision());
  }

  @Override
  public CompletableFuture<Boolean> leads() {
    return next()
        .getMaintenanceClient()
        .statusMember(endpoint)
        .thenApply(status -> status.getLeader() == status.getHeader().getMemberId());
  }

  @Override
  public CompletableFuture<Page> page(String table, Optional<Place> after, int limit) {
    ByteSequence prefix = bytes(prefix(table));
    ByteSequence from =
        after.map(place -> bytes(prefix(table) + place.name() + "\0")).orElse(prefix);
    GetOption option =
        GetOption.builder()
            .withRange(OptionsUtil.prefixEndOf(prefix))
            .withLimit(limit)
            .withRevision(after.map(Place::version).orElse(0L))
            .build();
    return keys()
        .get(from, option)
        .thenApply(response -> page(prefix(table), after.map(Place::version), response));
  }

  private static Page page(String prefix, Optional<Long> version, GetResponse response) {
    List<KeyValue> found = response.getKvs();
    long bytes = found.stream().mapToLong(each -> each.getValue().size()).sum();
    Optional<Place> next =
        response.isMore()
            ? Optional.of(
                new Place(
                    found
                        .getLast()
                        .getKey()
                        .toString(StandardCharsets.US_ASCII)
                        .substring(prefix.length()),
                    version.orElse(response.getHeader().getRevision())))
            : Optional.empty();
    return new Page(found.size(), bytes, next);
  }

  @Override
  public void watch(String table, long after, Consumer<byte[]> objects) {
    WatchOption option = WatchOption.builder().isPrefix(true).withRevision(after + 1).build();
    next()
        .getWatchClient()
        .watch(
            bytes(prefix(table)),
            option,
            Watch.listener(
                response ->
                    response
                        .getEvents()
                        .forEach(
                            event -> objects.accept(event.getKeyValue().getValue().getBytes())),
                failure -> {}));
  }

  @Override
  public void close() {
    connections.forEach(Client::close);
  }
}
