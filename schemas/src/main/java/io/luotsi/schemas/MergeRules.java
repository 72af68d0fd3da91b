package io.luotsi.schemas;

import java.util.List;

/**
 * How two versions of a list or a map become one; all components empty where nothing was said.
 *
 * @param listType {@code atomic}, {@code set} or {@code map}
 * @param listMapKeys fields that identify an item of a {@code map} list
 * @param mapType {@code atomic} or {@code granular}
 * @param patchStrategies of strategic merge patch: {@code merge}, {@code replace}, {@code
 *     retainKeys}
 * @param patchMergeKey of strategic merge patch
 */
public record MergeRules(
    String listType,
    List<String> listMapKeys,
    String mapType,
    List<String> patchStrategies,
    String patchMergeKey) {
  public static final MergeRules NONE = new MergeRules("", List.of(), "", List.of(), "");

  public MergeRules {
    listMapKeys = List.copyOf(listMapKeys);
    patchStrategies = List.copyOf(patchStrategies);
  }
}
