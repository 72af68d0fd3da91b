package io.luotsi.http.openapi;

import io.luotsi.core.api.GroupVersionKind;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * What operations of a group, or of one version of it, are called.
 *
 * @param id {@code AppsV1}, in the middle of operations' ids
 * @param tag {@code apps_v1}
 */
record OperationNames(String id, String tag) {
  static OperationNames of(GroupVersionKind kind) {
    OperationNames group = ofGroup(kind.group().isEmpty() ? "core" : kind.group());
    return new OperationNames(
        group.id() + capitalized(kind.version()), group.tag() + "_" + kind.version());
  }

  static OperationNames ofGroup(String group) {
    String bare = group.replaceFirst("\\.k8s\\.io$", "");
    String words =
        Arrays.stream(bare.split("\\."))
            .map(OperationNames::capitalized)
            .collect(Collectors.joining());
    return new OperationNames(
        words, words.substring(0, 1).toLowerCase(Locale.ROOT) + words.substring(1));
  }

  static String capitalized(String word) {
    return word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1);
  }
}
