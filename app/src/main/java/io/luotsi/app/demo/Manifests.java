package io.luotsi.app.demo;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.app.PlainFailure;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The example files as objects to send. */
final class Manifests {
  private Manifests() {}

  /** Every document of the file, in its order. */
  static List<ObjectNode> read(Path file) {
    List<ObjectNode> objects = new ArrayList<>();
    try {
      Load load = new Load(LoadSettings.builder().build());
      for (Object document : load.loadAllFromString(Files.readString(file))) {
        JsonNode object = Json.mapper().valueToTree(document);
        objects.add((ObjectNode) object);
      }
    } catch (IOException e) {
      throw new PlainFailure("cannot read " + file + ": " + e.getMessage(), e);
    }
    return objects;
  }

  /** Where objects of that kind are created. Regular plurals only: these are our own examples. */
  static String collectionPath(ObjectNode object, String namespace) {
    GroupVersionKind kind =
        GroupVersionKind.of(object.path("apiVersion").asText(), object.path("kind").asText());
    String root = kind.group().isEmpty() ? "/api/" : "/apis/";
    String plural = kind.kind().toLowerCase(Locale.ROOT) + "s";
    return root + kind.apiVersion() + "/namespaces/" + namespace + "/" + plural;
  }
}
