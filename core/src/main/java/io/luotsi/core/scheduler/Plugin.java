package io.luotsi.core.scheduler;

/**
 * A rule of scheduling, by upstream's name. It takes part at the extension points it implements.
 */
public interface Plugin {
  String name();
}
