package io.luotsi.persistence.raft;

import io.luotsi.persistence.format.ByteSink;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.zip.CRC32C;

/**
 * Writes records in blocks: length (32 bits), CRC-32C (32 bits), and that many bytes of whole
 * records. {@link #sync} forces all of it to the disk.
 */
final class BlockWriter implements AutoCloseable {
  static final int BLOCK_BYTES = 256 << 10;

  private final FileChannel channel;
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
    while (bytes.hasRemaining()) {
      channel.write(bytes);
    }
  }

  /** Ends the file. */
  void sync() throws IOException {
    if (block.length() > 0) {
      flush();
    }
    channel.force(true);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
