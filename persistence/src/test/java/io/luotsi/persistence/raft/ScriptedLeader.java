package io.luotsi.persistence.raft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.ratis.proto.RaftProtos.AppendEntriesReplyProto;
import org.apache.ratis.proto.RaftProtos.AppendEntriesRequestProto;
import org.apache.ratis.proto.RaftProtos.FileChunkProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotReplyProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto;
import org.apache.ratis.proto.RaftProtos.InstallSnapshotRequestProto.SnapshotChunkProto;
import org.apache.ratis.proto.RaftProtos.LogEntryProto;
import org.apache.ratis.proto.RaftProtos.RaftGroupIdProto;
import org.apache.ratis.proto.RaftProtos.RaftRpcRequestProto;
import org.apache.ratis.proto.RaftProtos.StateMachineLogEntryProto;
import org.apache.ratis.proto.RaftProtos.TermIndexProto;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc;
import org.apache.ratis.proto.grpc.RaftServerProtocolServiceGrpc.RaftServerProtocolServiceStub;
import org.apache.ratis.server.protocol.TermIndex;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;
import org.apache.ratis.thirdparty.io.grpc.ManagedChannel;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyChannelBuilder;
import org.apache.ratis.thirdparty.io.grpc.stub.StreamObserver;
import org.apache.ratis.util.MD5FileUtil;

/** Says to a member, over the wire, what its leader might say, when a test wants it said. */
final class ScriptedLeader implements AutoCloseable {
  private final ByteString self;
  private final RaftGroupMember follower;
  private final long term;
  private final ManagedChannel channel;
  private final StreamObserver<AppendEntriesRequestProto> appends;
  private final Map<Long, CompletableFuture<AppendEntriesReplyProto>> asked =
      new ConcurrentHashMap<>();
  private final RaftServerProtocolServiceStub stub;
  private long calls;

  /**
   * @param self who is to be taken for the leader
   * @param follower listens at {@code port}
   * @param term later than any in which somebody was elected
   */
  ScriptedLeader(Peer self, RaftGroupMember follower, int port, long term) {
    this.self = ByteString.copyFromUtf8(self.id());
    this.follower = follower;
    this.term = term;
    this.channel = NettyChannelBuilder.forAddress("127.0.0.1", port).usePlaintext().build();
    this.stub = RaftServerProtocolServiceGrpc.newStub(channel);
    this.appends = stub.appendEntries(new Replies());
  }

  private final class Replies implements StreamObserver<AppendEntriesReplyProto> {
    @Override
    public void onNext(AppendEntriesReplyProto reply) {
      asked.get(reply.getServerReply().getCallId()).complete(reply);
    }

    @Override
    public void onError(Throwable failure) {
      asked.values().forEach(reply -> reply.completeExceptionally(failure));
    }

    @Override
    public void onCompleted() {
      onError(new IOException("no more replies"));
    }
  }

  /**
   * @param previous what the follower must have
   * @param entries how many, which change nothing, to put behind that
   */
  AppendEntriesRequestProto request(TermIndex previous, int entries) {
    AppendEntriesRequestProto.Builder request =
        AppendEntriesRequestProto.newBuilder()
            .setServerRequest(call())
            .setLeaderTerm(term)
            .setLeaderCommit(previous.getIndex());
    if (previous.getIndex() >= 0) {
      request.setPreviousLog(proto(previous));
    }
    for (int i = 1; i <= entries; i++) {
      request.addEntries(
          LogEntryProto.newBuilder()
              .setTerm(term)
              .setIndex(previous.getIndex() + i)
              .setStateMachineLogEntry(
                  StateMachineLogEntryProto.newBuilder()
                      .setLogData(ByteString.copyFromUtf8("entry " + i))
                      .setClientId(ByteString.copyFrom(new byte[16]))
                      .setCallId(calls)));
    }
    return request.build();
  }

  CompletableFuture<AppendEntriesReplyProto> append(TermIndex previous, int entries) {
    AppendEntriesRequestProto request = request(previous, entries);
    CompletableFuture<AppendEntriesReplyProto> reply = new CompletableFuture<>();
    asked.put(request.getServerRequest().getCallId(), reply);
    appends.onNext(request);
    return reply;
  }

  /** Sends a snapshot of an empty state. */
  CompletableFuture<InstallSnapshotReplyProto> install(long index, Path folder) throws IOException {
    Path file = folder.resolve("snapshot." + term + "_" + index);
    SnapshotFile.write(file, new SnapshotFile.Content(term, index, ClusterState.NONE, List.of()));
    return install(index, file.getFileName().toString(), Files.readAllBytes(file));
  }

  /** Sends a snapshot as a leader does that has read {@code content}, whatever it once wrote. */
  CompletableFuture<InstallSnapshotReplyProto> install(long index, String name, byte[] content) {
    byte[] digest = MD5FileUtil.newMD5().digest(content);
    return send(
        index,
        content.length,
        FileChunkProto.newBuilder()
            .setFilename("sm/" + name)
            .setFileDigest(ByteString.copyFrom(digest))
            .setData(UnsafeByteOperations.unsafeWrap(content))
            .setDone(true));
  }

  /** Sends the first bytes of a snapshot, and never the rest. */
  CompletableFuture<InstallSnapshotReplyProto> begin(long index, String name, byte[] content) {
    return send(
        index,
        2 * content.length,
        FileChunkProto.newBuilder()
            .setFilename("sm/" + name)
            .setData(UnsafeByteOperations.unsafeWrap(content)));
  }

  private CompletableFuture<InstallSnapshotReplyProto> send(
      long index, int totalSize, FileChunkProto.Builder chunk) {
    CompletableFuture<InstallSnapshotReplyProto> reply = new CompletableFuture<>();
    stub.installSnapshot(new First(reply))
        .onNext(
            InstallSnapshotRequestProto.newBuilder()
                .setServerRequest(call())
                .setLeaderTerm(term)
                .setSnapshotChunk(
                    SnapshotChunkProto.newBuilder()
                        .setRequestId(UUID.randomUUID().toString())
                        .setTermIndex(proto(TermIndex.valueOf(term, index)))
                        .addFileChunks(chunk.setTotalSize(totalSize))
                        .setTotalSize(totalSize)
                        .setDone(chunk.getDone()))
                .build());
    return reply;
  }

  private record First(CompletableFuture<InstallSnapshotReplyProto> reply)
      implements StreamObserver<InstallSnapshotReplyProto> {
    @Override
    public void onNext(InstallSnapshotReplyProto value) {
      reply.complete(value);
    }

    @Override
    public void onError(Throwable failure) {
      reply.completeExceptionally(failure);
    }

    @Override
    public void onCompleted() {
      onError(new IOException("no reply"));
    }
  }

  private RaftRpcRequestProto call() {
    return RaftRpcRequestProto.newBuilder()
        .setRequestorId(self)
        .setReplyId(follower.division().getId().toByteString())
        .setRaftGroupId(
            RaftGroupIdProto.newBuilder()
                .setId(follower.division().getGroup().getGroupId().toByteString()))
        .setCallId(++calls)
        .build();
  }

  private static TermIndexProto proto(TermIndex at) {
    return at.toProto();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
