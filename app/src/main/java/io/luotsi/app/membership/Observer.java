package io.luotsi.app.membership;

import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.cluster.ClusterEvent;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Subscribe;
import org.apache.pekko.remote.artery.ThisActorSystemQuarantinedEvent;

/**
 * Keeps one ActorSystem's {@link View} and passes on every change of it. What Pekko itself answers
 * when asked for its state may be older than the events it has told.
 */
final class Observer extends AbstractBehavior<Object> {
  private final Consumer<View> views;
  private final Runnable quarantined;
  private View view = View.EMPTY;

  private Observer(ActorContext<Object> context, Consumer<View> views, Runnable quarantined) {
    super(context);
    this.views = views;
    this.quarantined = quarantined;
    var system = context.getSystem();
    var subscriptions = Cluster.get(system).subscriptions();
    subscriptions.tell(
        Subscribe.create(context.getSelf().narrow(), ClusterEvent.MemberEvent.class));
    subscriptions.tell(
        Subscribe.create(context.getSelf().narrow(), ClusterEvent.ReachabilityChanged.class));
    system
        .eventStream()
        .tell(
            new EventStream.Subscribe<>(
                ThisActorSystemQuarantinedEvent.class, context.getSelf().narrow()));
  }

  static Behavior<Object> create(Consumer<View> views, Runnable quarantined) {
    return Behaviors.setup(context -> new Observer(context, views, quarantined));
  }

  @Override
  public Receive<Object> createReceive() {
    return newReceiveBuilder()
        .onMessage(ClusterEvent.MemberEvent.class, event -> onView(view.after(event)))
        .onMessage(ClusterEvent.ReachabilityChanged.class, event -> onView(view.after(event)))
        .onMessage(ThisActorSystemQuarantinedEvent.class, event -> onQuarantined())
        .build();
  }

  private Behavior<Object> onView(View changed) {
    view = changed;
    views.accept(changed);
    return this;
  }

  private Behavior<Object> onQuarantined() {
    quarantined.run();
    return this;
  }
}
