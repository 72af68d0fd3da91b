package io.luotsi.core.catalog.columns;

import io.luotsi.core.catalog.TableColumns;
import java.util.List;

/** How the smaller kinds are shown. */
public final class CoreColumns {
  public static final TableColumns COMPONENT_STATUSES =
      KindTable.of(
          List.of("Name", "Status", "Message", "Error"),
          component ->
              List.of(
                  component.name(),
                  healthy(component),
                  said(component, "message"),
                  said(component, "error")));

  public static final TableColumns NAMESPACES =
      KindTable.of(
          List.of("Name", "Status", "Age"),
          namespace -> List.of(namespace.name(), namespace.text("/status/phase"), namespace.age()));

  public static final TableColumns SECRETS =
      KindTable.of(
          List.of("Name", "Type", "Data", "Age"),
          secret ->
              List.of(secret.name(), secret.text("/type"), count(secret, "/data"), secret.age()));

  public static final TableColumns CONFIG_MAPS =
      KindTable.of(
          List.of("Name", "Data", "Age"),
          map -> List.of(map.name(), count(map, "/data") + count(map, "/binaryData"), map.age()));

  public static final TableColumns SERVICE_ACCOUNTS =
      KindTable.of(
          List.of("Name", "Secrets", "Age"),
          account -> List.of(account.name(), count(account, "/secrets"), account.age()));

  public static final TableColumns LEASES =
      KindTable.of(
          List.of("Name", "Holder", "Age"),
          lease -> List.of(lease.name(), lease.text("/spec/holderIdentity"), lease.age()));

  private CoreColumns() {}

  private static String healthy(Row component) {
    return component
        .condition("/conditions", "Healthy")
        .map(
            condition ->
                condition.path("status").asText("").equals("True") ? "Healthy" : "Unhealthy")
        .orElse("Unknown");
  }

  private static String said(Row component, String field) {
    return component
        .condition("/conditions", "Healthy")
        .map(condition -> condition.path(field).asText(""))
        .orElse("");
  }

  private static long count(Row row, String pointer) {
    return row.at(pointer).size();
  }
}
