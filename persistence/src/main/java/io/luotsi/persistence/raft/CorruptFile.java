package io.luotsi.persistence.raft;

import java.io.IOException;
import java.nio.file.Path;

/** A snapshot or backup that is not what was written. Says which file, and where. */
public final class CorruptFile extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;
  private final long offset;

  /**
   * @param kind of file: snapshot or backup
   */
  CorruptFile(String kind, Path file, long offset, String what) {
    super(kind + " " + file + " is damaged at byte " + offset + ": " + what);
    this.file = file;
    this.offset = offset;
  }

  public Path file() {
    return file;
  }

  /** Of the damaged block, in bytes from the start of the file. */
  public long offset() {
    return offset;
  }
}
