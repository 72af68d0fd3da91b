package io.luotsi.persistence.raft;

import io.luotsi.persistence.registry.WriteFailure;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;
import org.apache.ratis.thirdparty.com.google.protobuf.UnsafeByteOperations;

/**
 * An entry on its way into the log. Carries the live objects beside their bytes, so that the member
 * that proposed it applies the very objects that its registry holds.
 */
final class Proposal implements Message {
  private final Entry entry;
  private final ByteString bytes;
  private volatile boolean appended;

  Proposal(Entry entry) {
    this.entry = entry;
    this.bytes = UnsafeByteOperations.unsafeWrap(EntryFormat.write(entry));
  }

  Entry entry() {
    return entry;
  }

  @Override
  public ByteString getContent() {
    return bytes;
  }

  /** The log is about to take it: from now on nobody can say that it will not be committed. */
  void markAppended() {
    appended = true;
  }

  /** What is known of it when the log gives no verdict. */
  WriteFailure unanswered(String why) {
    return appended ? new WriteFailure.Unconfirmed(why) : new WriteFailure.NotDone(why);
  }
}
