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
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Which mounts a program sees that is started: Linux keeps them by thread, and what a thread starts
 * inherits them. So programs are started by a thread of their own that has left the JVM's mounts
 * before, and comes back and ends afterwards. The mounts end with the last process that sees them;
 * nothing has to be undone.
 */
sealed interface MountNamespace {
  /** The JVM's own. */
  record Host() implements MountNamespace {}

  /** As the JVM's, with some more that nobody else sees, made in this order. */
  record With(List<Mount> mounts) implements MountNamespace {}

  /** That of a process that runs. */
  record OfProcess(long pid) implements MountNamespace {}

  /**
   * What is done in it. It starts programs and no threads of the JVM's, which would inherit the
   * mounts, too, and keep them.
   */
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
    return this instanceof Host ? task.run() : Calls.apart(() -> runHere(task));
  }

  /** The same on this thread, which must be nobody else's; it sees the JVM's mounts afterwards. */
  default <T> T runHere(Task<T> task) throws IOException, ContainerRuntimeException {
    return switch (this) {
      case Host host -> task.run();
      case With(List<Mount> mounts) -> Calls.thereAndBack(() -> Calls.make(mounts), task);
      case OfProcess(long pid) ->
          Calls.thereAndBack(() -> Calls.enter(Path.of("/proc/" + pid + "/ns/mnt")), task);
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

    /** How a thread comes to see other mounts. */
    @FunctionalInterface
    private interface Way {
      void go() throws IOException, ContainerRuntimeException;
    }

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

    /**
     * Back, because waking who waits may begin a thread: a virtual thread's carrier is started by
     * whoever wakes it, and would see the container's mounts for as long as it lives.
     */
    private static <T> T thereAndBack(Way way, Task<T> task)
        throws IOException, ContainerRuntimeException {
      int home = Native.open(Path.of("/proc/thread-self/ns/mnt"));
      try {
        unshare(CLONE_FS); // who shares its root and directory with others may not move
        way.go();
        return task.run();
      } finally {
        try {
          enter(home);
        } finally {
          Native.close(home);
        }
      }
    }

    private static void make(List<Mount> mounts) throws IOException, ContainerRuntimeException {
      unshare(CLONE_NEWNS);
      // What the host mounts and unmounts from now on is seen; what is mounted here is not.
      mount("none", "/", MS_REC | MS_SLAVE);
      List<Integer> sources = new ArrayList<>();
      try {
        for (Mount mount : mounts) { // all before the first hides another
          sources.add(attempt(mount, () -> Native.openPlace(mount.source())));
        }
        for (int i = 0; i < sources.size(); i++) {
          Mount mount = mounts.get(i);
          Path source = Path.of("/proc/self/fd/" + sources.get(i));
          attempt(mount, () -> bind(source, mount));
        }
      } finally {
        sources.forEach(Native::close);
      }
    }

    private static <T> T attempt(Mount mount, Task<T> step) throws ContainerRuntimeException {
      try {
        return step.run();
      } catch (IOException e) {
        throw new ContainerRuntimeException(
            "RunContainerError",
            "cannot mount " + mount.source() + " at " + mount.at() + ": " + e.getMessage(),
            e);
      }
    }

    /**
     * @param source the mount's, by a name that nothing hides
     */
    private static Path bind(Path source, Mount mount) throws IOException {
      Path at = Path.of("/").resolve(mount.at()).normalize();
      if (Files.isDirectory(source)) {
        Files.createDirectories(at);
      } else if (!Files.exists(at)) {
        Files.createDirectories(at.getParent());
        Files.createFile(at);
      }
      mount(source.toString(), at.toString(), MS_BIND | MS_REC);
      if (mount.readOnly()) {
        mount("none", at.toString(), MS_BIND | MS_REMOUNT | MS_RDONLY);
      }
      return at;
    }

    private static void enter(Path namespace) throws IOException {
      int descriptor = Native.open(namespace);
      try {
        enter(descriptor);
      } finally {
        Native.close(descriptor);
      }
    }

    private static void enter(int namespace) throws IOException {
      try (Arena arena = Arena.ofConfined()) {
        MemorySegment errno = arena.allocate(Native.ERRNO_LAYOUT);
        if ((int) SETNS.invokeExact(errno, namespace, CLONE_NEWNS) != 0) {
          throw Native.failure("setns", errno);
        }
      } catch (IOException | RuntimeException | Error e) {
        throw e;
      } catch (Throwable e) {
        throw new AssertionError(e);
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
