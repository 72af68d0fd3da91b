package io.luotsi.core.catalog;

import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.SelectableFields.Field;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/** One row of the catalog's table while it is written; what it does not say is the usual. */
final class TypeRow {
  private static final Set<Verb> PART = Set.of(Verb.GET, Verb.PATCH, Verb.UPDATE);
  private static final Set<Verb> PROXY =
      Set.of(Verb.CREATE, Verb.DELETE, Verb.GET, Verb.PATCH, Verb.UPDATE);

  private final BuiltInSchemas schemas;
  private final GroupVersionKind kind;
  private final String plural;
  private final StructuralSchema schema;
  private final List<Subresource> subresources = new ArrayList<>();
  private final List<Field> selectable = new ArrayList<>();
  private List<String> shortNames = List.of();
  private List<String> categories = List.of();
  private boolean namespaced = true;
  private Set<Verb> verbs = Verb.ALL;
  private Optional<Duration> timeToLive = Optional.empty();
  private KindDefaults defaults = KindDefaults.NONE;
  private TableColumns columns = TableColumns.DEFAULT;
  private Optional<GroupVersionResource> storedAs = Optional.empty();
  private Conversion conversion = Conversion.NONE;

  /**
   * @param definition upstream's name of the kind's type
   */
  TypeRow(BuiltInSchemas schemas, String apiVersion, String plural, String definition) {
    this.schemas = schemas;
    this.schema = schemas.named(definition);
    this.kind =
        GroupVersionKind.of(apiVersion, definition.substring(definition.lastIndexOf('.') + 1));
    this.plural = plural;
  }

  TypeRow shortNames(String... names) {
    shortNames = List.of(names);
    return this;
  }

  TypeRow categories(String... names) {
    categories = List.of(names);
    return this;
  }

  TypeRow clusterScoped() {
    namespaced = false;
    return this;
  }

  TypeRow without(Verb verb) {
    Set<Verb> fewer = EnumSet.copyOf(verbs);
    fewer.remove(verb);
    verbs = fewer;
    return this;
  }

  /** A question that is answered and never stored. */
  TypeRow onlyCreated() {
    verbs = Set.of(Verb.CREATE);
    return this;
  }

  /** A report that is made when it is asked for, and never stored. */
  TypeRow onlyRead() {
    verbs = Set.of(Verb.GET, Verb.LIST);
    return this;
  }

  TypeRow status() {
    return part("status");
  }

  /** A subresource that is read and written as the kind itself, and changes but a part of it. */
  TypeRow part(String name) {
    return subresource(name, kind, PART, schema);
  }

  TypeRow scale() {
    return subresource(
        "scale",
        new GroupVersionKind("autoscaling", "v1", "Scale"),
        PART,
        schemas.named("io.k8s.api.autoscaling.v1.Scale"));
  }

  /** A subresource that works on the kind itself. */
  TypeRow operation(String name, Verb verb) {
    return subresource(name, kind, Set.of(verb), schema);
  }

  /**
   * A subresource that clients go on with in another protocol.
   *
   * @param options kind of its query
   */
  TypeRow connection(String name, String options) {
    GroupVersionKind of = new GroupVersionKind(kind.group(), kind.version(), options);
    return subresource(name, of, Set.of(Verb.CREATE, Verb.GET), schema);
  }

  /**
   * A subresource behind which something else answers, whatever the method.
   *
   * @param options kind of its query
   */
  TypeRow proxy(String options) {
    GroupVersionKind of = new GroupVersionKind(kind.group(), kind.version(), options);
    return subresource("proxy", of, PROXY, schema);
  }

  TypeRow subresource(String name, GroupVersionKind ofKind, Set<Verb> with, StructuralSchema of) {
    subresources.add(new Subresource(name, ofKind, with, of));
    return this;
  }

  TypeRow selectable(String... paths) {
    for (String path : paths) {
      selectable.add(new Field(path));
    }
    return this;
  }

  /**
   * @param absent as upstream prints the zero of the field's type
   */
  TypeRow selectableOr(String path, String absent) {
    selectable.add(new Field(path, absent));
    return this;
  }

  /**
   * @param from where the object has it, not being where its name says
   */
  TypeRow selectableFrom(String path, String from) {
    return selectableFrom(path, from, "");
  }

  /**
   * @param from where the object has it, not being where its name says
   * @param absent as upstream prints the zero of the field's type
   */
  TypeRow selectableFrom(String path, String from, String absent) {
    selectable.add(new Field(path, from, absent));
    return this;
  }

  TypeRow timeToLive(Duration time) {
    timeToLive = Optional.of(time);
    return this;
  }

  TypeRow defaults(KindDefaults fill) {
    defaults = fill;
    return this;
  }

  TypeRow columns(TableColumns table) {
    columns = table;
    return this;
  }

  /**
   * Says that another version is stored, which also knows how objects are shown and how long they
   * live.
   *
   * @param resource of a row further up
   */
  TypeRow storedAs(GroupVersionResource resource, Conversion between) {
    storedAs = Optional.of(resource);
    conversion = between;
    return this;
  }

  /**
   * @param known the types of the rows further up
   */
  ResourceType type(Function<GroupVersionResource, ResourceType> known) {
    Optional<StoredAs> stored =
        storedAs.map(resource -> new StoredAs(known.apply(resource), conversion));
    return new ResourceType(
        kind,
        plural,
        kind.kind().toLowerCase(Locale.ROOT),
        shortNames,
        categories,
        namespaced,
        verbs,
        subresources,
        SelectableFields.of(selectable),
        stored.map(it -> it.type().timeToLive()).orElse(timeToLive),
        schema,
        defaults,
        stored
            .<TableColumns>map(it -> new ConvertedColumns(it.type().columns(), conversion))
            .orElse(columns),
        stored,
        Optional.empty());
  }
}
