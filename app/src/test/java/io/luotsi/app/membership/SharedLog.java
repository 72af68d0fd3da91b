package io.luotsi.app.membership;

import io.luotsi.persistence.raft.ClusterState;
import io.luotsi.persistence.raft.ClusterState.Member;
import io.luotsi.persistence.raft.Subscription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** Raft's group 0 as a test wants it: who leads is said by the test, and who hears of decisions. */
final class SharedLog {
  private final Map<String, View> views = new ConcurrentHashMap<>();
  private ClusterState decided = new ClusterState(Optional.empty(), List.of());
  private Optional<String> leader = Optional.empty();

  /** How many incarnations were formed, and members declared down. */
  final List<Member> forms = new CopyOnWriteArrayList<>();

  final List<Member> downs = new CopyOnWriteArrayList<>();

  /** One member's part. */
  private final class View implements Authority {
    final String name;
    final List<Consumer<ClusterState>> states = new ArrayList<>();
    final List<Runnable> leaderships = new ArrayList<>();
    ClusterState heard;
    boolean deaf;

    View(String name) {
      this.name = name;
      this.heard = decided;
    }

    @Override
    public ClusterState decided() {
      synchronized (SharedLog.this) {
        return heard;
      }
    }

    @Override
    public Subscription subscribe(Consumer<ClusterState> listener) {
      synchronized (SharedLog.this) {
        states.add(listener);
        listener.accept(heard);
        return () -> {
          synchronized (SharedLog.this) {
            states.remove(listener);
          }
        };
      }
    }

    @Override
    public boolean leads() {
      synchronized (SharedLog.this) {
        return !deaf && leader.equals(Optional.of(name));
      }
    }

    @Override
    public Subscription subscribeLeadership(Runnable listener) {
      synchronized (SharedLog.this) {
        leaderships.add(listener);
        listener.run();
        return () -> {
          synchronized (SharedLog.this) {
            leaderships.remove(listener);
          }
        };
      }
    }

    @Override
    public CompletionStage<Boolean> form(long seen, Member by) {
      synchronized (SharedLog.this) {
        if (!leads()) {
          return CompletableFuture.failedFuture(new IllegalStateException("does not lead"));
        }
        if (seen != decided.incarnation()) {
          return CompletableFuture.completedFuture(false);
        }
        forms.add(by);
        decide(new ClusterState(Optional.of(new ClusterState.Formed(seen + 1, by)), List.of()));
        return CompletableFuture.completedFuture(true);
      }
    }

    @Override
    public CompletionStage<Void> down(Member lost) {
      synchronized (SharedLog.this) {
        if (!leads()) {
          return CompletableFuture.failedFuture(new IllegalStateException("does not lead"));
        }
        if (!decided.isDown(lost)) {
          downs.add(lost);
          List<Member> more = new ArrayList<>(decided.down());
          more.add(lost);
          decide(new ClusterState(decided.formed(), more));
        }
        return CompletableFuture.completedFuture(null);
      }
    }

    void hear() {
      if (!deaf && !heard.equals(decided)) {
        heard = decided;
        List.copyOf(states).forEach(listener -> listener.accept(heard));
      }
    }
  }

  synchronized Authority of(String name) {
    View view = new View(name);
    views.put(name, view);
    return view;
  }

  synchronized ClusterState decided() {
    return decided;
  }

  private void decide(ClusterState next) {
    decided = next;
    views.values().forEach(View::hear);
  }

  /** From now on that member leads, or nobody if it is absent. */
  synchronized void lead(Optional<String> name) {
    leader = name;
    views.values().forEach(view -> List.copyOf(view.leaderships).forEach(Runnable::run));
  }

  /** Whether a member hears of what is decided; when it does again, it hears of all. */
  synchronized void deafen(String name, boolean deaf) {
    View view = Optional.ofNullable(views.get(name)).orElseThrow();
    view.deaf = deaf;
    view.hear();
    List.copyOf(view.leaderships).forEach(Runnable::run);
  }
}
