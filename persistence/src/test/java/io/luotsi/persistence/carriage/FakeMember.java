package io.luotsi.persistence.carriage;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupResource;
import io.luotsi.persistence.raft.Leader;
import io.luotsi.persistence.registry.PendingWrite;
import io.luotsi.persistence.registry.RegistryEvent;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceSettings;
import io.luotsi.persistence.registry.WindowBudget;
import io.luotsi.persistence.registry.WindowLimits;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;

/** A member whose leader is whoever the test says, and whose peer is a probe. */
final class FakeMember implements Carrier.Member {
  final TestProbe<Carrier.Wire> peer;
  final BlockingQueue<PendingWrite> submitted = new LinkedBlockingQueue<>();
  final Replica replica =
      new Replica(
          resource -> ResourceSettings.DEFAULT,
          new WindowBudget(WindowLimits.standard()),
          Runnable::run);
  volatile Leader leader;

  FakeMember(ActorTestKit kit, Leader leader) {
    this.peer = kit.createTestProbe(Carrier.Wire.class);
    this.leader = leader;
  }

  @Override
  public Leader leader(GroupResource resource) {
    return leader;
  }

  @Override
  public boolean knows(String name) {
    return true;
  }

  @Override
  public void send(String name, Carrier.Wire message) {
    peer.ref().tell(message);
  }

  @Override
  public void submit(GroupResource resource, PendingWrite write) {
    submitted.add(write);
  }

  @Override
  public void create(GroupResource resource) {
    apply(new RegistryEvent.Created(1, 0));
  }

  @Override
  public Replica replica(GroupResource resource) {
    return replica;
  }

  @Override
  public Executor completions() {
    return Runnable::run;
  }

  void apply(RegistryEvent event) {
    assertThat(replica.apply(CONFIG_MAPS, List.of(event))).isEmpty();
  }

  Carrier.Request nextRequest() {
    return peer.expectMessageClass(Carrier.Request.class);
  }

  PendingWrite nextSubmitted() throws InterruptedException {
    return Optional.ofNullable(submitted.poll(10, TimeUnit.SECONDS)).orElseThrow();
  }
}
