package io.luotsi.core.patch.apply;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.BinaryOperator;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A set of paths into an object. Immutable. A path that is in the set says nothing of those below
 * it, nor of those above.
 *
 * @see "Source: structured-merge-diff fieldpath/set.go"
 */
final class FieldSet {
  static final FieldSet EMPTY = new FieldSet(List.of());

  /**
   * One step and what the set has beyond it.
   *
   * @param member whether the path that ends here is in the set
   * @param below the set's paths that go on from here
   */
  record Node(PathElement element, boolean member, FieldSet below) {
    private boolean isNothing() {
      return !member && below.isEmpty();
    }
  }

  /** In the order of their elements, each but once, none that is nothing. */
  private final List<Node> nodes;

  private FieldSet(List<Node> nodes) {
    this.nodes = nodes;
  }

  /**
   * @param nodes in any order, no element twice
   */
  static FieldSet of(List<Node> nodes) {
    List<Node> sorted = new ArrayList<>(nodes.size());
    boolean inOrder = true;
    for (Node node : nodes) {
      if (!node.isNothing()) {
        inOrder &= sorted.isEmpty() || sorted.getLast().element().compareTo(node.element()) < 0;
        sorted.add(node);
      }
    }
    if (!inOrder) {
      sorted.sort(Comparator.comparing(Node::element));
    }
    return sorted.isEmpty() ? EMPTY : new FieldSet(sorted);
  }

  /** The set of one path; of none if the path has no steps. */
  static FieldSet of(PathElement... path) {
    if (path.length == 0) {
      return EMPTY;
    }
    PathElement[] rest = Arrays.copyOfRange(path, 1, path.length);
    return new FieldSet(List.of(new Node(path[0], rest.length == 0, of(rest))));
  }

  /** The set of one path through named fields. */
  static FieldSet ofNames(String... names) {
    return of(Arrays.stream(names).map(PathElement.Name::new).toArray(PathElement[]::new));
  }

  List<Node> nodes() {
    return nodes;
  }

  boolean isEmpty() {
    return nodes.isEmpty();
  }

  /** Whether the path of this one step is in the set. */
  boolean has(PathElement element) {
    int at = find(element);
    return at >= 0 && nodes.get(at).member();
  }

  boolean has(List<PathElement> path) {
    return switch (path.size()) {
      case 0 -> false;
      case 1 -> has(path.getFirst());
      default -> below(path.getFirst()).has(path.subList(1, path.size()));
    };
  }

  /** What the set has beyond a step. */
  FieldSet below(PathElement element) {
    int at = find(element);
    return at >= 0 ? nodes.get(at).below() : EMPTY;
  }

  private int find(PathElement element) {
    int low = 0;
    int high = nodes.size() - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = nodes.get(middle).element().compareTo(element);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -1;
  }

  FieldSet union(FieldSet other) {
    return combine(
        other,
        true,
        true,
        (mine, theirs) ->
            new Node(
                mine.element(),
                mine.member() || theirs.member(),
                mine.below().union(theirs.below())));
  }

  FieldSet intersection(FieldSet other) {
    return combine(
        other,
        false,
        false,
        (mine, theirs) ->
            new Node(
                mine.element(),
                mine.member() && theirs.member(),
                mine.below().intersection(theirs.below())));
  }

  /** Without the other's paths, but with what is below them. */
  FieldSet difference(FieldSet other) {
    return combine(
        other,
        true,
        false,
        (mine, theirs) ->
            new Node(
                mine.element(),
                mine.member() && !theirs.member(),
                mine.below().difference(theirs.below())));
  }

  /** Without the other's paths and all that is below them. */
  FieldSet recursiveDifference(FieldSet other) {
    return combine(
        other,
        true,
        false,
        (mine, theirs) ->
            theirs.member()
                ? new Node(mine.element(), false, EMPTY)
                : new Node(
                    mine.element(),
                    mine.member(),
                    mine.below().recursiveDifference(theirs.below())));
  }

  private FieldSet combine(
      FieldSet other, boolean keepsMine, boolean keepsTheirs, BinaryOperator<Node> both) {
    if (other.isEmpty()) {
      return keepsMine ? this : EMPTY;
    }
    if (isEmpty()) {
      return keepsTheirs ? other : EMPTY;
    }
    List<Node> combined = new ArrayList<>(nodes.size() + (keepsTheirs ? other.nodes.size() : 0));
    int mine = 0;
    int theirs = 0;
    while (mine < nodes.size() || theirs < other.nodes.size()) {
      int order = order(other, mine, theirs);
      if (order < 0) {
        addIf(keepsMine, combined, nodes.get(mine++));
      } else if (order > 0) {
        addIf(keepsTheirs, combined, other.nodes.get(theirs++));
      } else {
        Node node = both.apply(nodes.get(mine++), other.nodes.get(theirs++));
        addIf(!node.isNothing(), combined, node);
      }
    }
    return combined.isEmpty() ? EMPTY : new FieldSet(combined);
  }

  private int order(FieldSet other, int mine, int theirs) {
    if (mine == nodes.size()) {
      return 1;
    }
    return theirs == other.nodes.size()
        ? -1
        : nodes.get(mine).element().compareTo(other.nodes.get(theirs).element());
  }

  private static void addIf(boolean wanted, List<Node> list, Node node) {
    if (wanted) {
      list.add(node);
    }
  }

  /** Every path of the set: those that end here before those that go on, each kind in order. */
  void forEach(Consumer<List<PathElement>> consumer) {
    forEach(List.of(), consumer);
  }

  private void forEach(List<PathElement> prefix, Consumer<List<PathElement>> consumer) {
    each(Node::member, prefix, (node, path) -> consumer.accept(path));
    each(n -> !n.below().isEmpty(), prefix, (node, path) -> node.below().forEach(path, consumer));
  }

  private interface Visit {
    void accept(Node node, List<PathElement> path);
  }

  private void each(Predicate<Node> which, List<PathElement> prefix, Visit visit) {
    for (Node node : nodes) {
      if (which.test(node)) {
        List<PathElement> path = new ArrayList<>(prefix);
        path.add(node.element());
        visit.accept(node, List.copyOf(path));
      }
    }
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof FieldSet set
        && difference(set).isEmpty()
        && set.difference(this).isEmpty();
  }

  @Override
  public int hashCode() {
    return nodes.size();
  }

  /** One path a line. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    forEach(path -> text.append(PathElement.printed(path)).append('\n'));
    return text.toString();
  }
}
