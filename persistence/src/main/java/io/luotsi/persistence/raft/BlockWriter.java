package io.luotsi.persistence.raft;

import io.luotsi.persistence.format.ByteSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.zip.CRC32C;
import org.apache.ratis.io.MD5Hash;

/**
 * Writes records in blocks: length (32 bits), CRC-32C (32 bits), and that many bytes of whole
 * records. {@link #sync} forces all of it to the disk.
 *
 * <p>Raft wants the MD5 of a snapshot. It is taken on the way: Ratis' own {@code MD5FileUtil} maps
 * the whole file, and the mapping stays until there is a reason to collect garbage.
 */
final class BlockWriter implements AutoCloseable {
  static final int BLOCK_BYTES = 256 << 10;

  private final FileChannel channel;
  private final MessageDigest md5 = md5();
  private final ByteSink block = new ByteSink(BLOCK_BYTES + (64 << 10));

  BlockWriter(Path file, byte[] header) throws IOException {
    channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.TRUNCATE_EXISTING,
            StandardOpenOption.WRITE);
    writeFully(ByteBuffer.wrap(header));
  }

  private static MessageDigest md5() {
    try {
      return MessageDigest.getInstance("MD5");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has MD5", e);
    }
  }

  /** Where the next record goes; call {@link #endRecord} behind it. */
  ByteSink record() {
    return block;
  }

  void endRecord() throws IOException {
    if (block.length() >= BLOCK_BYTES) {
      flush();
    }
  }

  private void flush() throws IOException {
    writeFully(ByteBuffer.allocate(8).putInt(block.length()).putInt(crc(block)).flip());
    writeFully(ByteBuffer.wrap(block.array(), 0, block.length()));
    block.clear();
  }

  private static int crc(ByteSink block) {
    CRC32C crc = new CRC32C();
    crc.update(block.array(), 0, block.length());
    return (int) crc.getValue();
  }

  /** A block as it is in a file, for whoever does not write one. */
  static byte[] frame(ByteSink block) {
    return ByteBuffer.allocate(8 + block.length())
        .putInt(block.length())
        .putInt(crc(block))
        .put(block.array(), 0, block.length())
        .array();
  }

  private void writeFully(ByteBuffer bytes) throws IOException {
    md5.update(bytes.duplicate());
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /**
   * Ends the file.
   *
   * @return MD5 of all of it
   */
  MD5Hash sync() throws IOException {
    if (block.length() > 0) {
      flush();
    }
    channel.force(true);
    return MD5Hash.newInstance(md5.digest());
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
