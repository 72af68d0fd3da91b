package io.luotsi.persistence.raft;

import java.util.Optional;
import java.util.function.Predicate;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.ReadIndexRequestProto;
import org.apache.ratis.proto.RaftProtos.RequestVoteRequestProto;
import org.apache.ratis.proto.RaftProtos.StartLeaderElectionRequestProto;
import org.apache.ratis.protocol.RaftGroupId;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import org.apache.ratis.thirdparty.io.grpc.Metadata;
import org.apache.ratis.thirdparty.io.grpc.ServerCall;
import org.apache.ratis.thirdparty.io.grpc.ServerCallHandler;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.Status;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what Ratis would take and must not:
 *
 * <ul>
 *   <li>What is meant for another peer. A member that was wiped comes back at its old address under
 *       a new id; Ratis does not look at whom a request is for, so what the new one has in its log
 *       would count as the old one's.
 *   <li>Being asked for a vote while listening. Ratis answers with a vote against, which it counts
 *       when the listener is becoming the second voter: the only voter, back from a death in that
 *       very moment, could never lead again. Not answered, it does without.
 * </ul>
 */
final class RefusedRequests implements ServerInterceptor {
  private final ByteString self;
  private final Predicate<RaftGroupId> listens;

  /**
   * @param self this member's peer id
   * @param listens whether this member only listens in a group
   */
  RefusedRequests(String self, Predicate<RaftGroupId> listens) {
    this.self = ByteString.copyFromUtf8(self);
    this.listens = listens;
  }

  @Override
  public <Q, R> ServerCall.Listener<Q> interceptCall(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    return new SimpleForwardingServerCallListener<>(next.startCall(call, headers)) {
      private boolean refused;

      @Override
      public void onMessage(Q message) {
        Optional<Status> refusal = refusal(message);
        if (refusal.isEmpty()) {
          super.onMessage(message);
        } else if (!refused) {
          refused = true;
          call.close(refusal.get(), new Metadata());
        }
      }

      @Override
      public void onHalfClose() {
        if (!refused) {
          super.onHalfClose();
        }
      }
    };
  }

  private Optional<Status> refusal(Object message) {
    RaftRpcRequestProto request = request(message);
    if (request == null) {
      return Optional.empty();
    }
    if (!request.getReplyId().equals(self)) {
      return Optional.of(
          Status.NOT_FOUND.withDescription(
              "this is %s, not %s"
                  .formatted(self.toStringUtf8(), request.getReplyId().toStringUtf8())));
    }
    return message instanceof RequestVoteRequestProto
            && listens.test(RaftGroupId.valueOf(request.getRaftGroupId().getId()))
        ? Optional.of(
            Status.FAILED_PRECONDITION.withDescription(
                "%s listens and has no vote".formatted(self.toStringUtf8())))
        : Optional.empty();
  }

  private static @Nullable RaftRpcRequestProto request(Object message) {
    return switch (message) {
      case AppendEntriesRequestProto append -> append.getServerRequest();
      case RequestVoteRequestProto vote -> vote.getServerRequest();
      case InstallSnapshotRequestProto install -> install.getServerRequest();
      case StartLeaderElectionRequestProto start -> start.getServerRequest();
      case ReadIndexRequestProto read -> read.getServerRequest();
      default -> null;
    };
  }
}
