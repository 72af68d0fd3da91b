package io.luotsi.core.catalog.columns;

import com.fasterxml.jackson.databind.JsonNode;
import io.luotsi.core.catalog.TableColumns;
import java.util.ArrayList;
import java.util.List;

/** How bindings of roles are shown; roles themselves have no columns of their own. */
public final class RbacColumns {
  public static final TableColumns BINDINGS =
      KindTable.of(
          List.of("Name", "Role", "Age", "Users/p1", "Groups/p1", "ServiceAccounts/p1"),
          binding ->
              List.of(
                  binding.name(),
                  binding.text("/roleRef/kind") + "/" + binding.text("/roleRef/name"),
                  binding.age(),
                  subjects(binding, "User"),
                  subjects(binding, "Group"),
                  subjects(binding, "ServiceAccount")));

  private RbacColumns() {}

  private static String subjects(Row binding, String kind) {
    List<String> names = new ArrayList<>();
    for (JsonNode subject : binding.at("/subjects")) {
      if (subject.path("kind").asText("").equals(kind)) {
        String name = subject.path("name").asText("");
        names.add(
            kind.equals("ServiceAccount")
                ? subject.path("namespace").asText("") + "/" + name
                : name);
      }
    }
    return String.join(", ", names);
  }
}
