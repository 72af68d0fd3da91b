package io.luotsi.node.agent;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.TestApi;
import io.luotsi.core.client.ApiClient;
import io.luotsi.core.client.ApiClient.PatchType;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** One agent whose status writes are answered when the test says so. */
class NodeAgentTest {
  private static final GroupVersionResource NODES = GroupVersionResource.of("v1", "nodes");
  private static final ObjectKey NODE = ObjectKey.of("n");
  private static final Duration NEVER = Duration.ofHours(1);

  /** A status write that is done, and whose writer does not know yet. */
  private record Written(StoredObject node, CompletableFuture<Outcome<StoredObject>> answer) {
    void tellWriter() {
      answer.complete(Outcome.done(node));
    }
  }

  private static final class Unwatched implements NodeAgent.Watch {
    @Override
    public void started(ActorRef<NodeAgent.Command> agent) {
      // the test tells the agent what it sees
    }

    @Override
    public void stopped(ActorRef<NodeAgent.Command> agent) {
      // nothing was begun
    }
  }

  private final ActorTestKit actors = ActorTestKit.create();
  private final ApiClient api = TestApi.create(Clock.systemUTC()).client();
  private final BlockingQueue<Written> writes = new LinkedBlockingQueue<>();

  @AfterEach
  void stop() {
    actors.shutdownTestKit();
  }

  /** What the agent sees of the API: all of it, but for the answers to its status writes. */
  private ApiClient held() {
    InvocationHandler handler =
        (proxy, method, arguments) -> {
          Object answer = method.invoke(api, arguments);
          if (!method.getName().equals("patch") || !List.of(arguments).contains("status")) {
            return answer;
          }
          CompletableFuture<Outcome<StoredObject>> later = new CompletableFuture<>();
          writes.add(new Written(stored((CompletionStage<?>) answer), later));
          return later;
        };
    return (ApiClient)
        Proxy.newProxyInstance(
            getClass().getClassLoader(), new Class<?>[] {ApiClient.class}, handler);
  }

  private static StoredObject stored(CompletionStage<?> answer) {
    return (StoredObject) ((Outcome.Done<?>) answer.toCompletableFuture().join()).value();
  }

  private ActorRef<NodeAgent.Command> start() throws Exception {
    NodeFacts facts = NodeFacts.ofHost("n", "127.0.0.1", "127.9.0.0/24", "test://1", Map.of());
    return actors.spawn(
        NodeAgent.create(
            new NodeAgent.Setup(
                facts,
                held(),
                Clock.systemUTC(),
                () -> NodePressure.NONE,
                NEVER,
                new Unwatched())));
  }

  /** As the node controller does with a node it hears nothing of. */
  private StoredObject takeForDead() {
    ObjectNode dead = Json.object();
    dead.putObject("status")
        .putArray("conditions")
        .addObject()
        .put("type", "Ready")
        .put("status", "Unknown");
    return api.patch(NODES, NODE, "status", PatchType.MERGE, dead)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  private Written nextWrite() throws InterruptedException {
    Written next = writes.poll(20, TimeUnit.SECONDS);
    assertThat(next).as("a status write").isNotNull();
    return next;
  }

  @Test
  void whoIsTakenForDeadWhileItWritesThatItLivesSaysSoAgain() throws Exception {
    ActorRef<NodeAgent.Command> agent = start();
    Written first = nextWrite();
    agent.tell(new NodeAgent.NodeSeen(first.node()));
    agent.tell(new NodeAgent.NodeSeen(takeForDead()));
    first.tellWriter();
    Written second = nextWrite();
    assertThat(NodeObjects.isReady(Json.readObject(second.node().json()))).isTrue();
    assertThat(second.node().resourceVersion()).isGreaterThan(first.node().resourceVersion() + 1);
  }

  @Test
  void whoIsTakenForDeadAfterItsWriteSaysSoAgain() throws Exception {
    ActorRef<NodeAgent.Command> agent = start();
    Written first = nextWrite();
    first.tellWriter();
    agent.tell(new NodeAgent.NodeSeen(takeForDead()));
    Written second = nextWrite();
    assertThat(NodeObjects.isReady(Json.readObject(second.node().json()))).isTrue();
  }
}
