package io.luotsi.app.member;

import io.luotsi.core.catalog.BuiltInCatalog;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.ActorSystem;
import org.slf4j.LoggerFactory;

/**
 * What every member needs whatever its plan says, begun while the plan is still being made: a start
 * is shorter by it.
 */
public final class Preparation {
  private final CompletableFuture<ActorSystem<Void>> system = Aside.begin(ActorSystems::local);
  private final CompletableFuture<BuiltInCatalog> catalog = Aside.begin(BuiltInCatalog::load);

  private Preparation() {}

  public static Preparation begin() {
    // By one thread, before there are several: a logger that another asks for meanwhile would tell
    // the user about itself.
    LoggerFactory.getILoggerFactory();
    return new Preparation();
  }

  ActorSystem<Void> system() {
    return Aside.await(system);
  }

  BuiltInCatalog catalog() {
    return Aside.await(catalog);
  }

  /** Gives up what was begun: there will be no member. */
  public void cancel() {
    system.thenAccept(ActorSystem::terminate);
  }
}
