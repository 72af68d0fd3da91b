package io.luotsi.core.patch.apply;

import java.util.Comparator;

/**
 * Who manages fields, and how: what entries of managedFields are told apart by.
 *
 * @param manager never empty
 * @param apiVersion in which an updater wrote; empty for an applier, which has one entry whatever
 *     version it applies in
 * @param subresource empty for the object itself
 */
record ManagerId(String manager, Operation operation, String apiVersion, String subresource)
    implements Comparable<ManagerId> {
  /** Whether a manager says all that it wants to own, or owns what it changes. */
  enum Operation {
    APPLY("Apply"),
    UPDATE("Update");

    private final String word;

    Operation(String word) {
      this.word = word;
    }

    String word() {
      return word;
    }
  }

  private static final Comparator<ManagerId> ORDER =
      Comparator.comparing(ManagerId::manager)
          .thenComparing(ManagerId::operation)
          .thenComparing(ManagerId::apiVersion)
          .thenComparing(ManagerId::subresource);

  static ManagerId applier(String manager, String subresource) {
    return new ManagerId(named(manager), Operation.APPLY, "", subresource);
  }

  static ManagerId updater(String manager, String apiVersion, String subresource) {
    return new ManagerId(named(manager), Operation.UPDATE, apiVersion, subresource);
  }

  private static String named(String manager) {
    return manager.isEmpty() ? "unknown" : manager;
  }

  /** As a conflict names the manager. */
  String printed() {
    String name = JsonValues.quoted(manager);
    String whole =
        subresource.isEmpty() ? name : name + " with subresource " + JsonValues.quoted(subresource);
    return operation == Operation.UPDATE ? whole + " using " + apiVersion : whole;
  }

  @Override
  public int compareTo(ManagerId other) {
    return ORDER.compare(this, other);
  }
}
