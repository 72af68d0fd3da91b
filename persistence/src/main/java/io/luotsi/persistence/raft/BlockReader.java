package io.luotsi.persistence.raft;

import io.luotsi.persistence.format.ByteSource;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads what {@link BlockWriter} wrote, and trusts no byte that its CRC does not vouch for. */
final class BlockReader implements AutoCloseable {
  private static final int BUFFER_BYTES = 256 << 10;

  /** No record is larger than a log entry may be. */
  private static final int MAX_BLOCK_BYTES = 64 << 20;

  private final String kind;
  private final Path file;
  private final long fileBytes;
  private final byte[] header;
  private final DataInputStream in;
  private long blockStart;
  private long nextBlock;
  private ByteSource block = ByteSource.of(new byte[0]);

  /**
   * @param kind of file, for whoever hears that it is damaged
   */
  BlockReader(Path file, byte[] header, String kind) throws IOException {
    this(file, List.of(header), kind);
  }

  /**
   * @param headers of the formats that are known; of one length
   */
  BlockReader(Path file, List<byte[]> headers, String kind) throws IOException {
    this.kind = kind;
    this.file = file;
    this.fileBytes = Files.size(file);
    this.in =
        new DataInputStream(new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES));
    this.header = in.readNBytes(headers.getFirst().length);
    if (headers.stream().noneMatch(known -> Arrays.equals(known, header))) {
      in.close();
      throw new CorruptFile(kind, file, 0, "not a " + kind + " of a known format");
    }
    nextBlock = header.length;
  }

  /** The one that the file has. */
  byte[] header() {
    return header;
  }

  /** Bytes of the next record, at least; reads on into the next block where one has ended. */
  ByteSource record() throws IOException {
    while (block.remaining() == 0) {
      readBlock();
    }
    return block;
  }

  /** Reads all blocks that are left, and looks at their checksums alone. */
  void verify() throws IOException {
    while (nextBlock < fileBytes) {
      readBlock();
    }
  }

  private void readBlock() throws IOException {
    blockStart = nextBlock;
    if (fileBytes - blockStart < 8) {
      throw corrupt("the file ends here, before its last record");
    }
    int length = in.readInt();
    int crc = in.readInt();
    if (length <= 0 || length > MAX_BLOCK_BYTES || length > fileBytes - blockStart - 8) {
      throw corrupt("a block of " + length + " bytes");
    }
    byte[] bytes = in.readNBytes(length);
    CRC32C actual = new CRC32C();
    actual.update(bytes);
    if ((int) actual.getValue() != crc) {
      throw corrupt("checksum differs");
    }
    nextBlock = blockStart + 8 + length;
    block = ByteSource.of(bytes);
  }

  boolean atEnd() {
    return block.remaining() == 0 && nextBlock == fileBytes;
  }

  CorruptFile corrupt(String what) {
    return new CorruptFile(kind, file, blockStart, what);
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
