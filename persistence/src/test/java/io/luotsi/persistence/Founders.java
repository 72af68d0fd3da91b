package io.luotsi.persistence;

import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.raft.Groups;
import io.luotsi.persistence.raft.MemberIdentity;
import io.luotsi.persistence.raft.MemberSettings;
import io.luotsi.persistence.raft.Peer;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.raft.SnapshotPolicy;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowLimits;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Function;

/** The members of a fresh cluster below one directory, as its launcher knows them. */
public record Founders(Path directory, List<Peer> peers, MemberSettings.Tuning tuning) {
  private static final MemberSettings.Tuning TUNING =
      new MemberSettings.Tuning(
          Groups.ONE, WindowLimits.standard(), new SnapshotPolicy(50, 256 << 10));

  Founders(Path directory, List<Peer> peers) {
    this(directory, peers, TUNING);
  }

  Founders with(Groups groups) {
    return with(new MemberSettings.Tuning(groups, tuning.window(), tuning.snapshots()));
  }

  Founders with(MemberSettings.Tuning newTuning) {
    return new Founders(directory, peers, newTuning);
  }

  /** Gives each its directory, its identity and a free port. */
  public static Founders of(Path directory, String... names) throws IOException {
    List<Peer> peers = new ArrayList<>();
    for (String name : names) {
      MemberIdentity identity =
          MemberIdentity.loadOrCreate(directory.resolve(name), name, new Random());
      peers.add(new Peer(identity.peerId(), "127.0.0.1", FreePorts.next()));
    }
    return new Founders(directory, List.copyOf(peers));
  }

  public RaftMember start(String name) throws IOException {
    return start(name, resource -> ResourceSettings.DEFAULT);
  }

  RaftMember start(String name, Function<GroupResource, ResourceSettings> resources)
      throws IOException {
    Peer self = peers.stream().filter(peer -> peer.name().equals(name)).findFirst().orElseThrow();
    return RaftMember.start(
        new MemberSettings(name, directory.resolve(name), self.host(), self.port(), tuning, peers),
        resources);
  }
}
