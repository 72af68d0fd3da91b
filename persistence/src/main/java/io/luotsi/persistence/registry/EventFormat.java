package io.luotsi.persistence.registry;

import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.persistence.format.ByteSink;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;

/**
 * Events as bytes. A public format: it is versioned, read for ever and never edited.
 *
 * <p>Format 1: a byte 1, a byte for the kind, the time (64 bits), and then
 *
 * <ul>
 *   <li>Created (1): nothing more
 *   <li>Stored (2): namespace, name, uid (strings), generation of the schema (32 bits), encoding of
 *       the body (a byte; 0 plain), body (byte string)
 *   <li>Removed (3) and Expired (4): namespace, name, uid
 * </ul>
 *
 * The version is not in it: an entry says the first one of its batch.
 */
public final class EventFormat {
  private static final int FORMAT = 1;
  private static final int CREATED = 1;
  private static final int STORED = 2;
  private static final int REMOVED = 3;
  private static final int EXPIRED = 4;
  private static final int PLAIN = 0;

  /** Bytes of a format 1 event before its strings: format, kind, time. */
  private static final int HEAD_BYTES = 10;

  /** Lengths of namespace, name and uid. */
  private static final int KEY_BYTES = 12;

  /** Generation, encoding and length of a body. */
  private static final int BODY_BYTES = 9;

  private EventFormat() {}

  /** What {@link #write} writes, if the event's strings are ASCII: room that fits is not copied. */
  public static int sizeBytes(RegistryEvent event) {
    return switch (event) {
      case RegistryEvent.Created created -> HEAD_BYTES;
      case RegistryEvent.Stored stored ->
          HEAD_BYTES
              + sizeBytes(stored.object().key(), stored.object().uid())
              + BODY_BYTES
              + stored.object().json().length;
      case RegistryEvent.Removed removed -> HEAD_BYTES + sizeBytes(removed.key(), removed.uid());
      case RegistryEvent.Expired expired -> HEAD_BYTES + sizeBytes(expired.key(), expired.uid());
    };
  }

  private static int sizeBytes(ObjectKey key, String uid) {
    return KEY_BYTES + key.namespace().length() + key.name().length() + uid.length();
  }

  public static void write(RegistryEvent event, ByteSink sink) {
    sink.putByte(FORMAT);
    switch (event) {
      case RegistryEvent.Created created -> sink.putByte(CREATED).putLong(created.timeMillis());
      case RegistryEvent.Stored(StoredObject object, int generation, long time) -> {
        writeKey(sink.putByte(STORED).putLong(time), object.key(), object.uid());
        sink.putInt(generation).putByte(PLAIN).putBytes(object.json());
      }
      case RegistryEvent.Removed(ObjectKey key, String uid, long version, long time) ->
          writeKey(sink.putByte(REMOVED).putLong(time), key, uid);
      case RegistryEvent.Expired(ObjectKey key, String uid, long version, long time) ->
          writeKey(sink.putByte(EXPIRED).putLong(time), key, uid);
    }
  }

  private static void writeKey(ByteSink sink, ObjectKey key, String uid) {
    sink.putString(key.namespace()).putString(key.name()).putString(uid);
  }

  /**
   * @param version the event's, which its body must agree with
   * @param fields to index the object by
   * @throws MalformedBytes if the bytes are damaged or of an unknown format
   */
  public static RegistryEvent read(ByteSource source, long version, SelectableFields fields)
      throws MalformedBytes {
    int format = source.getByte();
    if (format != FORMAT) {
      throw new MalformedBytes("event format " + format + " is not known");
    }
    int kind = source.getByte();
    long time = source.getLong();
    RegistryEvent event =
        switch (kind) {
          case CREATED -> new RegistryEvent.Created(version, time);
          case STORED -> readStored(source, version, time, fields);
          case REMOVED ->
              new RegistryEvent.Removed(readKey(source), source.getString(), version, time);
          case EXPIRED ->
              new RegistryEvent.Expired(readKey(source), source.getString(), version, time);
          default -> throw new MalformedBytes("event kind " + kind + " is not known");
        };
    if (source.remaining() > 0) {
      throw new MalformedBytes(source.remaining() + " bytes behind an event");
    }
    return event;
  }

  private static RegistryEvent readStored(
      ByteSource source, long version, long time, SelectableFields fields) throws MalformedBytes {
    ObjectKey key = readKey(source);
    String uid = source.getString();
    int generation = source.getInt();
    int encoding = source.getByte();
    if (encoding != PLAIN) {
      throw new MalformedBytes("body encoding " + encoding + " is not known");
    }
    StoredObject object = readObject(source.getBytes(), fields);
    if (!object.key().equals(key)
        || !object.uid().equals(uid)
        || object.resourceVersion() != version) {
      throw new MalformedBytes(
          "event " + version + " of " + key + " with the body of " + object + ", uid " + uid);
    }
    return new RegistryEvent.Stored(object, generation, time);
  }

  private static ObjectKey readKey(ByteSource source) throws MalformedBytes {
    String namespace = source.getString();
    String name = source.getString();
    if (name.isEmpty()) {
      throw new MalformedBytes("an object without a name");
    }
    return new ObjectKey(namespace, name);
  }

  /** Indexes a body, for whoever reads one from outside an event. */
  public static StoredObject readObject(byte[] json, SelectableFields fields)
      throws MalformedBytes {
    try {
      return StoredObject.parse(json, fields);
    } catch (IllegalArgumentException e) {
      throw new MalformedBytes("a body that is no object: " + e.getMessage());
    }
  }
}
