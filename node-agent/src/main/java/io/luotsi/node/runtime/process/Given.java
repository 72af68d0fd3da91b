package io.luotsi.node.runtime.process;

import java.nio.file.Path;

/** What a program gets as one of its descriptors. */
sealed interface Given {
  /** A descriptor of ours. */
  record Descriptor(int number) implements Given {}

  /**
   * A file that the program itself opens, once it leads its session: a terminal becomes the
   * session's own by that.
   *
   * @param flags of open(2)
   */
  record File(Path path, int flags) implements Given {}

  File DEV_NULL = new File(Path.of("/dev/null"), Native.O_RDWR);
}
