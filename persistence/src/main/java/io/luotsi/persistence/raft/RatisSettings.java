package io.luotsi.persistence.raft;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.ratis.conf.Parameters;
import org.apache.ratis.conf.RaftProperties;
import org.apache.ratis.grpc.GrpcConfigKeys;
import org.apache.ratis.server.RaftServerConfigKeys;
import org.apache.ratis.thirdparty.io.grpc.ServerInterceptor;
import org.apache.ratis.thirdparty.io.grpc.ServerTransportFilter;
import org.apache.ratis.thirdparty.io.grpc.netty.NettyServerBuilder;
import org.apache.ratis.util.SizeInBytes;
import org.apache.ratis.util.TimeDuration;

/** Ratis as we set it. Each line that differs from its default says what the default would do. */
final class RatisSettings {
  /** A log entry is at most this long: one batch, or one object of 3 MiB. */
  static final int MAX_ENTRY_BYTES = (3 << 20) + (512 << 10);

  private static final SizeInBytes MAX_ENTRY = SizeInBytes.valueOf(MAX_ENTRY_BYTES);

  /**
   * Entries past the newest snapshot after which Ratis begins to ask for another, and to purge what
   * is behind it. Few, since it counts no bytes: {@link SnapshotPolicy} says when one is due.
   */
  private static final int SNAPSHOT_QUESTION_ENTRIES = 16;

  /** Only whole segments are purged, so there are some between two snapshots. */
  private static final int SEGMENTS_PART = 8;

  /**
   * How long one question for the read index may take; whoever needs it longer asks again. A leader
   * that is paused or cut off answers nobody.
   */
  static final Duration READ_TIMEOUT = Duration.ofSeconds(2);

  private RatisSettings() {}

  static RaftProperties properties(MemberSettings settings, Path storage) {
    RaftProperties properties = new RaftProperties();
    // The default is the temporary folder.
    RaftServerConfigKeys.setStorageDir(properties, List.of(storage.toFile()));
    // Past it, a server that was paused closes for good while its JVM lives on.
    RaftServerConfigKeys.setCloseThreshold(properties, TimeDuration.valueOf(30, TimeUnit.DAYS));
    setReads(properties);
    setLog(properties, settings.tuning().snapshots());
    setSnapshots(properties, settings.tuning().snapshots());
    setTimes(
        properties, MemberIdentity.isJoining(settings.directory()) || settings.peers().size() > 1);
    setThreads(properties);
    RaftRpc.choose(properties);
    GrpcConfigKeys.Server.setHost(properties, settings.host());
    GrpcConfigKeys.Server.setPort(properties, settings.port());
    GrpcConfigKeys.setMessageSizeMax(properties, SizeInBytes.valueOf("16MB"));
    return properties;
  }

  /** Objects that Ratis is given. */
  static Parameters parameters(
      MemberSettings settings,
      LeaderRounds rounds,
      ServerTransportFilter connections,
      ServerInterceptor requests) {
    Parameters parameters = new Parameters();
    RaftRpc.give(parameters, rounds);
    settings.tls().ifPresent(tls -> RaftRpc.give(parameters, tls));
    GrpcConfigKeys.Server.setServicesCustomizer(
        parameters,
        (builder, types) -> {
          // By default it waits two minutes for somebody who does not say who it is.
          settings.tls().ifPresent(tls -> setHandshake(builder, tls.handshakeWithin()));
          return builder.addTransportFilter(connections).intercept(requests);
        });
    return parameters;
  }

  private static void setHandshake(NettyServerBuilder builder, Duration within) {
    builder.handshakeTimeout(within.toMillis(), TimeUnit.MILLISECONDS);
  }

  private static void setReads(RaftProperties properties) {
    RaftServerConfigKeys.Read.setOption(properties, RaftServerConfigKeys.Read.Option.LINEARIZABLE);
    // A lease trusts clocks.
    RaftServerConfigKeys.Read.setLeaderLeaseEnabled(properties, false);
    // LeaderRounds does that, and says what is wrong with it.
    RaftServerConfigKeys.Read.setLeaderHeartbeatCheckEnabled(properties, false);
  }

  private static void setLog(RaftProperties properties, SnapshotPolicy policy) {
    SizeInBytes segment = SizeInBytes.valueOf(policy.bytes() / SEGMENTS_PART);
    RaftServerConfigKeys.Log.Appender.setBufferByteLimit(properties, MAX_ENTRY);
    // If it is not larger than the limit above by some bytes, the server is never ready, silently.
    RaftServerConfigKeys.Log.setWriteBufferSize(
        properties, SizeInBytes.valueOf(MAX_ENTRY_BYTES + (64 << 10)));
    RaftServerConfigKeys.Log.setSegmentSizeMax(properties, segment);
    RaftServerConfigKeys.Log.setPreallocatedSize(properties, segment);
    RaftServerConfigKeys.Log.setSegmentCacheNumMax(properties, 2);
    RaftServerConfigKeys.Log.setSegmentCacheSizeMax(properties, segment);
    RaftServerConfigKeys.Log.setPurgeUptoSnapshotIndex(properties, true);
    // The default keeps 1,024 entries more, whatever else is set.
    RaftServerConfigKeys.Log.setPurgeGap(properties, SNAPSHOT_QUESTION_ENTRIES);
    // The default ends in steps of 5 s, in which a member that returns calls for elections.
    RaftServerConfigKeys.Log.Appender.setRetryPolicy(properties, "1ms,10, 200ms,1000000");
    // LogTurns does what this is for, and says what is wrong with it.
    RaftServerConfigKeys.Log.setAppendEntriesComposeEnabled(properties, false);
    // By default each commit is an entry, too: one more sync, for which the next write waits.
    RaftServerConfigKeys.Log.setLogMetadataEnabled(properties, false);
    RaftServerConfigKeys.Write.setByteLimit(properties, SizeInBytes.valueOf("64MB"));
  }

  private static void setSnapshots(RaftProperties properties, SnapshotPolicy policy) {
    RaftServerConfigKeys.Snapshot.setAutoTriggerEnabled(properties, true);
    RaftServerConfigKeys.Snapshot.setAutoTriggerThreshold(
        properties, Math.min(SNAPSHOT_QUESTION_ENTRIES, policy.entries()));
    // A stop is as quick as a kill; both replay the log's end.
    RaftServerConfigKeys.Snapshot.setTriggerWhenStopEnabled(properties, false);
    RaftServerConfigKeys.Snapshot.setTriggerWhenRemoveEnabled(properties, false);
    RaftServerConfigKeys.Log.Appender.setSnapshotChunkSizeMax(
        properties, SizeInBytes.valueOf("4MB"));
  }

  private static void setTimes(RaftProperties properties, boolean several) {
    // ADRs 8 and 9 say what hangs on these. Somebody who is alone waits for nobody.
    RaftServerConfigKeys.Rpc.setTimeoutMin(properties, millis(500));
    RaftServerConfigKeys.Rpc.setTimeoutMax(properties, millis(1_000));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMin(properties, millis(several ? 150 : 20));
    RaftServerConfigKeys.Rpc.setFirstElectionTimeoutMax(properties, millis(several ? 300 : 40));
    // By default a leader that did not hear of a majority in time may not stand again for 10 s, in
    // which nobody leads if the only other one that lives has a shorter log. The same value is the
    // pause of the JVM after which a leader steps down, which one that is alone need not.
    RaftServerConfigKeys.LeaderElection.setLeaderStepDownWaitTime(
        properties, millis(several ? 1_000 : 10_000));
    // A follower that has been silent for so long is asked less often, and it is said in the log.
    RaftServerConfigKeys.Rpc.setSlownessTimeout(
        properties, TimeDuration.valueOf(5, TimeUnit.SECONDS));
    // We never retry a request, so what the retry cache remembers is of no use.
    RaftServerConfigKeys.RetryCache.setExpiryTime(
        properties, TimeDuration.valueOf(1, TimeUnit.SECONDS));
  }

  private static void setThreads(RaftProperties properties) {
    RaftServerConfigKeys.ThreadPool.setClientSize(properties, 2);
    RaftServerConfigKeys.ThreadPool.setServerSize(properties, 2);
    RaftServerConfigKeys.ThreadPool.setProxySize(properties, 2);
    // Cached, they would never have more than one thread: their queue is never full.
    RaftServerConfigKeys.ThreadPool.setClientCached(properties, false);
    RaftServerConfigKeys.ThreadPool.setServerCached(properties, false);
    RaftServerConfigKeys.ThreadPool.setProxyCached(properties, false);
  }

  private static TimeDuration millis(long millis) {
    return TimeDuration.valueOf(millis, TimeUnit.MILLISECONDS);
  }
}
