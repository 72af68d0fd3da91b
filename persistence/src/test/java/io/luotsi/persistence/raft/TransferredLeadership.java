package io.luotsi.persistence.raft;

import java.io.IOException;
import org.apache.ratis.protocol.ClientId;
import org.apache.ratis.protocol.RaftClientReply;
import org.apache.ratis.protocol.RaftPeerId;
import org.apache.ratis.protocol.TransferLeadershipRequest;
import org.apache.ratis.server.RaftServer;

/** Has another member lead while the one that did goes on living. */
public final class TransferredLeadership {
  private static final int ATTEMPTS = 5;
  private static final int MILLIS = 5_000;

  private TransferredLeadership() {}

  /** On a busy machine the votes may come too late, and the one that led is elected again. */
  public static void transfer(RaftGroupMember from, RaftMember to) throws Exception {
    RaftClientReply reply = attempt(from, to, 0);
    for (int i = 1; i < ATTEMPTS && !reply.isSuccess(); i++) {
      reply = attempt(from, to, i);
    }
    if (!reply.isSuccess()) {
      throw new IOException("leadership stays where it is", reply.getException());
    }
  }

  private static RaftClientReply attempt(RaftGroupMember from, RaftMember to, int number)
      throws Exception {
    TestMember.ready(from, term -> true);
    RaftServer server = from.division().getRaftServer();
    return server.transferLeadership(
        new TransferLeadershipRequest(
            ClientId.randomId(),
            server.getId(),
            from.division().getGroup().getGroupId(),
            1_000_000 + number,
            RaftPeerId.valueOf(to.peerId()),
            MILLIS));
  }
}
