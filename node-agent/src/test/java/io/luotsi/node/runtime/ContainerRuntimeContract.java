package io.luotsi.node.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.apiserver.NodeConnection.LogOptions;
import io.luotsi.node.runtime.ContainerRuntime.Container;
import io.luotsi.node.runtime.ContainerRuntime.ContainerSpec;
import io.luotsi.node.runtime.ContainerRuntime.Limits;
import io.luotsi.node.runtime.ContainerRuntime.SandboxSpec;
import io.luotsi.node.runtime.ContainerRuntime.State;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What every runtime promises its kubelet. */
public abstract class ContainerRuntimeContract {
  protected static final LogOptions WHOLE_LOG =
      new LogOptions(
          false, false, false, Optional.empty(), OptionalLong.empty(), OptionalLong.empty());

  protected ContainerRuntime runtime;
  private final BlockingQueue<Container> exits = new LinkedBlockingQueue<>();

  /** With the image {@code luotsi.io/host}. */
  protected abstract ContainerRuntime open() throws Exception;

  @BeforeEach
  void openRuntime() throws Exception {
    runtime = open();
    runtime.onExit(exits::add);
  }

  @AfterEach
  void removeEverything() {
    runtime.sandboxes().forEach(sandbox -> runtime.removeSandbox(sandbox.podUid()));
    runtime.close();
  }

  protected static ContainerSpec container(String pod, int attempt, String... command) {
    return new ContainerSpec(
        pod, "main", attempt, "luotsi.io/host", List.of(command), Map.of(), "", Limits.NONE);
  }

  protected static SandboxSpec pod(String uid) {
    return new SandboxSpec(uid, "default", "pod-" + uid, false);
  }

  protected Container awaitExit() throws InterruptedException {
    Container container = exits.poll(10, TimeUnit.SECONDS);
    assertThat(container).as("a container that ended").isNotNull();
    return container;
  }

  @Test
  void startedContainerRunsAndIsListed() throws Exception {
    runtime.createSandbox(pod("a"));
    Container started = runtime.start(container("a", 0, "sleep", "60"));

    assertThat(started.state()).isInstanceOf(State.Running.class);
    assertThat(started.imageId()).isNotEmpty();
    assertThat(runtime.containers()).containsExactly(started);
    assertThat(runtime.containers("a")).containsExactly(started);
    assertThat(runtime.containers("b")).isEmpty();
  }

  @Test
  void stoppedContainerHasEndedAndItsListenerHearsOfItOnce() throws Exception {
    runtime.createSandbox(pod("a"));
    Container started = runtime.start(container("a", 0, "sleep", "60"));
    runtime.stop(started.id(), Duration.ofSeconds(5));

    State state = runtime.containers("a").getFirst().state();
    assertThat(state).isInstanceOf(State.Exited.class);
    assertThat(((State.Exited) state).finishedAt()).isAfterOrEqualTo(state.startedAt());
    assertThat(awaitExit().id()).isEqualTo(started.id());

    runtime.stop(started.id(), Duration.ofSeconds(5));
    assertThat(exits).isEmpty();
  }

  @Test
  void attemptsOfOneContainerAreContainersOfTheirOwn() throws Exception {
    runtime.createSandbox(pod("a"));
    Container first = runtime.start(container("a", 0, "sleep", "60"));
    runtime.stop(first.id(), Duration.ofSeconds(5));
    Container second = runtime.start(container("a", 1, "sleep", "60"));

    assertThat(second.id()).isNotEqualTo(first.id());
    assertThat(runtime.containers("a")).extracting(Container::attempt).containsExactly(0, 1);
    runtime.remove(first.id());
    assertThat(runtime.containers("a")).containsExactly(second);
  }

  @Test
  void podsHaveAddressesOfTheirOwnThatStay() throws Exception {
    String a = runtime.createSandbox(pod("a")).address();
    String b = runtime.createSandbox(pod("b")).address();

    assertThat(a).isNotEqualTo(b);
    assertThat(runtime.createSandbox(pod("a")).address()).isEqualTo(a);
    assertThat(runtime.sandboxes()).extracting(s -> s.podUid()).containsExactly("a", "b");
  }

  @Test
  void podOfTheHostsNetworkHasTheNodesAddress() throws Exception {
    assertThat(runtime.createSandbox(new SandboxSpec("a", "default", "p", true)).address())
        .isEqualTo("127.0.0.1");
  }

  @Test
  void removedSandboxIsForgottenWithItsRunningContainers() throws Exception {
    runtime.createSandbox(pod("a"));
    Container started = runtime.start(container("a", 0, "sleep", "60"));
    runtime.removeSandbox("a");

    assertThat(runtime.sandboxes()).isEmpty();
    assertThat(runtime.containers()).isEmpty();
    assertThat(runtime.logs(started.id(), WHOLE_LOG)).isEmpty();
    runtime.removeSandbox("a");
  }

  @Test
  void containerWithoutSandboxIsRefused() {
    assertThatThrownBy(() -> runtime.start(container("nobody", 0, "true")))
        .isInstanceOf(ContainerRuntimeException.class);
    assertThat(runtime.containers()).isEmpty();
  }

  @Test
  void commandsRunOnlyInRunningContainers() throws Exception {
    runtime.createSandbox(pod("a"));
    Container started = runtime.start(container("a", 0, "sleep", "60"));
    assertThat(runtime.exec(started.id(), List.of("true"), Duration.ofSeconds(5)).exitCode())
        .contains(0);

    runtime.stop(started.id(), Duration.ofSeconds(5));
    assertThatThrownBy(() -> runtime.exec(started.id(), List.of("true"), Duration.ofSeconds(5)))
        .isInstanceOf(ContainerRuntimeException.class);
  }

  @Test
  void whatIsNotKnownIsNotAnError() {
    runtime.stop("unknown", Duration.ZERO);
    runtime.remove("unknown");
    assertThat(runtime.logs("unknown", WHOLE_LOG)).isEmpty();
  }
}
