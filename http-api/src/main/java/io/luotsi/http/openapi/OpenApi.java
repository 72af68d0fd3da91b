package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI v3 documents, one a group and version. Each is made when it is first asked for and
 * kept while the catalog stays the same.
 */
public final class OpenApi {
  /**
   * @param etag in quotes; the same as long as the document is
   */
  public record Document(byte[] bytes, String etag) {
    static Document of(ObjectNode document) {
      return of(Json.write(document));
    }

    static Document of(byte[] bytes) {
      return new Document(bytes, "\"" + OpenApi.sha256(bytes) + "\"");
    }

    String hash() {
      return etag.substring(1, etag.length() - 1);
    }
  }

  private record Made(Catalog catalog, Map<String, Document> documents) {}

  private volatile @Nullable Made made;

  /** {@code /openapi/v3}: where the documents are, with hashes that change when they do. */
  public Document index(Catalog catalog) {
    ObjectNode json = Json.object();
    ObjectNode paths = json.putObject("paths");
    for (String name : types(catalog).keySet()) {
      document(catalog, name)
          .ifPresent(
              document ->
                  paths
                      .putObject(name)
                      .put(
                          "serverRelativeURL", "/openapi/v3/" + name + "?hash=" + document.hash()));
    }
    return Document.of(json);
  }

  /**
   * @param name {@code api/v1} or {@code apis/GROUP/VERSION}
   * @return empty if nothing is served there
   */
  public Optional<Document> document(Catalog catalog, String name) {
    List<ResourceType> types = types(catalog).getOrDefault(name, List.of());
    return types.isEmpty()
        ? Optional.empty()
        : Optional.of(
            madeFrom(catalog)
                .documents()
                .computeIfAbsent(name, unmade -> Document.of(GroupDocument.of(types))));
  }

  /** Media type of {@link #swagger}. */
  public static String swaggerMediaType() {
    return SwaggerPaths.MEDIA_TYPE;
  }

  /** {@code /openapi/v2}, in protobuf. */
  public Document swagger(Catalog catalog) {
    return madeFrom(catalog)
        .documents()
        .computeIfAbsent("v2", unmade -> Document.of(SwaggerPaths.of(catalog)));
  }

  private Made madeFrom(Catalog catalog) {
    Made now = made;
    if (now == null || now.catalog() != catalog) {
      now = new Made(catalog, new ConcurrentHashMap<>());
      made = now;
    }
    return now;
  }

  private static Map<String, List<ResourceType>> types(Catalog catalog) {
    Map<String, List<ResourceType>> byName = new LinkedHashMap<>();
    for (ResourceType type : catalog.types()) {
      byName.computeIfAbsent(GroupDocument.name(type), name -> new ArrayList<>()).add(type);
    }
    return byName;
  }

  private static String sha256(byte[] json) {
    try {
      return HexFormat.of()
          .withUpperCase()
          .formatHex(MessageDigest.getInstance("SHA-256").digest(json));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every JDK has it
    }
  }
}
