package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.persistence.format.ByteSink;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import io.luotsi.persistence.registry.EventFormat;
import io.luotsi.persistence.registry.RegistryState;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * All objects of a cluster in one file, each resource at one version. A public format: it is
 * versioned, read for ever and never edited.
 *
 * <p>Format 1: the eight characters {@code LUOTBACK}, a format number (32 bits), and blocks (see
 * {@link BlockWriter}) of records, each behind a byte for its kind:
 *
 * <ul>
 *   <li>Head (1): uid of the cluster (string), time (64 bits)
 *   <li>Resource (2): name, version, time (64 bits), numbers of schema generations and objects (32
 *       bits each), and of each generation its first version and itself; resources in the order of
 *       their names
 *   <li>Object (3), as many as announced, in key order: time of the last write (64 bits; -1 if the
 *       resource has no time to live), body
 *   <li>End (4): number of resources
 * </ul>
 */
final class BackupFile {
  static final String WHAT = "backup";

  private static final int FORMAT = 1;
  private static final byte[] HEADER =
      new ByteSink(16)
          .putInt(SnapshotFile.magic("LUOT"))
          .putInt(SnapshotFile.magic("BACK"))
          .putInt(FORMAT)
          .toByteArray();
  private static final int HEAD = 1;
  private static final int RESOURCE = 2;
  private static final int OBJECT = 3;
  private static final int END = 4;

  private BackupFile() {}

  /** What a file says of the cluster it was made of. */
  record Head(String clusterUid, long timeMillis) {}

  /** What a file says of a resource before its objects. */
  record ResourceHead(
      GroupResource resource, long version, long timeMillis, List<Step> generations, int objects) {
    ResourceHead {
      generations = List.copyOf(generations);
    }
  }

  /**
   * @param version from which on objects were checked against the schema's {@code generation}
   */
  record Step(long version, int generation) {}

  /** Takes a file's content, in the order in which it is there. */
  interface Sink {
    void resource(ResourceHead head) throws IOException;

    /**
     * @param lastWriteMillis -1 if the resource has no time to live
     */
    void object(StoredObject object, long lastWriteMillis) throws IOException;
  }

  /**
   * The whole file in pieces, made as they are taken, so that they may be sent while they are made.
   *
   * @param states of different resources, in the order of their names
   */
  static Iterator<byte[]> pieces(Head head, List<RegistryState> states) {
    return new Pieces(head, states);
  }

  private static final class Pieces implements Iterator<byte[]> {
    private final ByteSink block = new ByteSink(BlockWriter.BLOCK_BYTES + (64 << 10));
    private final Iterator<RegistryState> states;
    private final int resources;
    private Optional<RegistryState> state = Optional.empty();
    private Iterator<StoredObject> objects = List.<StoredObject>of().iterator();
    private boolean begun;
    private boolean ended;

    Pieces(Head head, List<RegistryState> states) {
      this.states = states.iterator();
      this.resources = states.size();
      block.putByte(HEAD).putString(head.clusterUid()).putLong(head.timeMillis());
    }

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public byte[] next() {
      if (ended) {
        throw new NoSuchElementException();
      }
      if (!begun) {
        begun = true;
        return HEADER;
      }
      while (!ended && block.length() < BlockWriter.BLOCK_BYTES) {
        putNext();
      }
      byte[] frame = BlockWriter.frame(block);
      block.clear();
      return frame;
    }

    private void putNext() {
      if (objects.hasNext()) {
        putObject(objects.next());
      } else if (states.hasNext()) {
        RegistryState next = states.next();
        state = Optional.of(next);
        objects = next.objects().values().iterator();
        putResource(next);
      } else {
        block.putByte(END).putInt(resources);
        ended = true;
      }
    }

    private void putResource(RegistryState next) {
      block.putByte(RESOURCE).putString(next.resource().toString());
      block.putLong(next.version()).putLong(next.timeMillis());
      block.putInt(next.generations().size()).putInt(next.objects().size());
      next.generations().forEach((version, step) -> block.putLong(version).putInt(step));
    }

    private void putObject(StoredObject object) {
      RegistryState.LastWrite write =
          state.orElseThrow().lastWrites().get(object.resourceVersion());
      block.putByte(OBJECT).putLong(write == null ? -1 : write.timeMillis());
      block.putBytes(object.json());
    }
  }

  /**
   * Reads a whole file, holding no more of it than a block.
   *
   * @throws CorruptFile if it is not exactly what was written; the sink may have had a part of it
   */
  static Head read(Path file, Sink sink) throws IOException {
    try (BlockReader reader = new BlockReader(file, HEADER, WHAT)) {
      try {
        return read(reader, sink);
      } catch (MalformedBytes e) {
        throw reader.corrupt(String.valueOf(e.getMessage()));
      }
    }
  }

  private static Head read(BlockReader reader, Sink sink) throws IOException, MalformedBytes {
    ByteSource record = SnapshotFile.expect(reader, HEAD);
    Head head = new Head(record.getString(), record.getLong());
    int resources = 0;
    String last = "";
    int kind = reader.record().getByte();
    while (kind == RESOURCE) {
      ResourceHead resource = readResource(reader.record());
      if (resource.resource().toString().compareTo(last) <= 0) {
        throw new MalformedBytes(resource.resource() + " behind " + last);
      }
      last = resource.resource().toString();
      sink.resource(resource);
      readObjects(reader, resource, sink);
      resources++;
      kind = reader.record().getByte();
    }
    if (kind != END || reader.record().getInt() != resources || !reader.atEnd()) {
      throw new MalformedBytes("not the end that was announced");
    }
    return head;
  }

  private static ResourceHead readResource(ByteSource record) throws MalformedBytes {
    GroupResource resource = EntryFormat.readResource(record);
    long version = record.getLong();
    long time = record.getLong();
    int steps = record.getInt();
    int objects = record.getInt();
    List<Step> generations = new ArrayList<>();
    for (int i = 0; i < steps; i++) {
      generations.add(new Step(record.getLong(), record.getInt()));
    }
    return new ResourceHead(resource, version, time, generations, objects);
  }

  private static void readObjects(BlockReader reader, ResourceHead head, Sink sink)
      throws IOException, MalformedBytes {
    Optional<StoredObject> before = Optional.empty();
    for (int i = 0; i < head.objects(); i++) {
      ByteSource record = SnapshotFile.expect(reader, OBJECT);
      long written = record.getLong();
      StoredObject object = EventFormat.readObject(record.getBytes(), SelectableFields.NONE);
      boolean ordered = before.isEmpty() || before.get().key().compareTo(object.key()) < 0;
      if (!ordered || object.resourceVersion() > head.version()) {
        throw new MalformedBytes(
            head.resource() + " at " + head.version() + " has " + object + " out of order");
      }
      sink.object(object, written);
      before = Optional.of(object);
    }
  }
}
