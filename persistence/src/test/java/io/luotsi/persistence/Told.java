package io.luotsi.persistence;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.persistence.History.Acknowledged;
import io.luotsi.persistence.History.Refused;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** All that {@link Writers} of one resource were told. */
final class Told implements Writers.Listener {
  private final Collection<Acknowledged> acknowledged = new ConcurrentLinkedQueue<>();
  private final Collection<Refused> refused = new ConcurrentLinkedQueue<>();
  private final Collection<String> wrong = new ConcurrentLinkedQueue<>();
  private final Semaphore done = new Semaphore(0);

  @Override
  public void done(Acknowledged write) {
    acknowledged.add(write);
    done.release();
  }

  @Override
  public void refused(Refused write) {
    refused.add(write);
  }

  @Override
  public void wrong(String what) {
    wrong.add(what);
  }

  /** Waits for so many more acknowledged writes. */
  void more(int writes) throws InterruptedException {
    done.drainPermits();
    assertThat(done.tryAcquire(writes, 20, TimeUnit.SECONDS)).as("%s writes", writes).isTrue();
  }

  /** Fails if that were fewer writes, or if a client was told what it may not be. */
  void checkNothingWrong(int atLeast) {
    assertThat(wrong).isEmpty();
    assertThat(acknowledged).hasSizeGreaterThanOrEqualTo(atLeast);
  }

  /**
   * Fails unless each acknowledged write is there at its version, and none that was refused.
   *
   * @param events of the whole resource, by version
   */
  void check(Map<Long, Acknowledged> events) {
    History.check(events, acknowledged);
    History.checkRefused(events, refused);
  }
}
