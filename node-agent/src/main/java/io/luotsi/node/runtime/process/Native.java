package io.luotsi.node.runtime.process;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.StructLayout;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * The few calls of libc that Java has no word for: a process in a session of its own, a descriptor
 * that tells of the end of any process, signals, and giving back the blocks of a file's beginning.
 */
@SuppressWarnings("restricted") // calling libc is what this class is for
final class Native {
  static final int SIGKILL = 9;
  static final int SIGTERM = 15;

  static final int O_RDWR = 2;
  static final int O_WRONLY_CREAT_APPEND = 1 | 0x40 | 0x400;
  static final int O_CLOEXEC = 0x80000;
  private static final int O_PATH = 0x200000;

  private static final int POSIX_SPAWN_SETSIGDEF = 0x04;
  private static final int POSIX_SPAWN_SETSIGMASK = 0x08;
  private static final int POSIX_SPAWN_SETSID = 0x80;
  private static final int FALLOC_FL_KEEP_SIZE_PUNCH_HOLE = 1 | 2;
  private static final int SYS_PIDFD_OPEN = 434; // the same number on every architecture
  private static final int WNOHANG = 1;
  private static final int EINTR = 4;
  private static final short POLLIN = 1;

  /** Larger than posix_spawnattr_t and posix_spawn_file_actions_t of any libc (336 and 80). */
  private static final long OPAQUE_BYTES = 1024;

  private static final long SIGNAL_SET_BYTES = 128;
  static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT;
  static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG;
  static final MemoryLayout POINTER = ValueLayout.ADDRESS;

  static final Linker LINKER = Linker.nativeLinker();
  static final SymbolLookup LIBC = LINKER.defaultLookup();
  static final StructLayout ERRNO_LAYOUT = Linker.Option.captureStateLayout();
  private static final VarHandle ERRNO =
      ERRNO_LAYOUT.varHandle(MemoryLayout.PathElement.groupElement("errno"));

  private static final MethodHandle SPAWN =
      plain("posix_spawn", INT, POINTER, POINTER, POINTER, POINTER, POINTER, POINTER);
  private static final MethodHandle ACTIONS_INIT =
      plain("posix_spawn_file_actions_init", INT, POINTER);
  private static final MethodHandle ACTIONS_DESTROY =
      plain("posix_spawn_file_actions_destroy", INT, POINTER);
  private static final MethodHandle ADD_OPEN =
      plain("posix_spawn_file_actions_addopen", INT, POINTER, INT, POINTER, INT, INT);
  private static final MethodHandle ADD_DUP2 =
      plain("posix_spawn_file_actions_adddup2", INT, POINTER, INT, INT);
  private static final MethodHandle ADD_CLOSE =
      plain("posix_spawn_file_actions_addclose", INT, POINTER, INT);

  /** glibc 2.34; without it each open descriptor is closed by name. */
  private static final Optional<MethodHandle> ADD_CLOSE_FROM =
      LIBC.find("posix_spawn_file_actions_addclosefrom_np")
          .map(a -> LINKER.downcallHandle(a, FunctionDescriptor.of(INT, POINTER, INT)));

  private static final MethodHandle ATTR_INIT = plain("posix_spawnattr_init", INT, POINTER);
  private static final MethodHandle ATTR_DESTROY = plain("posix_spawnattr_destroy", INT, POINTER);
  private static final MethodHandle ATTR_FLAGS =
      plain("posix_spawnattr_setflags", INT, POINTER, ValueLayout.JAVA_SHORT);
  private static final MethodHandle ATTR_DEFAULTS =
      plain("posix_spawnattr_setsigdefault", INT, POINTER, POINTER);
  private static final MethodHandle ATTR_MASK =
      plain("posix_spawnattr_setsigmask", INT, POINTER, POINTER);
  private static final MethodHandle SIGNALS_FILL = plain("sigfillset", INT, POINTER);
  private static final MethodHandle PIPE = withErrno("pipe2", INT, POINTER, INT);
  private static final MethodHandle READ = withErrno("read", LONG, INT, POINTER, LONG);
  private static final MethodHandle WRITE = withErrno("write", LONG, INT, POINTER, LONG);
  private static final MethodHandle CLOSE = withErrno("close", INT, INT);
  private static final MethodHandle KILL = withErrno("kill", INT, INT, INT);
  private static final MethodHandle POLL = withErrno("poll", INT, POINTER, LONG, INT);
  private static final MethodHandle WAITPID = withErrno("waitpid", INT, INT, POINTER, INT);
  private static final MethodHandle FALLOCATE = withErrno("fallocate", INT, INT, INT, LONG, LONG);
  private static final MethodHandle OPEN = variadicOpen();
  private static final MethodHandle SYSCALL = variadicSyscall();
  private static final MethodHandle GETUID = plain("getuid", INT);

  private Native() {}

  /**
   * @param in read end
   * @param out write end
   */
  record Pipe(int in, int out) {}

  /**
   * Starts a program as leader of a new session, all signals at their defaults and none blocked (a
   * JVM's threads block SIGQUIT), with no descriptors but those given: a listening socket that
   * lived on in a container would keep its port from the next JVM.
   *
   * @param given its descriptors 0, 1, 2 and so on
   * @return its pid; the caller must {@link #reap} it
   */
  static int spawnSession(List<String> command, List<String> environment, List<Given> given)
      throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment actions = arena.allocate(OPAQUE_BYTES, 16);
      MemorySegment attributes = arena.allocate(OPAQUE_BYTES, 16);
      check((int) ACTIONS_INIT.invokeExact(actions), "posix_spawn_file_actions_init");
      check((int) ATTR_INIT.invokeExact(attributes), "posix_spawnattr_init");
      try {
        for (int i = 0; i < given.size(); i++) {
          give(arena, actions, i, given.get(i));
        }
        closeOthers(actions, given.size());
        MemorySegment signals = arena.allocate(SIGNAL_SET_BYTES, 8);
        check((int) ATTR_MASK.invokeExact(attributes, signals), "setsigmask");
        check((int) SIGNALS_FILL.invokeExact(signals), "sigfillset");
        check((int) ATTR_DEFAULTS.invokeExact(attributes, signals), "setsigdefault");
        short flags = POSIX_SPAWN_SETSID | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF;
        check((int) ATTR_FLAGS.invokeExact(attributes, flags), "setflags");
        MemorySegment pid = arena.allocate(INT);
        int error =
            (int)
                SPAWN.invokeExact(
                    pid,
                    arena.allocateFrom(command.getFirst()),
                    actions,
                    attributes,
                    strings(arena, command),
                    strings(arena, environment));
        check(error, "posix_spawn " + command.getFirst());
        return pid.get(INT, 0);
      } finally {
        int ignored = (int) ACTIONS_DESTROY.invokeExact(actions);
        ignored = (int) ATTR_DESTROY.invokeExact(attributes);
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  private static void give(Arena arena, MemorySegment actions, int as, Given given)
      throws Throwable {
    switch (given) {
      case Given.Descriptor(int number) ->
          check((int) ADD_DUP2.invokeExact(actions, number, as), "adddup2");
      case Given.File(Path path, int flags) -> {
        MemorySegment name = arena.allocateFrom(path.toString());
        check((int) ADD_OPEN.invokeExact(actions, as, name, flags, 0600), "addopen");
      }
    }
  }

  private static void closeOthers(MemorySegment actions, int from) throws Throwable {
    if (ADD_CLOSE_FROM.isPresent()) {
      check((int) ADD_CLOSE_FROM.get().invokeExact(actions, from), "addclosefrom_np");
      return;
    }
    try (DirectoryStream<Path> open = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path path : open) {
        int descriptor = Integer.parseInt(path.getFileName().toString());
        if (descriptor >= from) {
          check((int) ADD_CLOSE.invokeExact(actions, descriptor), "addclose");
        }
      }
    }
  }

  private static MemorySegment strings(Arena arena, List<String> values) {
    MemorySegment array = arena.allocate(ValueLayout.ADDRESS, values.size() + 1L);
    for (int i = 0; i < values.size(); i++) {
      array.setAtIndex(ValueLayout.ADDRESS, i, arena.allocateFrom(values.get(i)));
    }
    return array;
  }

  static Pipe pipe() throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment ends = arena.allocate(INT, 2);
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      if ((int) PIPE.invokeExact(errno, ends, O_CLOEXEC) != 0) {
        throw failure("pipe2", errno);
      }
      return new Pipe(ends.getAtIndex(INT, 0), ends.getAtIndex(INT, 1));
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Blocks for something to read; returns how many bytes came, 0 at the end. */
  static int read(int descriptor) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      MemorySegment buffer = arena.allocate(256);
      while (true) {
        long count = (long) READ.invokeExact(errno, descriptor, buffer, buffer.byteSize());
        if (count >= 0) {
          return (int) count;
        }
        if (errno(errno) != EINTR) {
          throw failure("read", errno);
        }
      }
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Writes one byte, to wake whoever polls the other end. */
  static void writeByte(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      long ignored = (long) WRITE.invokeExact(errno, descriptor, arena.allocate(1), 1L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static void close(int descriptor) {
    try (Arena arena = Arena.ofConfined()) {
      int ignored = (int) CLOSE.invokeExact(arena.allocate(ERRNO_LAYOUT), descriptor);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Sends a signal; whether there was somebody who may be sent one. */
  static boolean kill(long pid, int signal) {
    try (Arena arena = Arena.ofConfined()) {
      return (int) KILL.invokeExact(arena.allocate(ERRNO_LAYOUT), (int) pid, signal) == 0;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** A descriptor that becomes readable when the process has ended; -1 where there is no such. */
  static int pidfd(long pid) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      return (int) (long) SYSCALL.invokeExact(errno, (long) SYS_PIDFD_OPEN, pid, 0L);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Takes the exit status of an ended child of ours, so that no zombie stays. */
  static void reap(long pid) {
    exitCode(pid, WNOHANG);
  }

  /** Waits for the end of a child that was killed. */
  static void awaitAndReap(long pid) {
    exitCode(pid, 0);
  }

  /**
   * Reaps a child of ours if it has ended.
   *
   * @return its exit code, 128 + n if signal n ended it; empty if it runs
   */
  static OptionalInt exitCode(long pid) {
    return exitCode(pid, WNOHANG);
  }

  private static OptionalInt exitCode(long pid, int options) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      MemorySegment status = arena.allocate(INT);
      if ((int) WAITPID.invokeExact(errno, (int) pid, status, options) != (int) pid) {
        return OptionalInt.empty();
      }
      int word = status.get(INT, 0);
      int signal = word & 0x7f;
      return OptionalInt.of(signal == 0 ? word >> 8 & 0xff : 128 + signal);
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Waits until one of the descriptors can be read.
   *
   * @param timeoutMillis -1 for ever
   * @return positions of those that can
   */
  static List<Integer> poll(List<Integer> descriptors, int timeoutMillis) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      MemorySegment polled = arena.allocate(8L * descriptors.size(), 8);
      for (int i = 0; i < descriptors.size(); i++) {
        polled.set(INT, 8L * i, descriptors.get(i));
        polled.set(ValueLayout.JAVA_SHORT, 8L * i + 4, POLLIN);
      }
      int count = (int) POLL.invokeExact(errno, polled, (long) descriptors.size(), timeoutMillis);
      List<Integer> readable = new ArrayList<>();
      for (int i = 0; count > 0 && i < descriptors.size(); i++) {
        if (polled.get(ValueLayout.JAVA_SHORT, 8L * i + 6) != 0) {
          readable.add(i);
        }
      }
      return readable;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /**
   * Gives the file's first bytes back to the disk; offsets stay what they are.
   *
   * @return whether the file system can do so
   */
  static boolean punchHole(Path file, long bytes) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      MemorySegment path = arena.allocateFrom(file.toString());
      int descriptor = (int) OPEN.invokeExact(errno, path, O_RDWR | O_CLOEXEC);
      if (descriptor < 0) {
        return false;
      }
      try {
        return (int)
                FALLOCATE.invokeExact(errno, descriptor, FALLOC_FL_KEEP_SIZE_PUNCH_HOLE, 0L, bytes)
            == 0;
      } finally {
        close(descriptor);
      }
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  /** Opens what is there, to read it. */
  static int open(Path file) throws IOException {
    return open(file, 0);
  }

  /** Opens a place in the file system, without touching whatever is there. */
  static int openPlace(Path file) throws IOException {
    return open(file, O_PATH);
  }

  private static int open(Path file, int flags) throws IOException {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment errno = arena.allocate(ERRNO_LAYOUT);
      MemorySegment path = arena.allocateFrom(file.toString());
      int descriptor = (int) OPEN.invokeExact(errno, path, flags | O_CLOEXEC);
      if (descriptor < 0) {
        throw failure("open " + file, errno);
      }
      return descriptor;
    } catch (IOException | RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static boolean isRoot() {
    try {
      return (int) GETUID.invokeExact() == 0;
    } catch (Throwable e) {
      throw new AssertionError(e);
    }
  }

  static void check(int error, String call) throws IOException {
    if (error != 0) {
      throw new IOException(call + ": error " + error);
    }
  }

  static int errno(MemorySegment captured) {
    return (int) ERRNO.get(captured, 0L);
  }

  static IOException failure(String call, MemorySegment captured) {
    return new IOException(call + ": error " + errno(captured));
  }

  static MethodHandle plain(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(LIBC.findOrThrow(name), FunctionDescriptor.of(result, arguments));
  }

  static MethodHandle withErrno(String name, MemoryLayout result, MemoryLayout... arguments) {
    return LINKER.downcallHandle(
        LIBC.findOrThrow(name),
        FunctionDescriptor.of(result, arguments),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadicOpen() {
    return LINKER.downcallHandle(
        LIBC.findOrThrow("open"),
        FunctionDescriptor.of(INT, POINTER, INT),
        Linker.Option.firstVariadicArg(2),
        Linker.Option.captureCallState("errno"));
  }

  private static MethodHandle variadicSyscall() {
    return LINKER.downcallHandle(
        LIBC.findOrThrow("syscall"),
        FunctionDescriptor.of(LONG, LONG, LONG, LONG),
        Linker.Option.firstVariadicArg(1),
        Linker.Option.captureCallState("errno"));
  }
}
