package io.luotsi.persistence.raft;

import io.luotsi.persistence.registry.WriteFailure;
import java.nio.charset.StandardCharsets;
import org.apache.ratis.protocol.Message;
import org.apache.ratis.thirdparty.com.google.protobuf.ByteString;

/** What the state machine made of a committed entry; the same on every member. */
sealed interface Verdict {
  record Applied() implements Verdict {}

  /** The entry changed nothing, and never will. */
  record Refused(String why) implements Verdict {}

  Verdict APPLIED = new Applied();

  /** For the reply to whoever proposed the entry: nothing, or why not. */
  default Message toMessage() {
    return switch (this) {
      case Applied applied -> Message.EMPTY;
      case Refused(String why) -> Message.valueOf(ByteString.copyFrom(why, StandardCharsets.UTF_8));
    };
  }

  /**
   * @throws WriteFailure.NotDone if it was refused
   */
  default void requireApplied() {
    switch (this) {
      case Applied applied -> {}
      case Refused(String why) -> throw new WriteFailure.NotDone(why);
    }
  }

  static Verdict of(Message message) {
    ByteString why = message.getContent();
    return why.isEmpty() ? APPLIED : new Refused(why.toStringUtf8());
  }
}
