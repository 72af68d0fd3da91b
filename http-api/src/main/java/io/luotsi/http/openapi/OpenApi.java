package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The OpenAPI documents: of version 3 one a group and version, of version 2 one for all. Each is
 * made when it is first asked for and kept while the catalog stays the same.
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
    for (String name : names(catalog)) {
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

  private static Set<String> names(Catalog catalog) {
    Set<String> names = new TreeSet<>(List.of("api", "apis", "version"));
    for (ResourceType type : catalog.types()) {
      names.add(GroupDocument.name(type));
      if (!type.kind().group().isEmpty()) {
        names.add("apis/" + type.kind().group());
      }
    }
    return names;
  }

  /**
   * @param name {@code api/v1} or {@code apis/GROUP/VERSION}, or what leads there
   * @return empty if nothing is served there
   */
  public Optional<Document> document(Catalog catalog, String name) {
    return names(catalog).contains(name)
        ? Optional.of(
            madeFrom(catalog)
                .documents()
                .computeIfAbsent(name, unmade -> Document.of(make(catalog, name))))
        : Optional.empty();
  }

  private static ObjectNode make(Catalog catalog, String name) {
    List<ResourceType> types =
        catalog.types().stream().filter(type -> GroupDocument.name(type).equals(name)).toList();
    if (!types.isEmpty()) {
      return GroupDocument.of(types);
    }
    return switch (name) {
      case "api" -> GroupDocument.of(RootPaths.API_VERSIONS, RootPaths::core);
      case "apis" -> GroupDocument.of(RootPaths.API_GROUPS, RootPaths::groups);
      case "version" -> GroupDocument.of(RootPaths.VERSION, RootPaths::server);
      default ->
          GroupDocument.of(
              RootPaths.API_GROUP,
              paths -> RootPaths.group(paths, name.substring("apis/".length())));
    };
  }

  /** Media type of {@link #swaggerProto}. */
  public static String protoMediaType() {
    return SwaggerProto.MEDIA_TYPE;
  }

  /** {@code /openapi/v2}. */
  public Document swagger(Catalog catalog) {
    return madeFrom(catalog)
        .documents()
        .computeIfAbsent("v2", unmade -> Document.of(Swagger.of(catalog)));
  }

  /** {@code /openapi/v2}, in protobuf. */
  public Document swaggerProto(Catalog catalog) {
    return madeFrom(catalog)
        .documents()
        .computeIfAbsent(
            "v2 protobuf", unmade -> Document.of(SwaggerProto.encode(Swagger.of(catalog))));
  }

  private Made madeFrom(Catalog catalog) {
    Made now = made;
    if (now == null || now.catalog() != catalog) {
      now = new Made(catalog, new ConcurrentHashMap<>());
      made = now;
    }
    return now;
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
