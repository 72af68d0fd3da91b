package io.luotsi.persistence.raft;

import org.apache.ratis.RaftConfigKeys;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.grpc.GrpcFactory;
import org.apache.ratis.grpc.server.GrpcServices;
import org.apache.ratis.grpc.server.GrpcServicesImpl;
import org.apache.ratis.rpc.RpcFactory;
import org.apache.ratis.rpc.RpcType;
import org.apache.ratis.server.RaftServer;
import org.apache.ratis.thirdparty.io.netty.handler.ssl.SslContext;

/**
 * Ratis's gRPC with TLS contexts of our making, for all that it serves at its port and asks of its
 * peers. Given a {@code GrpcTlsConfig}, it would load a native library for its server, or a class
 * of Netty's that finds out what the JDK can do by decrypting a key with Bouncy Castle: either
 * costs every start a quarter of a second of processor time.
 */
final class TlsRpc implements RpcType {
  private static final String PARAMETER = "luotsi.raft.tls";

  /** Ratis makes one by its name. */
  TlsRpc() {}

  static void choose(RaftProperties properties) {
    RaftConfigKeys.Rpc.setType(properties, new TlsRpc());
  }

  static void give(Parameters parameters, RaftTls tls) {
    parameters.put(PARAMETER, tls, RaftTls.class);
  }

  @Override
  public String name() {
    return TlsRpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters);
  }

  private static final class Factory extends GrpcFactory {
    private final Parameters parameters;

    Factory(Parameters parameters) {
      super(parameters);
      this.parameters = parameters;
    }

    @Override
    public GrpcServices newRaftServerRpc(RaftServer server) {
      RaftTls tls = parameters.get(PARAMETER, RaftTls.class);
      SslContext serving = tls.server();
      return GrpcServicesImpl.newBuilder()
          .setServer(server)
          .setCustomizer(GrpcConfigKeys.Server.servicesCustomizer(parameters))
          .setServerSslContextForServer(serving)
          .setAdminSslContext(serving)
          .setClientSslContext(serving)
          .setServerSslContextForClient(tls.client())
          .build();
    }
  }
}
