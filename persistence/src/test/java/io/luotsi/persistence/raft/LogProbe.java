package io.luotsi.persistence.raft;

import java.util.function.Consumer;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;

/** Hears what one logger says, on the thread that says it, which may be held up there. */
public final class LogProbe implements AutoCloseable {
  private final Logger logger;
  private final Level level;
  private final boolean useParents;
  private final Handler handler;

  public LogProbe(String name, Consumer<String> heard) {
    logger = Logger.getLogger(name);
    level = logger.getLevel();
    useParents = logger.getUseParentHandlers();
    handler =
        new Handler() {
          @Override
          public void publish(LogRecord record) {
            heard.accept(record.getMessage());
          }

          @Override
          public void flush() {}

          @Override
          public void close() {}
        };
    logger.setLevel(Level.INFO);
    logger.setUseParentHandlers(false);
    logger.addHandler(handler);
  }

  @Override
  public void close() {
    logger.removeHandler(handler);
    logger.setUseParentHandlers(useParents);
    logger.setLevel(level);
  }
}
