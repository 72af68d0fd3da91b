package io.luotsi.core.catalog.columns;

import io.luotsi.core.catalog.TableColumns;
import java.util.List;

/** How the kinds of apps/v1 are shown. */
public final class WorkloadColumns {
  private static final String CONTAINERS = "/spec/template/spec/containers";

  public static final TableColumns DEPLOYMENTS =
      KindTable.of(
          List.of(
              "Name",
              "Ready",
              "Up-to-date",
              "Available",
              "Age",
              "Containers/p1",
              "Images/p1",
              "Selector/p1"),
          deployment ->
              List.of(
                  deployment.name(),
                  deployment.number("/status/readyReplicas")
                      + "/"
                      + deployment.number("/spec/replicas"),
                  deployment.number("/status/updatedReplicas"),
                  deployment.number("/status/availableReplicas"),
                  deployment.age(),
                  deployment.joined(CONTAINERS, "name"),
                  deployment.joined(CONTAINERS, "image"),
                  deployment.selector("/spec/selector")));

  public static final TableColumns REPLICA_SETS =
      KindTable.of(
          List.of(
              "Name",
              "Desired:integer",
              "Current:integer",
              "Ready:integer",
              "Age",
              "Containers/p1",
              "Images/p1",
              "Selector/p1"),
          replicaSet -> {
            String selector = replicaSet.selector("/spec/selector");
            return List.of(
                replicaSet.name(),
                replicaSet.number("/spec/replicas"),
                replicaSet.number("/status/replicas"),
                replicaSet.number("/status/readyReplicas"),
                replicaSet.age(),
                replicaSet.joined(CONTAINERS, "name"),
                replicaSet.joined(CONTAINERS, "image"),
                selector.isEmpty() ? Row.NONE : selector);
          });

  private WorkloadColumns() {}
}
