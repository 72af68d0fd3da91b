package io.luotsi.node.runtime.process;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** What a runtime left running whose JVM is dead: processes, shims, cgroups. */
final class LeftOvers {
  private static final long LOOK_NANOS = 20_000_000;

  private LeftOvers() {}

  /**
   * @see ProcessRuntime#cleanUp(Path, Duration)
   */
  static int end(Path stateDirectory, Duration grace) throws IOException {
    List<ProcessContainer> left = new ArrayList<>();
    for (ContainerDirectory directory : new StateDirectory(stateDirectory).containers()) {
      directory.read().ifPresent(record -> left.add(ProcessContainer.of(directory, record)));
    }
    int ran = (int) left.stream().filter(ProcessContainer::isLeftOver).count();
    if (grace.isPositive()) {
      left.forEach(ProcessContainer::askToEnd);
    }
    long deadline = System.nanoTime() + grace.toNanos();
    while (left.stream().anyMatch(ProcessContainer::isLeftOver) && System.nanoTime() < deadline) {
      LockSupport.parkNanos(LOOK_NANOS);
    }
    left.forEach(ProcessContainer::endLeftOver);
    return ran;
  }
}
