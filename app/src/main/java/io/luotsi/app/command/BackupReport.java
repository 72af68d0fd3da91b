package io.luotsi.app.command;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.persistence.raft.Backup;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Option;

/** Says what was saved or restored: how many objects of each resource, at which version. */
final class BackupReport {
  @Option(
      names = {"-o", "--output"},
      paramLabel = "FORMAT",
      description = "text or json (default: text).")
  private StatusCommand.Format format = StatusCommand.Format.text;

  void print(String done, Backup.Summary summary, Path place) {
    switch (format) {
      case text -> System.out.println(text(done, summary, place));
      case json -> System.out.println(json(summary));
    }
  }

  private static String text(String done, Backup.Summary summary, Path place) {
    Columns columns = new Columns("RESOURCE", "OBJECTS", "VERSION");
    for (Backup.Resource resource : summary.resources()) {
      columns.row(
          resource.resource().toString(),
          Integer.toString(resource.objects()),
          Long.toString(resource.version()));
    }
    return "%s%n%n%s %d objects of cluster %s, as they were at %s: %s"
        .formatted(
            columns.text(),
            done,
            summary.objects(),
            summary.clusterUid(),
            Instant.ofEpochMilli(summary.timeMillis()),
            place);
  }

  private static String json(Backup.Summary summary) {
    ObjectNode json = Json.object();
    json.put("clusterUid", summary.clusterUid());
    json.put("time", Instant.ofEpochMilli(summary.timeMillis()).toString());
    json.put("objects", summary.objects());
    ArrayNode resources = json.putArray("resources");
    for (Backup.Resource resource : summary.resources()) {
      resources
          .addObject()
          .put("resource", resource.resource().toString())
          .put("objects", resource.objects())
          .put("version", resource.version());
    }
    try {
      return Json.mapper().writer(SerializationFeature.INDENT_OUTPUT).writeValueAsString(json);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
