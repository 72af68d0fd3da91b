package io.luotsi.app.membership;

import java.time.Duration;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.remote.RemoteActorRefProvider;
import org.apache.pekko.remote.artery.ArteryTransport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.jdk.javaapi.FutureConverters;

/** Ends an ActorSystem so that another can take its port, whatever state its peers are in. */
final class Ending {
  private static final Logger LOG = LoggerFactory.getLogger(Ending.class);

  /** Ten times what it takes. */
  private static final Duration ENDS_WITHIN = Duration.ofSeconds(2);

  private static final Duration FREES_WITHIN = Duration.ofSeconds(1);

  private Ending() {}

  /**
   * Returns when the system's port is free. The others are not told: one that has left them for
   * dead they only remove when the failure detector says so, too, while one that is simply gone
   * they remove as soon as the next at its address asks to be let in.
   */
  static void of(ActorSystem<?> system) {
    system.terminate();
    if (!await(system.getWhenTerminated(), ENDS_WITHIN)) {
      freePort(system);
    }
  }

  /**
   * Artery waits without a limit for streams that were just connecting to a peer
   * (apache/pekko#3247, mended after 1.7), more often with TLS, and gives its port back only then.
   * Without what they run on they end.
   */
  private static void freePort(ActorSystem<?> system) {
    LOG.info("connections that were being made hold up an ActorSystem: ending them");
    if (((ExtendedActorSystem) Adapter.toClassic(system)).provider()
            instanceof RemoteActorRefProvider provider
        && provider.transport() instanceof ArteryTransport artery) {
      artery.materializer().shutdown();
      artery.controlMaterializer().shutdown();
      if (!await(system.getWhenTerminated(), FREES_WITHIN)
          && !await(FutureConverters.asJava(artery.shutdownTransport()), FREES_WITHIN)) {
        LOG.warn("the ActorSystem does not give back its port");
      }
    }
  }

  private static boolean await(CompletionStage<?> done, Duration time) {
    try {
      done.toCompletableFuture().get(time.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }
}
