package io.luotsi.node.runtime.process;

import static io.luotsi.node.runtime.process.Native.INT;
import static io.luotsi.node.runtime.process.Native.LONG;
import static io.luotsi.node.runtime.process.Native.POINTER;

import io.luotsi.node.runtime.ContainerRuntime.Mount;
import io.luotsi.node.runtime.ContainerRuntimeException;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Which mounts a program sees that is started: Linux keeps them by thread, and what a thread starts
 * inherits them. So work is done on a thread of its own that has left the JVM's mounts before, and
 * ends afterwards. The mounts end with the last process that sees them; nothing has to be undone.
 */
sealed interface MountNamespace {
  /** The JVM's own. */
  record Host() implements MountNamespace {}

  /** As the JVM's, with some more that nobody else sees. */
  record With(List<Mount> mounts) implements MountNamespace {}

  /** That of a process that runs. */
  record OfProcess(long pid) implements MountNamespace {}

  /** What is done in it. */
  @FunctionalInterface
  interface Task<T> {
    T run() throws IOException, ContainerRuntimeException;
  }

  /** Whether this JVM may make any: it must be root, and not confined. */
  static boolean canBeMade() {
    try {
      return Native.isRoot() && new With(List.of()).run(() -> true);
    } catch (IOException | ContainerRuntimeException e) {
      return false;
    }
  }

  /**
   * Waits for the task, which starts programs and ends.
   *
   * @throws ContainerRuntimeException also if a mount cannot be made
   */
  default <T> T run(Task<T> task) throws IOException, ContainerRuntimeException {
    return switch (this) {
      case Host host -> task.run();
      case With(List<Mount> mounts) ->
          Calls.apart(
              () -> {
                Calls.leave(mounts);
                return task.run();
              });
      case OfProcess(long pid) ->
          Calls.apart(
              () -> {
                Calls.enter(pid);
                return task.run();
              });
    };
  }

  /** The kernel's part of it. */
  @SuppressWarnings("restricted") // calling libc is what this class is for
  final class Calls {
    private static final int CLONE_FS = 0x200;
    private static final int CLONE_NEWNS = 0x20000;
    private static final long MS_RDONLY = 1;
    private static final long MS_REMOUNT = 0x20;
    private static final long MS_BIND = 0x1000;
    private static final long MS_REC = 0x4000;
    private static final long MS_SLAVE = 0x80000;

    private static final MethodHandle UNSHARE = Native.withErrno("unshare", INT, INT);
    private static final MethodHandle SETNS = Native.withErrno("setns", INT, INT, INT);
    private static final MethodHandle MOUNT =
        Native.withErrno("mount", INT, POINTER, POINTER, POINTER, LONG, POINTER);

    private Calls() {}

    /** On a thread that nobody else uses, before or after. */
    private static <T> T apart(Task<T> task) throws IOException, ContainerRuntimeException {
      CompletableFuture<T> done = new CompletableFuture<>();
      Thread.ofPlatform()
          .name("mounts")
          .daemon()
          .start(
              () -> {
                try {
                  done.complete(task.run());
                } catch (Throwable e) { // for whoever waits
                  done.completeExceptionally(e);
                }
              });
      try {
        return done.join();
      } catch (CompletionException e) {
        switch (e.getCause()) {
          case IOException failure -> throw failure;
          case ContainerRuntimeException failure -> throw failure;
          case Throwable bug -> throw new IllegalStateException(bug);
        }
      }
    }

    private static void leave(List<Mount> mounts) throws IOException, ContainerRuntimeException {
      unshare(CLONE_NEWNS);
      // What the host mounts and unmounts from now on is seen; what is mounted here is not.
      mount("none", "/", MS_REC | MS_SLAVE);
      List<Mount> outerFirst =
          mounts.stream()
              .sorted(Comparator.comparingInt(mount -> Path.of(mount.at()).getNameCount()))
              .toList();
      for (Mount mount : outerFirst) {
        try {
          bind(mount);
        } catch (IOException e) {
          throw new ContainerRuntimeException(
              "RunContainerError",
              "cannot mount "
                  + mount.source()
                  + " at "
                  + mount.at()
                  + ": "
                  + String.valueOf(e.getMessage()),
              e);
        }
      }
    }

    private static void bind(Mount mount) throws IOException {
      Path at = Path.of("/").resolve(mount.at()).normalize();
      if (Files.isDirectory(mount.source())) {
        Files.createDirectories(at);
      } else if (!Files.exists(at)) {
        Files.createDirectories(at.getParent());
        Files.createFile(at);
      }
      mount(mount.source().toString(), at.toString(), MS_BIND | MS_REC);
      if (mount.readOnly()) {
        mount("none", at.toString(), MS_BIND | MS_REMOUNT | MS_RDONLY);
      }
    }

    private static void enter(long pid) throws IOException {
      unshare(CLONE_FS); // who shares its root and directory with others may not enter
      int descriptor = Native.open(Path.of("/proc/" + pid + "/ns/mnt"));
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment errno = arena.allocate(Native.ERRNO_LAYOUT);
        if ((int) SETNS.invokeExact(errno, descriptor, CLONE_NEWNS) != 0) {
          throw Native.failure("setns", errno);
        }
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      } finally {
        Native.close(descriptor);
      }
    }

    private static void unshare(int what) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment errno = arena.allocate(Native.ERRNO_LAYOUT);
        if ((int) UNSHARE.invokeExact(errno, what) != 0) {
          throw Native.failure("unshare", errno);
        }
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }

    private static void mount(String source, String at, long flags) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment errno = arena.allocate(Native.ERRNO_LAYOUT);
        int failed =
            (int)
                MOUNT.invokeExact(
                    errno,
                    arena.allocateFrom(source),
                    arena.allocateFrom(at),
                    MemorySegment.NULL,
                    flags,
                    MemorySegment.NULL);
        if (failed != 0) {
          throw Native.failure("mount", errno);
        }
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
      }
    }
  }
}
