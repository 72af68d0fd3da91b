package io.luotsi.core.catalog;

/**
 * Begins the rows of one version of a group.
 *
 * @param definitions what upstream's names of the version's types begin with
 */
record VersionRows(BuiltInSchemas schemas, String apiVersion, String definitions) {
  /**
   * @param apiVersion {@code v1}, {@code networking.k8s.io/v1}
   * @param upstreamPackage what the group is called in the names of its types: {@code networking}
   */
  static VersionRows of(BuiltInSchemas schemas, String apiVersion, String upstreamPackage) {
    String version = apiVersion.substring(apiVersion.indexOf('/') + 1);
    return new VersionRows(
        schemas, apiVersion, "io.k8s.api." + upstreamPackage + "." + version + ".");
  }

  TypeRow row(String plural, String kind) {
    return new TypeRow(schemas, apiVersion, plural, definitions + kind);
  }

  StructuralSchema schema(String kind) {
    return schemas.named(definitions + kind);
  }
}
