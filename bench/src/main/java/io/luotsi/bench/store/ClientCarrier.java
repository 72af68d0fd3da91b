package io.luotsi.bench.store;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.carriage.Carrier;
import io.luotsi.persistence.carriage.Outbox;
import io.luotsi.persistence.carriage.Peers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractMatchingBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/** What a member's {@link Carrier} does with writes, for clients that are no members. */
final class ClientCarrier extends AbstractMatchingBehavior<ClientCarrier.Command> {
  sealed interface Command {}

  record Submit(GroupResource resource, Write write, CompletableFuture<Carrier.Result> result)
      implements Command {}

  private record Answered(Carrier.Wire message) implements Command {}

  private record Flush() implements Command {}

  private static final Duration WITHIN = Duration.ofSeconds(10);

  /** There is one that clients know. */
  private static final String MEMBER = "member";

  private final Outbox outbox;
  private final Carrier.Asker asker;
  private final Map<Long, CompletableFuture<Carrier.Result>> waiting = new HashMap<>();
  private long calls;

  private ClientCarrier(ActorContext<Command> context, Peers member) {
    super(context);
    this.outbox = new Outbox(member::send);
    ActorRef<Carrier.Wire> answers = context.messageAdapter(Carrier.Wire.class, Answered::new);
    this.asker = new Carrier.Asker(answers, true);
  }

  /**
   * @param member the one whose carrier is asked, by whatever name
   */
  static Behavior<Command> create(Peers member) {
    return Behaviors.setup(context -> new ClientCarrier(context, member));
  }

  @Override
  public Behavior<Command> onMessage(Command command) {
    switch (command) {
      case Submit submit -> onSubmit(submit);
      case Answered(Carrier.Answer answer) -> onAnswer(answer);
      case Answered(Carrier.Answers(var answers)) -> answers.forEach(this::onAnswer);
      case Answered(Carrier.Wire other) -> unexpected(other);
      case Flush flush -> outbox.flush();
    }
    return this;
  }

  private void onSubmit(Submit submit) {
    long call = ++calls;
    waiting.put(call, submit.result());
    Carrier.Request request =
        new Carrier.Request(call, submit.resource(), Optional.of(submit.write()), WITHIN, asker);
    if (outbox.add(MEMBER, request)) {
      getContext().getSelf().tell(new Flush());
    }
  }

  private void onAnswer(Carrier.Answer answer) {
    CompletableFuture<Carrier.Result> result = waiting.remove(answer.call());
    if (result != null) {
      result.complete(answer.result());
    }
  }

  private void unexpected(Carrier.Wire message) {
    getContext().getLog().warn("nobody was to ask a client: {}", message);
  }
}
