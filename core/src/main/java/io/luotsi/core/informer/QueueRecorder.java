package io.luotsi.core.informer;

/**
 * Hears what becomes of the keys of one work queue, for figures. Called by the queue's actor alone;
 * returns at once.
 */
public interface QueueRecorder {
  /** For those who want no figures. */
  QueueRecorder NONE =
      new QueueRecorder() {
        @Override
        public void added(Object key) {}

        @Override
        public void taken(Object key) {}

        @Override
        public void done(Object key) {}

        @Override
        public void retried() {}

        @Override
        public void ended() {}
      };

  /** Work on a key is wanted that was not wanted already. */
  void added(Object key);

  /** Work on it has begun. */
  void taken(Object key);

  /** Work on it has ended. */
  void done(Object key);

  /** Work on some key is wanted later. */
  void retried();

  /** The queue is no more, and what was in it neither. */
  void ended();
}
