package io.luotsi.bench.store;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.carriage.Carrier;
import io.luotsi.persistence.carriage.Peers;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongFunction;
import org.apache.pekko.actor.ActorSelection;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Writes through the store's carriage as a member does that does not lead, and reads at a member's
 * {@link Desk}; both over Artery, in an ActorSystem of its own.
 */
final class LuotsiClient implements StoreClient {
  private final ActorSystem<Void> system;
  private final ActorSelection desk;
  private final ActorRef<ClientCarrier.Command> carrier;
  private final ActorRef<Desk.Answer> answers;
  private final AtomicLong calls = new AtomicLong();
  private final ConcurrentMap<Long, CompletableFuture<Desk.Answer>> questions =
      new ConcurrentHashMap<>();
  private final ConcurrentMap<Long, Consumer<byte[]>> watchers = new ConcurrentHashMap<>();

  LuotsiClient(int port, ThrowawayCertificate certificate) {
    this.system = Artery.start(0, certificate);
    Address member = Artery.address(port);
    this.desk = Adapter.toClassic(system).actorSelection(member + "/system/" + Desk.NAME);
    Peers carriers = new Peers(system, name -> Optional.of(member), "carrier-0");
    this.carrier = system.systemActorOf(ClientCarrier.create(carriers), "carrier", Props.empty());
    this.answers = system.systemActorOf(answers(), "answers", Props.empty());
  }

  private Behavior<Desk.Answer> answers() {
    return Behaviors.receiveMessage(
        answer -> {
          Consumer<byte[]> watcher = watchers.get(answer.call());
          if (watcher != null && answer instanceof Desk.Objects events) {
            events.objects().forEach(watcher);
            send(new Desk.Next(answer.call(), answers));
          } else {
            CompletableFuture<Desk.Answer> waiting = questions.remove(answer.call());
            if (waiting != null) {
              waiting.complete(answer);
            }
          }
          return Behaviors.same();
        });
  }

  @Override
  public CompletableFuture<Long> write(String table, Item item, long seen) {
    ObjectDraft draft = ObjectDraft.parse(item.json(), SelectableFields.NONE);
    Write write =
        seen == 0
            ? new Write.Create(draft)
            : new Write.Update(draft, new Precondition(Optional.empty(), OptionalLong.of(seen)));
    CompletableFuture<Carrier.Result> answered = new CompletableFuture<>();
    carrier.tell(new ClientCarrier.Submit(GroupResource.parse(table), write, answered));
    return answered.thenApply(LuotsiClient::version);
  }

  private static long version(Carrier.Result result) {
    return switch (result) {
      case Carrier.Stored(long version) -> version;
      case Carrier.Deleted _, Carrier.Refused _, Carrier.NotHere _ ->
          throw new IllegalStateException("not written: " + result);
    };
  }

  @Override
  public CompletableFuture<Long> version(String table) {
    return ask(call -> new Desk.Newest(call, table, answers), LuotsiClient::number);
  }

  @Override
  public CompletableFuture<Boolean> leads() {
    return ask(call -> new Desk.Leads(call, answers), answer -> number(answer) == 1);
  }

  private static long number(Desk.Answer answer) {
    if (answer instanceof Desk.Number(long call, long value)) {
      return value;
    }
    throw new IllegalStateException("not answered: " + answer);
  }

  private <T> CompletableFuture<T> ask(
      LongFunction<Desk.Question> question, Function<Desk.Answer, T> value) {
    long call = calls.incrementAndGet();
    CompletableFuture<Desk.Answer> answered = new CompletableFuture<>();
    questions.put(call, answered);
    send(question.apply(call));
    return answered.thenApply(value);
  }

  private void send(Desk.Question question) {
    desk.tell(question, org.apache.pekko.actor.ActorRef.noSender());
  }

  @Override
  public CompletableFuture<Page> page(String table, Optional<Place> after, int limit) {
    String name = after.map(Place::name).orElse("");
    long version = after.map(Place::version).orElse(0L);
    return ask(
        call -> new Desk.Page(call, table, name, version, limit, answers), LuotsiClient::page);
  }

  private static Page page(Desk.Answer answer) {
    if (!(answer instanceof Desk.Objects found)) {
      throw new IllegalStateException("not answered: " + answer);
    }
    long bytes = found.objects().stream().mapToLong(object -> object.length).sum();
    Optional<Place> next =
        found.last().isEmpty()
            ? Optional.empty()
            : Optional.of(new Place(found.last(), found.version()));
    return new Page(found.objects().size(), bytes, next);
  }

  @Override
  public void watch(String table, long after, Consumer<byte[]> objects) {
    long[] number = new long[1];
    CompletableFuture<Long> begun =
        ask(
            call -> {
              number[0] = call;
              return new Desk.Watch(call, table, after, answers);
            },
            LuotsiClient::number);
    Waiting.get("a watcher", begun);
    watchers.put(number[0], objects);
    send(new Desk.Next(number[0], answers));
  }

  @Override
  public void close() {
    if (!watchers.isEmpty()) { // else nobody knows whether the member lives
      Waiting.get(
          "the end of watchers", ask(call -> new Desk.Leave(call, answers), LuotsiClient::number));
    }
    system.terminate();
    // Artery may take a minute over its connections; what is left then ends with this process.
    Waiting.succeeds(system.getWhenTerminated().toCompletableFuture());
  }
}
