package io.luotsi.node.runtime.hollow;

import io.luotsi.node.runtime.ContainerRuntime;
import io.luotsi.node.runtime.ContainerRuntimeContract;
import java.time.Clock;

class HollowRuntimeTest extends ContainerRuntimeContract {
  @Override
  protected ContainerRuntime open() {
    return new HollowRuntime("10.0.0.0/24", "127.0.0.1", Clock.systemUTC());
  }
}
