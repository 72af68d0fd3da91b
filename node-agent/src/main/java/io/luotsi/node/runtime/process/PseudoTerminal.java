package io.luotsi.node.runtime.process;

import io.luotsi.core.session.TerminalSize;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Path;

/**
 * A pseudo-terminal of the kernel's: what a command takes for its terminal, and our end of it. No
 * rights are needed for it, only a {@code /dev/pts}.
 *
 * @param master our end
 * @param device what the command opens
 */
@SuppressWarnings("restricted") // calling libc is what this class is for
record PseudoTerminal(int master, Path device) {
  private static final int O_NOCTTY = 0x100;
  private static final long TIOCSWINSZ = 0x5414;
  private static final int NAME_BYTES = 128;
  private static final long WINSIZE_BYTES = 8; // rows, columns, and two that nobody uses

  private static final MethodHandle OPENPT =
      Native.withErrno("posix_openpt", Native.INT, Native.INT);
  private static final MethodHandle GRANTPT = Native.withErrno("grantpt", Native.INT, Native.INT);
  private static final MethodHandle UNLOCKPT = Native.withErrno("unlockpt", Native.INT, Native.INT);
  private static final MethodHandle PTSNAME =
      Native.withErrno("ptsname_r", Native.INT, Native.INT, Native.POINTER, Native.LONG);
  private static final MethodHandle IOCTL =
      Native.LINKER.downcallHandle(
          Native.LIBC.findOrThrow("ioctl"),
          FunctionDescriptor.of(Native.INT, Native.INT, Native.LONG, Native.POINTER),
          Linker.Option.firstVariadicArg(2),
          Linker.Option.captureCallState("errno"));

  /**
   * @throws IOException if this host has none to give
   */
  static PseudoTerminal open() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(Native.ERRNO_LAYOUT);
      int flags = Native.O_RDWR | O_NOCTTY | Native.O_CLOEXEC;
      int master = (int) OPENPT.invokeExact(errno, flags);
      if (master < 0) {
        throw Native.failure("no pseudo-terminal: posix_openpt", errno);
      }
      MemorySegment name = arena.allocate(NAME_BYTES);
      if ((int) GRANTPT.invokeExact(errno, master) != 0
          || (int) UNLOCKPT.invokeExact(errno, master) != 0
          || (int) PTSNAME.invokeExact(errno, master, name, (long) NAME_BYTES) != 0) {
        IOException failure = Native.failure("no pseudo-terminal: ptsname", errno);
        Native.close(master);
        throw failure;
      }
      return new PseudoTerminal(master, Path.of(name.getString(0)));
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** The kernel tells the command, by SIGWINCH. */
  void resize(TerminalSize size) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(Native.ERRNO_LAYOUT);
      MemorySegment window = arena.allocate(WINSIZE_BYTES, 2);
      window.set(ValueLayout.JAVA_SHORT, 0, (short) size.rows());
      window.set(ValueLayout.JAVA_SHORT, 2, (short) size.columns());
      int ignored = (int) IOCTL.invokeExact(errno, master, TIOCSWINSZ, window);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }
}
