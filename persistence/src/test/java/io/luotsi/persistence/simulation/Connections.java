package io.luotsi.persistence.simulation;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Who hears of it when a member dies. */
final class Connections {
  private Set<Runnable> open = new LinkedHashSet<>();

  void open(Runnable broken) {
    open.add(broken);
  }

  void close(Runnable broken) {
    open.remove(broken);
  }

  void broken() {
    Set<Runnable> all = open;
    open = new LinkedHashSet<>();
    List.copyOf(all).forEach(Runnable::run);
  }
}
