package io.luotsi.schemas;

import java.util.List;

/**
 * A type, under the name that upstream's OpenAPI documents give it.
 *
 * @param name such as {@code io.k8s.api.core.v1.PodSpec}
 * @param mapType {@code atomic} if the whole is replaced at once by an apply, else empty
 * @param kinds what {@code x-kubernetes-group-version-kind} says; empty for parts of kinds
 * @param properties sorted by name; empty unless {@code type} is a Struct
 */
public record Definition(
    String name, ValueType type, String mapType, List<Kind> kinds, List<Property> properties) {
  public Definition {
    kinds = List.copyOf(kinds);
    properties = List.copyOf(properties);
  }

  /**
   * @param group empty for the core group
   */
  public record Kind(String group, String version, String kind) {}

  /** The part of the name after the last dot. */
  public String shortName() {
    return name.substring(name.lastIndexOf('.') + 1);
  }
}
