package io.luotsi.http.openapi;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.ResourceType;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * The OpenAPI documents: of version 3 one a group and version, of version 2 one for all. Each is
 * made when it is first asked for and kept while its kinds stay the same.
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

    /** The same in another form, which keeps its etag: that is of what it says. */
    Document in(byte[] form) {
      return new Document(form, etag);
    }

    public String hash() {
      return etag.substring(1, etag.length() - 1);
    }
  }

  /**
   * A document, and what it was made of.
   *
   * @param types the very objects: those of kinds that did not change stay the same
   */
  private record Made(List<ResourceType> types, Document document) {
    boolean isOf(List<ResourceType> others) {
      if (types.size() != others.size()) {
        return false;
      }
      for (int i = 0; i < types.size(); i++) {
        if (types.get(i) != others.get(i)) {
          return false;
        }
      }
      return true;
    }
  }

  /** Behind the name of a document in that form; no name of a group has a space. */
  private static final String PROTOBUF = " protobuf";

  private final Map<String, Made> made = new ConcurrentHashMap<>();

  /** {@code /openapi/v3}: where the documents are, with hashes that change when they do. */
  public Document index(Catalog catalog) {
    ObjectNode json = Json.object();
    ObjectNode paths = json.putObject("paths");
    Map<String, List<ResourceType>> all = documents(catalog);
    made.keySet()
        .removeIf(name -> !name.startsWith("v2") && !all.containsKey(name.replace(PROTOBUF, "")));
    all.forEach(
        (name, types) ->
            paths.putObject(name).put("serverRelativeURL", url(name, document(name, types))));
    return Document.of(json);
  }

  /** Where a document is, as it is now. */
  public static String url(String name, Document document) {
    return "/openapi/v3/" + name + "?hash=" + document.hash();
  }

  /** The names of all documents, in order, with the types that are in each. */
  private static Map<String, List<ResourceType>> documents(Catalog catalog) {
    Map<String, List<ResourceType>> all = new TreeMap<>();
    for (String root : List.of("api", "apis", "version")) {
      all.put(root, List.of());
    }
    for (ResourceType type : catalog.types()) {
      if (!type.kind().group().isEmpty()) {
        all.putIfAbsent("apis/" + type.kind().group(), List.of());
      }
      all.computeIfAbsent(GroupDocument.name(type), name -> new ArrayList<>()).add(type);
    }
    return all;
  }

  /**
   * @param name {@code api/v1} or {@code apis/GROUP/VERSION}, or what leads there
   * @return empty if nothing is served there
   */
  public Optional<Document> document(Catalog catalog, String name) {
    return Optional.ofNullable(documents(catalog).get(name)).map(types -> document(name, types));
  }

  private Document document(String name, List<ResourceType> types) {
    return made(name, types, () -> Document.of(make(name, types)));
  }

  /**
   * The same in protobuf.
   *
   * @param name as for {@link #document(Catalog, String)}
   */
  public Optional<Document> documentProto(Catalog catalog, String name) {
    return Optional.ofNullable(documents(catalog).get(name))
        .map(
            types ->
                made(
                    name + PROTOBUF,
                    types,
                    () -> document(name, types).in(DocumentProto.encode(make(name, types)))));
  }

  private static ObjectNode make(String name, List<ResourceType> types) {
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

  /** {@code /openapi/v2}. */
  public Document swagger(Catalog catalog) {
    return made("v2", catalog.types(), () -> Document.of(Swagger.of(catalog)));
  }

  /** {@code /openapi/v2}, in protobuf. */
  public Document swaggerProto(Catalog catalog) {
    return made(
        "v2" + PROTOBUF,
        catalog.types(),
        () -> swagger(catalog).in(SwaggerProto.encode(Swagger.of(catalog))));
  }

  /** Made anew when a kind in it has changed; two who come at once do the same. */
  private Document made(String name, List<ResourceType> types, Supplier<Document> make) {
    Made known = made.get(name);
    if (known == null || !known.isOf(types)) {
      known = new Made(types, make.get());
      made.put(name, known);
    }
    return known.document();
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
