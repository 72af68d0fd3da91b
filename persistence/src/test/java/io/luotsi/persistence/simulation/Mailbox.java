package io.luotsi.persistence.simulation;

/** An actor's: takes messages in order, one at a time, sooner or later. Ends with its system. */
final class Mailbox {
  private static final double SLOW = 0.01;

  private final World world;
  private final Machine machine;
  private long lastAt;
  private boolean closed;

  Mailbox(World world, Machine machine) {
    this.world = world;
    this.machine = machine;
  }

  void tell(Runnable message) {
    long delay =
        world.chance(SLOW)
            ? world.between(World.MILLI, 300 * World.MILLI)
            : world.between(10_000, 200_000);
    lastAt = Math.max(lastAt, world.nowNanos() + delay);
    world.after(lastAt - world.nowNanos(), machine, () -> open(message));
  }

  private void open(Runnable message) {
    if (!closed) {
      message.run();
    }
  }

  void close() {
    closed = true;
  }
}
