package io.luotsi.node.runtime.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;

/**
 * Reading and writing of descriptors without waiting, and waiting for several of them at once. One
 * thread's, who has it from its beginning to its end.
 */
@SuppressWarnings("restricted") // calling libc is what this class is for
final class Descriptors implements AutoCloseable {
  /** What {@link #poll} waits for; errors and hang-ups count as either. */
  static final short READABLE = 1;

  static final short WRITABLE = 4;

  /** Nobody reads what is written. */
  static final int BROKEN = -1;

  /** Nothing is there to be read now. */
  static final int NOTHING_YET = -1;

  private static final int F_SETFL = 4;
  private static final int O_NONBLOCK = 0x800;
  private static final int EINTR = 4;
  private static final int EIO = 5;
  private static final int EAGAIN = 11;
  private static final int EPIPE = 32;
  private static final int POLL_BYTES = 8;

  private static final MethodHandle READ =
      Native.withErrno("read", Native.LONG, Native.INT, Native.POINTER, Native.LONG);
  private static final MethodHandle WRITE =
      Native.withErrno("write", Native.LONG, Native.INT, Native.POINTER, Native.LONG);
  private static final MethodHandle POLL =
      Native.withErrno("poll", Native.INT, Native.POINTER, Native.LONG, Native.INT);
  private static final MethodHandle FCNTL =
      Native.LINKER.downcallHandle(
          Native.LIBC.findOrThrow("fcntl"),
          FunctionDescriptor.of(Native.INT, Native.INT, Native.INT, Native.INT),
          Linker.Option.firstVariadicArg(2),
          Linker.Option.captureCallState("errno"));

  private final Arena arena = Arena.ofConfined();
  private final MemorySegment errno = arena.allocate(Native.ERRNO_LAYOUT);
  private final MemorySegment polled;
  private final MemorySegment in;
  private final MemorySegment out;
  private int waitedFor;

  /**
   * @param most descriptors that are waited for at once
   * @param bytes that are read or written at once
   */
  Descriptors(int most, int bytes) {
    this.polled = arena.allocate((long) most * POLL_BYTES, POLL_BYTES);
    this.in = arena.allocate(bytes);
    this.out = arena.allocate(bytes);
  }

  /** From now on reads and writes return at once; nobody else's descriptor of it is affected. */
  static void neverBlock(int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(Native.ERRNO_LAYOUT);
      if ((int) FCNTL.invokeExact(errno, descriptor, F_SETFL, O_NONBLOCK) != 0) {
        throw Native.failure("fcntl", errno);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Begins a new set to wait for. */
  void clear() {
    waitedFor = 0;
  }

  /**
   * @return its place, to ask {@link #isReady} with
   */
  int add(int descriptor, short events) {
    long at = (long) waitedFor * POLL_BYTES;
    polled.set(Native.INT, at, descriptor);
    polled.set(ValueLayout.JAVA_SHORT, at + 4, events);
    polled.set(ValueLayout.JAVA_SHORT, at + 6, (short) 0);
    return waitedFor++;
  }

  /**
   * Waits until something happens to one of the set.
   *
   * @param timeoutMillis -1 for ever
   */
  void poll(int timeoutMillis) {
    try {
      int ignored = (int) POLL.invokeExact(errno, polled, (long) waitedFor, timeoutMillis);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  boolean isReady(int place) {
    return place >= 0 && polled.get(ValueLayout.JAVA_SHORT, (long) place * POLL_BYTES + 6) != 0;
  }

  /**
   * Reads what is there.
   *
   * @return how much, see {@link #taken}; 0 at the end, which for a terminal is when nobody has it
   *     open any more; {@link #NOTHING_YET}
   */
  int read(int descriptor) throws IOException {
    try {
      long count = (long) READ.invokeExact(errno, descriptor, in, in.byteSize());
      if (count >= 0) {
        return (int) count;
      }
      return switch (Native.errno(errno)) {
        case EIO -> 0;
        case EAGAIN, EINTR -> NOTHING_YET;
        default -> throw Native.failure("read", errno);
      };
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** What the last {@link #read} brought. */
  byte[] taken(int count) {
    return in.asSlice(0, count).toArray(ValueLayout.JAVA_BYTE);
  }

  /**
   * Writes what there is room for.
   *
   * @return how much; {@link #BROKEN}
   */
  int write(int descriptor, byte[] bytes, int from) throws IOException {
    int length = bytes.length - from;
    MemorySegment.copy(bytes, from, out, ValueLayout.JAVA_BYTE, 0, length);
    try {
      long count = (long) WRITE.invokeExact(errno, descriptor, out, (long) length);
      if (count >= 0) {
        return (int) count;
      }
      return switch (Native.errno(errno)) {
        case EPIPE, EIO -> BROKEN;
        case EAGAIN, EINTR -> 0;
        default -> throw Native.failure("write", errno);
      };
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  @Override
  public void close() {
    arena.close();
  }
}
