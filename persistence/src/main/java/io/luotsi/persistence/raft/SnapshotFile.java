package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.WatchEvent;
import io.luotsi.persistence.format.ByteSink;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import io.luotsi.persistence.registry.Change;
import io.luotsi.persistence.registry.EventFormat;
import io.luotsi.persistence.registry.RegistryState;
import io.luotsi.persistence.registry.Replica;
import io.luotsi.persistence.registry.ResourceReplica;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.pcollections.PSortedMap;
import org.pcollections.TreePMap;

/**
 * A group's whole state in one file, with the watch windows' past, so that a member that starts
 * from it expires nobody. A public format: it is versioned, read for ever and never edited.
 *
 * <p>Format 1: the eight characters {@code LUOTSNAP}, a format number (32 bits), and blocks (see
 * {@link BlockWriter}) of records, each behind a byte for its kind:
 *
 * <ul>
 *   <li>Head (1): term, index (64 bits each), incarnation (64 bits, 0 for none), address and uid of
 *       who formed it, number of members that are down, address and uid of each
 *   <li>Resource (2): name, version, time (64 bits), numbers of schema generations, objects and
 *       changes (32 bits each), and of each generation its first version and itself
 *   <li>Object (3), as many as announced, in key order: time of the last write (64 bits; -1 if the
 *       resource has no time to live), body
 *   <li>Change (4), as many as announced, newest first: version, time, and a byte: 0 no object, 1
 *       added (namespace, name), 2 modified, 3 deleted (both: the body before)
 *   <li>End (5): number of resources
 * </ul>
 *
 * <p>Format 2, where it has been decided who is to take part: the same with a record behind the
 * head, Members (6), as {@link EntryFormat} writes lists of them.
 */
final class SnapshotFile {
  /**
   * @param term of the last entry that is in it
   * @param index of that entry
   */
  record Content(
      long term, long index, ClusterState cluster, List<ResourceReplica.Past> resources) {
    Content {
      resources = List.copyOf(resources);
    }
  }

  static final String WHAT = "snapshot";

  private static final int FORMAT = 1;
  private static final int FORMAT_WITH_MEMBERS = 2;
  static final byte[] HEADER = header(FORMAT);
  private static final byte[] HEADER_WITH_MEMBERS = header(FORMAT_WITH_MEMBERS);
  private static final int HEAD = 1;
  static final int RESOURCE = 2;
  private static final int OBJECT = 3;
  private static final int CHANGE = 4;
  static final int END = 5;
  private static final int MEMBERS = 6;
  private static final int NOTHING = 0;
  private static final int ADDED = 1;
  private static final int MODIFIED = 2;
  private static final int DELETED = 3;

  private SnapshotFile() {}

  private static byte[] header(int format) {
    return new ByteSink(16)
        .putInt(magic("LUOT"))
        .putInt(magic("SNAP"))
        .putInt(format)
        .toByteArray();
  }

  static int magic(String four) {
    byte[] b = four.getBytes(StandardCharsets.US_ASCII);
    return b[0] << 24 | b[1] << 16 | b[2] << 8 | b[3];
  }

  /** Writes and syncs; the caller renames. */
  static void write(Path file, Content content) throws IOException {
    List<Enrolment> enrolled = content.cluster().enrolled();
    byte[] header = enrolled.isEmpty() ? HEADER : HEADER_WITH_MEMBERS;
    try (BlockWriter writer = new BlockWriter(file, header)) {
      writeHead(writer.record(), content.term(), content.index(), content.cluster());
      writer.endRecord();
      if (!enrolled.isEmpty()) {
        EntryFormat.writeEnrolments(writer.record().putByte(MEMBERS), enrolled);
        writer.endRecord();
      }
      for (ResourceReplica.Past past : content.resources()) {
        writeResource(writer, past);
      }
      writer.record().putByte(END).putInt(content.resources().size());
      writer.sync();
    }
  }

  static void writeHead(ByteSink sink, long term, long index, ClusterState cluster) {
    sink.putByte(HEAD).putLong(term).putLong(index);
    sink.putLong(cluster.incarnation());
    writeMember(
        sink,
        cluster
            .formed()
            .map(ClusterState.Formed::by)
            .orElseGet(() -> new ClusterState.Member("", 0)));
    sink.putInt(cluster.down().size());
    cluster.down().forEach(member -> writeMember(sink, member));
  }

  private static void writeMember(ByteSink sink, ClusterState.Member member) {
    sink.putString(member.address()).putLong(member.uid());
  }

  private static void writeResource(BlockWriter writer, ResourceReplica.Past past)
      throws IOException {
    RegistryState state = past.state();
    ByteSink head = writer.record();
    head.putByte(RESOURCE).putString(state.resource().toString());
    head.putLong(state.version()).putLong(state.timeMillis());
    head.putInt(state.generations().size()).putInt(state.objects().size());
    head.putInt(past.changes().size());
    state.generations().forEach((version, step) -> head.putLong(version).putInt(step));
    writer.endRecord();
    for (StoredObject object : state.objects().values()) {
      RegistryState.LastWrite write = state.lastWrites().get(object.resourceVersion());
      writeObject(writer.record(), object, write == null ? -1 : write.timeMillis());
      writer.endRecord();
    }
    for (Change change : past.changes().reversed()) {
      writeChange(writer.record(), change);
      writer.endRecord();
    }
  }

  static void writeObject(ByteSink sink, StoredObject object, long lastWriteMillis) {
    sink.putByte(OBJECT).putLong(lastWriteMillis).putBytes(object.json());
  }

  private static void writeChange(ByteSink sink, Change change) {
    sink.putByte(CHANGE).putLong(change.version()).putLong(change.timeMillis());
    if (change.event().isEmpty()) {
      sink.putByte(NOTHING);
      return;
    }
    switch (change.event().get()) {
      case WatchEvent.Added(StoredObject object) ->
          sink.putByte(ADDED).putString(object.key().namespace()).putString(object.key().name());
      case WatchEvent.Modified(StoredObject object, StoredObject previous) ->
          sink.putByte(MODIFIED).putBytes(previous.json());
      case WatchEvent.Deleted(StoredObject object) ->
          sink.putByte(DELETED).putBytes(change.before().orElseThrow().json());
    }
  }

  /**
   * Reads all of it, and keeps nothing.
   *
   * @throws CorruptFile if a block is not what was written
   */
  static void verify(Path file) throws IOException {
    try (BlockReader reader = new BlockReader(file, List.of(HEADER, HEADER_WITH_MEMBERS), WHAT)) {
      reader.verify();
    }
  }

  /**
   * @param replica whose settings say how to index objects and whether they expire
   * @throws CorruptFile if the file is not exactly what was written
   */
  static Content read(Path file, Replica replica) throws IOException {
    try (BlockReader reader = new BlockReader(file, List.of(HEADER, HEADER_WITH_MEMBERS), WHAT)) {
      try {
        return read(reader, replica);
      } catch (MalformedBytes e) {
        throw reader.corrupt(String.valueOf(e.getMessage()));
      }
    }
  }

  private static Content read(BlockReader reader, Replica replica)
      throws IOException, MalformedBytes {
    ByteSource head = expect(reader, HEAD);
    long term = head.getLong();
    long index = head.getLong();
    ClusterState cluster = readCluster(head);
    if (Arrays.equals(reader.header(), HEADER_WITH_MEMBERS)) {
      cluster = cluster.enrol(EntryFormat.readEnrolments(expect(reader, MEMBERS)));
    }
    List<ResourceReplica.Past> resources = new ArrayList<>();
    int kind = reader.record().getByte();
    while (kind == RESOURCE) {
      resources.add(readResource(reader, replica));
      kind = reader.record().getByte();
    }
    if (kind != END || reader.record().getInt() != resources.size() || !reader.atEnd()) {
      throw new MalformedBytes("not the end that was announced");
    }
    return new Content(term, index, cluster, resources);
  }

  static ByteSource expect(BlockReader reader, int kind) throws IOException, MalformedBytes {
    ByteSource record = reader.record();
    int found = record.getByte();
    if (found != kind) {
      throw new MalformedBytes("a record of kind " + found + " in place of " + kind);
    }
    return record;
  }

  private static ClusterState readCluster(ByteSource head) throws MalformedBytes {
    long incarnation = head.getLong();
    ClusterState.Member by = EntryFormat.readMember(head);
    List<ClusterState.Member> down = new ArrayList<>();
    for (int left = head.getInt(); left > 0; left--) {
      down.add(EntryFormat.readMember(head));
    }
    return new ClusterState(
        incarnation == 0 ? Optional.empty() : Optional.of(new ClusterState.Formed(incarnation, by)),
        down);
  }

  private static ResourceReplica.Past readResource(BlockReader reader, Replica replica)
      throws IOException, MalformedBytes {
    ByteSource head = reader.record();
    GroupResource resource = EntryFormat.readResource(head);
    long version = head.getLong();
    long time = head.getLong();
    int steps = head.getInt();
    int objectCount = head.getInt();
    int changeCount = head.getInt();
    PSortedMap<Long, Integer> generations = TreePMap.empty();
    for (int i = 0; i < steps; i++) {
      generations = generations.plus(head.getLong(), head.getInt());
    }
    RegistryState empty = replica.emptyState(resource);
    SelectableFields fields = replica.settings(resource).selectable();
    TreeMap<ObjectKey, StoredObject> objects = new TreeMap<>();
    TreeMap<Long, RegistryState.LastWrite> writes = new TreeMap<>();
    for (int i = 0; i < objectCount; i++) {
      ByteSource record = expect(reader, OBJECT);
      long written = record.getLong();
      StoredObject object = EventFormat.readObject(record.getBytes(), fields);
      objects.put(object.key(), object);
      if (empty.expires()) { // a time to live that is new counts from the resource's last event
        writes.put(
            object.resourceVersion(),
            new RegistryState.LastWrite(object.key(), written < 0 ? time : written));
      }
    }
    RegistryState state =
        new RegistryState(
            resource,
            empty.expires(),
            version,
            time,
            TreePMap.fromSortedMap(objects),
            generations,
            TreePMap.fromSortedMap(writes));
    return new ResourceReplica.Past(state, readChanges(reader, state, fields, changeCount));
  }

  /** Changes, newest first, each of which says how to undo it. */
  private static List<Change> readChanges(
      BlockReader reader, RegistryState state, SelectableFields fields, int count)
      throws IOException, MalformedBytes {
    Map<ObjectKey, StoredObject> objects = new HashMap<>();
    List<Change> newestFirst = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Change change = readChange(expect(reader, CHANGE), state, fields, objects);
      if (change.version() != state.version() - i) {
        throw new MalformedBytes("change " + change.version() + " out of order");
      }
      newestFirst.add(change);
    }
    return newestFirst.reversed();
  }

  /**
   * @param undone objects as undoing has left them, where they differ from {@code state}'s
   */
  private static Change readChange(
      ByteSource record,
      RegistryState state,
      SelectableFields fields,
      Map<ObjectKey, StoredObject> undone)
      throws MalformedBytes {
    long version = record.getLong();
    long time = record.getLong();
    int kind = record.getByte();
    switch (kind) {
      case NOTHING -> {
        return new Change(version, time, Optional.empty(), Optional.empty());
      }
      case ADDED -> {
        ObjectKey key = new ObjectKey(record.getString(), record.getString());
        StoredObject object = current(state, undone, key, version);
        return new Change(
            version, time, Optional.of(new WatchEvent.Added(object)), Optional.empty());
      }
      case MODIFIED -> {
        StoredObject before = EventFormat.readObject(record.getBytes(), fields);
        StoredObject object = current(state, undone, before.key(), version);
        undone.put(before.key(), before);
        return new Change(
            version,
            time,
            Optional.of(new WatchEvent.Modified(object, before)),
            Optional.of(before));
      }
      case DELETED -> {
        StoredObject before = EventFormat.readObject(record.getBytes(), fields);
        undone.put(before.key(), before);
        return Change.deleted(version, time, before);
      }
      default -> throw new MalformedBytes("a change of kind " + kind);
    }
  }

  private static StoredObject current(
      RegistryState state, Map<ObjectKey, StoredObject> undone, ObjectKey key, long version)
      throws MalformedBytes {
    StoredObject object = undone.containsKey(key) ? undone.get(key) : state.objects().get(key);
    if (object == null || object.resourceVersion() != version) {
      throw new MalformedBytes("change " + version + " of " + key + ", which is " + object);
    }
    return object;
  }
}
