package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.SelectableFields;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Everything the machinery knows about one resource in one version. Built-in and custom types are
 * the same thing.
 *
 * @param plural the resource's name in paths, lower case
 * @param verbs of the resource itself; those of its subresources are theirs
 * @param timeToLive after which an object that nobody writes is removed; empty for ever
 * @param schema of the whole object
 * @param defaults besides those that the schema says; apply both with {@link Defaulting}
 * @param columns of tables
 * @param storedAs empty for the version that is stored, and for all versions of custom kinds
 * @param custom what a CustomResourceDefinition says besides; empty for built-in types
 */
public record ResourceType(
    GroupVersionKind kind,
    String plural,
    String singular,
    List<String> shortNames,
    List<String> categories,
    boolean namespaced,
    Set<Verb> verbs,
    List<Subresource> subresources,
    SelectableFields selectable,
    Optional<Duration> timeToLive,
    StructuralSchema schema,
    KindDefaults defaults,
    TableColumns columns,
    Optional<StoredAs> storedAs,
    Optional<CustomKind> custom) {
  public ResourceType {
    shortNames = List.copyOf(shortNames);
    categories = List.copyOf(categories);
    verbs = Set.copyOf(verbs);
    subresources = List.copyOf(subresources);
  }

  /** What OpenAPI calls the kind. */
  public String definition() {
    return custom.map(CustomKind::definition).orElseGet(schema::definition);
  }

  /** The kind under whose name objects are stored. */
  public GroupVersionKind storedKind() {
    return custom
        .map(own -> new GroupVersionKind(kind.group(), own.storageVersion(), kind.kind()))
        .orElseGet(() -> stored().kind());
  }

  /** Whether objects are stored in this version, and served as they are. */
  public boolean isStored() {
    return storedAs.isEmpty();
  }

  /** The version that objects are stored in; mostly this one. */
  public ResourceType stored() {
    return storedAs.map(StoredAs::type).orElse(this);
  }

  /** To and from the version that is stored. */
  public Conversion conversion() {
    return storedAs.map(StoredAs::conversion).orElse(Conversion.NONE);
  }

  /** As requests name it; stores know the one of {@link #stored}. */
  public GroupResource groupResource() {
    return new GroupResource(kind.group(), plural);
  }

  public GroupVersionResource groupVersionResource() {
    return new GroupVersionResource(kind.group(), kind.version(), plural);
  }

  public Optional<Subresource> subresource(String name) {
    return subresources.stream().filter(s -> s.name().equals(name)).findFirst();
  }
}
