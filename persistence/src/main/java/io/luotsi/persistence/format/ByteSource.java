package io.luotsi.persistence.format;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Reads what {@link ByteSink} wrote. Every method throws {@link MalformedBytes} where the bytes end
 * too early or a length cannot be true, and allocates nothing before it has checked.
 */
public final class ByteSource {
  private final ByteBuffer buffer;

  /** Reads from the buffer's position to its limit; the buffer itself is not moved. */
  public ByteSource(ByteBuffer buffer) {
    this.buffer = buffer.slice();
  }

  public static ByteSource of(byte[] bytes) {
    return new ByteSource(ByteBuffer.wrap(bytes));
  }

  public int getByte() throws MalformedBytes {
    require(1);
    return buffer.get() & 0xff;
  }

  public int getInt() throws MalformedBytes {
    require(4);
    return buffer.getInt();
  }

  public long getLong() throws MalformedBytes {
    require(8);
    return buffer.getLong();
  }

  public String getString() throws MalformedBytes {
    return new String(getBytes(), StandardCharsets.UTF_8);
  }

  public byte[] getBytes() throws MalformedBytes {
    byte[] bytes = new byte[getLength()];
    buffer.get(bytes);
    return bytes;
  }

  /** The next byte string as a source of its own, without copying it. */
  public ByteSource getSource() throws MalformedBytes {
    int length = getLength();
    ByteSource part = new ByteSource(buffer.slice(buffer.position(), length));
    buffer.position(buffer.position() + length);
    return part;
  }

  public int remaining() {
    return buffer.remaining();
  }

  /** Position from the start of this source, in bytes. */
  public int position() {
    return buffer.position();
  }

  private int getLength() throws MalformedBytes {
    int length = getInt();
    if (length < 0 || length > buffer.remaining()) {
      throw new MalformedBytes(
          "a length of " + length + " where " + buffer.remaining() + " remain");
    }
    return length;
  }

  private void require(int bytes) throws MalformedBytes {
    if (buffer.remaining() < bytes) {
      throw new MalformedBytes("ends " + (bytes - buffer.remaining()) + " bytes too early");
    }
  }
}
