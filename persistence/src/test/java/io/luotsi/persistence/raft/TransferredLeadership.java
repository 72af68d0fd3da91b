package io.luotsi.persistence.raft;

import java.io.IOException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;

/** Has another member lead while the one that did goes on living. */
public final class TransferredLeadership {
  private TransferredLeadership() {}

  public static void transfer(RaftGroupMember from, RaftMember to) throws IOException {
    var server = from.division().getRaftServer();
    RaftClientReply reply =
        server.transferLeadership(
            new TransferLeadershipRequest(
                ClientId.randomId(),
                server.getId(),
                from.division().getGroup().getGroupId(),
                1_000_000,
                RaftPeerId.valueOf(to.peerId()),
                5_000));
    if (!reply.isSuccess()) {
      throw new IOException("leadership stays where it is", reply.getException());
    }
  }
}
