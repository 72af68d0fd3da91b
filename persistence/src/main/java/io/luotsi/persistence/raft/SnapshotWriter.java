package io.luotsi.persistence.raft;

import io.luotsi.core.api.StoredObject;
import io.luotsi.persistence.format.ByteSink;
import java.io.IOException;
import java.nio.file.Path;

/** Writes a {@link SnapshotFile} without a past, resource by resource, and keeps none of it. */
final class SnapshotWriter implements AutoCloseable {
  private final BlockWriter writer;
  private int resources;

  SnapshotWriter(Path file, long term, long index) throws IOException {
    writer = new BlockWriter(file, SnapshotFile.HEADER);
    SnapshotFile.writeHead(writer.record(), term, index, ClusterState.NONE);
    writer.endRecord();
  }

  /**
   * Begins a resource; as many objects as it announces must follow.
   *
   * @param version in place of the one in {@code head}
   */
  void resource(BackupFile.ResourceHead head, long version) throws IOException {
    ByteSink record = writer.record();
    record.putByte(SnapshotFile.RESOURCE).putString(head.resource().toString());
    record.putLong(version).putLong(head.timeMillis());
    record.putInt(head.generations().size()).putInt(head.objects()).putInt(0);
    head.generations().forEach(step -> record.putLong(step.version()).putInt(step.generation()));
    writer.endRecord();
    resources++;
  }

  void object(StoredObject object, long lastWriteMillis) throws IOException {
    SnapshotFile.writeObject(writer.record(), object, lastWriteMillis);
    writer.endRecord();
  }

  /** Ends the file and forces it to the disk. */
  void finish() throws IOException {
    writer.record().putByte(SnapshotFile.END).putInt(resources);
    writer.sync();
  }

  @Override
  public void close() throws IOException {
    writer.close();
  }
}
