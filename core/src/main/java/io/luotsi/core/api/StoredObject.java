package io.luotsi.core.api;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One version of one object: its final JSON, {@code resourceVersion} already in it, and a small
 * index. The same instance is journalled, kept, listed and streamed to every watcher, so neither
 * the bytes nor the index are ever changed or copied.
 */
public final class StoredObject {
  private final byte[] json;
  private final int versionStart;
  private final int versionEnd;
  private final long resourceVersion;
  private final ObjectIndex index;

  StoredObject(
      byte[] json, int versionStart, int versionEnd, long resourceVersion, ObjectIndex index) {
    this.json = json;
    this.versionStart = versionStart;
    this.versionEnd = versionEnd;
    this.resourceVersion = resourceVersion;
    this.index = index;
  }

  /**
   * Indexes bytes that came from a journal, a snapshot or a trusted member.
   *
   * @throws IllegalArgumentException if {@code json} is not an object with {@code metadata.name}
   *     and a numeric {@code metadata.resourceVersion}
   */
  public static StoredObject parse(byte[] json, SelectableFields fields) {
    return IndexReader.read(json, fields);
  }

  /** What is answered and was never stored: it has no version, and needs no name. */
  public static StoredObject answer(ObjectNode object) {
    return new StoredObject(Json.write(object), 0, 0, 0, ObjectIndex.NOWHERE);
  }

  /**
   * The same of what selectors choose by its name.
   *
   * @param object without labels and namespace
   */
  public static StoredObject answer(ObjectNode object, String name) {
    return new StoredObject(Json.write(object), 0, 0, 0, ObjectIndex.named(name));
  }

  /** The whole object, UTF-8. Shared: callers must not write to it. */
  public byte[] json() {
    return json;
  }

  public long resourceVersion() {
    return resourceVersion;
  }

  public ObjectKey key() {
    return index.key();
  }

  /** Never empty for a stored object. */
  public String uid() {
    return index.uid();
  }

  public Map<String, String> labels() {
    return index.labels();
  }

  public List<OwnerReference> owners() {
    return index.owners();
  }

  /** The owner that says it is the controller, if there is one. */
  public Optional<OwnerReference> controller() {
    return index.owners().stream().filter(OwnerReference::controller).findFirst();
  }

  /** Whether {@code metadata.deletionTimestamp} is set. */
  public boolean deleting() {
    return index.deleting();
  }

  /**
   * Value of a selectable field; {@code metadata.name} and {@code metadata.namespace} always are.
   *
   * @throws IllegalArgumentException if the field is not selectable for this resource
   */
  public String field(String path) {
    return index.field(path);
  }

  public ObjectIndex index() {
    return index;
  }

  /** The same object as it is reported when deleted: at the version of its deletion. */
  public StoredObject at(long version) {
    byte[] digits = Long.toString(version).getBytes(StandardCharsets.US_ASCII);
    byte[] bytes = new byte[json.length - (versionEnd - versionStart) + digits.length];
    System.arraycopy(json, 0, bytes, 0, versionStart);
    System.arraycopy(digits, 0, bytes, versionStart, digits.length);
    System.arraycopy(
        json, versionEnd, bytes, versionStart + digits.length, json.length - versionEnd);
    return new StoredObject(bytes, versionStart, versionStart + digits.length, version, index);
  }

  /** The same object as one that was never stored: {@code metadata.resourceVersion} is left out. */
  public StoredObject unversioned() {
    ObjectNode bare = Json.readObject(json);
    bare.withObject("metadata").remove("resourceVersion");
    return new StoredObject(Json.write(bare), 0, 0, 0, index);
  }

  /** Key and version, for logs. */
  @Override
  public String toString() {
    return index.key() + "@" + resourceVersion;
  }
}
