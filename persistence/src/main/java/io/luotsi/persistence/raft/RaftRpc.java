package io.luotsi.persistence.raft;

import java.util.Optional;
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
import org.apache.ratis.server.leader.FollowerInfo;
import org.apache.ratis.server.leader.LeaderState;
import org.apache.ratis.server.leader.LogAppender;

/**
 * Ratis's gRPC, with {@link PeerRequests} before the server, a {@link PromptAppender} for each
 * follower, and TLS contexts of our making, for all that it serves at its port and asks of its
 * peers. Given a {@code GrpcTlsConfig}, Ratis would load a native library for its server, or a
 * class of Netty's that finds out what the JDK can do by decrypting a key with Bouncy Castle:
 * either costs every start a quarter of a second of processor time.
 */
final class RaftRpc implements RpcType {
  private static final String TLS = "luotsi.raft.tls";
  private static final String ROUNDS = "luotsi.raft.rounds";

  /** Ratis makes one by its name. */
  RaftRpc() {}

  /** Needed: who asks for a read index, or to read, is answered by these. */
  static void give(Parameters parameters, LeaderRounds rounds) {
    parameters.put(ROUNDS, rounds, LeaderRounds.class);
  }

  static void choose(RaftProperties properties) {
    RaftConfigKeys.Rpc.setType(properties, new RaftRpc());
  }

  /** Without, everything is in the clear. */
  static void give(Parameters parameters, RaftTls tls) {
    parameters.put(TLS, tls, RaftTls.class);
  }

  @Override
  public String name() {
    return RaftRpc.class.getName();
  }

  @Override
  public RpcFactory newFactory(Parameters parameters) {
    return new Factory(parameters);
  }

  private static final class Factory extends GrpcFactory {
    private final Parameters parameters;
    private final LeaderRounds rounds;

    Factory(Parameters parameters) {
      super(parameters);
      this.parameters = parameters;
      this.rounds = parameters.getNonNull(ROUNDS, LeaderRounds.class);
    }

    @Override
    public LogAppender newLogAppender(
        RaftServer.Division server, LeaderState leader, FollowerInfo follower) {
      return new PromptAppender(server, leader, follower, rounds);
    }

    @Override
    public GrpcServices newRaftServerRpc(RaftServer server) {
      GrpcServicesImpl.Builder services =
          GrpcServicesImpl.newBuilder()
              .setServer(PeerRequests.before(server, rounds))
              .setCustomizer(GrpcConfigKeys.Server.servicesCustomizer(parameters));
      Optional.ofNullable(parameters.get(TLS, RaftTls.class))
          .ifPresent(tls -> secure(services, tls));
      return services.build();
    }

    private static void secure(GrpcServicesImpl.Builder services, RaftTls tls) {
      var serving = tls.server();
      services
          .setServerSslContextForServer(serving)
          .setAdminSslContext(serving)
          .setClientSslContext(serving)
          .setServerSslContextForClient(tls.client());
    }
  }
}
