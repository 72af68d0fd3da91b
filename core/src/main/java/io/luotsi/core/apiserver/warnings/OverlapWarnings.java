package io.luotsi.core.apiserver.warnings;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * Files of one volume that hide one another: at the same path, or one where another's directory is.
 *
 * @see "Source: kubernetes pkg/api/pod warningsForOverlappingVirtualPaths"
 */
final class OverlapWarnings {
  /**
   * A file of a volume.
   *
   * @param source that it comes from; empty if the volume has but one
   */
  private record File(String path, String source) {
    boolean overlaps(File other) {
      String mine = path + "/";
      String others = other.path() + "/";
      return !path.isEmpty()
          && !other.path().isEmpty()
          && (mine.startsWith(others) || others.startsWith(mine));
    }

    String text() {
      return "\"" + path + "\"" + (source.isEmpty() ? "" : " (" + source + ")");
    }
  }

  private OverlapWarnings() {}

  static void add(List<String> warnings, JsonNode volumes) {
    for (JsonNode volume : volumes) {
      String name = volume.path("name").asText("");
      JsonNode map = volume.path("configMap");
      overlaps(warnings, name, named("ConfigMap", map, "name"), files(map, ""));
      JsonNode secret = volume.path("secret");
      overlaps(warnings, name, named("Secret", secret, "secretName"), files(secret, ""));
      overlaps(warnings, name, "DownwardAPI", files(volume.path("downwardAPI"), ""));
      if (volume.path("projected").isObject()) {
        overlaps(warnings, name, "Projected", projected(warnings, name, volume.path("projected")));
      }
    }
  }

  private static String named(String kind, JsonNode source, String field) {
    return kind + " \"" + source.path(field).asText("") + "\"";
  }

  private static List<File> files(JsonNode source, String from) {
    List<File> files = new ArrayList<>();
    for (JsonNode item : source.path("items")) {
      files.add(file(item.path("path").asText(""), from));
    }
    return files;
  }

  private static File file(String path, String from) {
    int end = path.length();
    while (end > 0 && path.charAt(end - 1) == '/') {
      end--;
    }
    return new File(path.substring(0, end), from);
  }

  private static List<File> projected(List<String> warnings, String volume, JsonNode projected) {
    List<File> files = new ArrayList<>();
    for (JsonNode source : projected.path("sources")) {
      if (source.isEmpty()) {
        warnings.add("volume \"" + volume + "\" (Projected) has no sources provided");
      }
      JsonNode map = source.path("configMap");
      files.addAll(files(map, named("ConfigMap", map, "name")));
      JsonNode secret = source.path("secret");
      files.addAll(files(secret, named("Secret", secret, "name")));
      files.addAll(files(source.path("downwardAPI"), "DownwardAPI"));
      JsonNode token = source.path("serviceAccountToken");
      if (token.isObject()) {
        files.add(file(token.path("path").asText(""), "ServiceAccountToken"));
      }
      JsonNode bundle = source.path("clusterTrustBundle");
      if (bundle.isObject()) {
        String field = bundle.has("name") ? "name" : "signerName";
        String from = named("ClusterTrustBundle", bundle, field);
        files.add(file(bundle.path("path").asText(""), from));
      }
    }
    return files;
  }

  private static void overlaps(
      List<String> warnings, String volume, String kind, List<File> files) {
    for (int i = 0; i < files.size(); i++) {
      for (File earlier : files.subList(0, i)) {
        if (files.get(i).overlaps(earlier)) {
          warnings.add(
              "volume \"%s\" (%s): overlapping paths: %s with %s"
                  .formatted(volume, kind, files.get(i).text(), earlier.text()));
        }
      }
    }
  }
}
