package io.luotsi.http.watch;

import io.luotsi.http.codec.ProtobufAnswer;
import io.luotsi.http.codec.Replies;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Framing;
import org.apache.pekko.stream.javadsl.FramingTruncation;
import org.apache.pekko.util.ByteString;

/** How the events of a watch follow each other. */
public enum EventFormat {
  /** A line each. */
  JSON(Replies.JSON) {
    @Override
    public byte[] encode(byte[] json) {
      return json;
    }

    @Override
    void write(EventType type, byte[] object, ByteArrayOutputStream to) {
      to.writeBytes(type.jsonHead());
      to.writeBytes(object);
      to.writeBytes(END);
    }

    @Override
    Flow<ByteString, Message, NotUsed> messages() {
      return Framing.delimiter(
              ByteString.fromString("\n"), MAX_FRAME_BYTES, FramingTruncation.ALLOW)
          .map(line -> (Message) TextMessage.create(line.utf8String()));
    }
  },
  /** Each after its length in four bytes. */
  PROTOBUF(ContentTypes.parse("application/vnd.kubernetes.protobuf;stream=watch")) {
    @Override
    public byte[] encode(byte[] json) {
      return ProtobufAnswer.of(json);
    }

    @Override
    void write(EventType type, byte[] object, ByteArrayOutputStream to) {
      to.writeBytes(ProtobufAnswer.event(type.name(), object));
    }

    @Override
    Flow<ByteString, Message, NotUsed> messages() {
      return Framing.lengthField(Integer.BYTES, 0, MAX_FRAME_BYTES, java.nio.ByteOrder.BIG_ENDIAN)
          .map(frame -> (Message) BinaryMessage.create(frame.drop(Integer.BYTES)));
    }
  };

  /** More than any object may have, and its table around it. */
  private static final int MAX_FRAME_BYTES = 16 * 1024 * 1024;

  private static final byte[] END = "}\n".getBytes(StandardCharsets.US_ASCII);

  private final ContentType contentType;

  EventFormat(ContentType contentType) {
    this.contentType = contentType;
  }

  public ContentType contentType() {
    return contentType;
  }

  /** An object as it is within an event. */
  public abstract byte[] encode(byte[] json);

  /**
   * @param object encoded
   */
  abstract void write(EventType type, byte[] object, ByteArrayOutputStream to);

  /** The same events as messages of a WebSocket, one each, which need no lengths. */
  abstract Flow<ByteString, Message, NotUsed> messages();
}
