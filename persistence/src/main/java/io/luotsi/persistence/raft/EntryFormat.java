package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.persistence.format.ByteSink;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import io.luotsi.persistence.registry.EventFormat;
import io.luotsi.persistence.registry.RegistryEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Log entries as bytes. A public format: it is versioned, read for ever and never edited.
 *
 * <p>Format 1: a byte 1, a byte for the kind, and then
 *
 * <ul>
 *   <li>Batch (1): resource (string), term, first version (64 bits each), number of events (32
 *       bits), and each event as a byte string in {@link EventFormat}
 *   <li>Form (2): incarnation (64 bits), address (string), uid (64 bits)
 *   <li>Down (3): address, uid
 *   <li>Enrol (4): twice, what was seen and what is wished: number of members (32 bits), and of
 *       each its peer id, host (strings), port (32 bits) and what is said about it (string)
 * </ul>
 */
final class EntryFormat {
  private static final int FORMAT = 1;
  private static final int BATCH = 1;
  private static final int FORM = 2;
  private static final int DOWN = 3;
  private static final int ENROL = 4;

  /** Bytes of a batch besides its resource's name and its events: room that fits is not copied. */
  private static final int BATCH_BYTES = 26;

  /** No event is smaller, so no honest count is larger than the bytes allow. */
  private static final int SMALLEST_EVENT_BYTES = 14;

  /** Three lengths and a port. */
  private static final int SMALLEST_ENROLMENT_BYTES = 16;

  private EntryFormat() {}

  static byte[] write(Entry entry) {
    ByteSink sink = new ByteSink(sizeBytes(entry)).putByte(FORMAT);
    switch (entry) {
      case Entry.Batch batch -> writeBatch(batch, sink.putByte(BATCH));
      case Entry.Form(ClusterState.Formed formed) -> {
        sink.putByte(FORM).putLong(formed.incarnation());
        sink.putString(formed.by().address()).putLong(formed.by().uid());
      }
      case Entry.Down(ClusterState.Member member) ->
          sink.putByte(DOWN).putString(member.address()).putLong(member.uid());
      case Entry.Enrol(List<Enrolment> seen, List<Enrolment> wished) -> {
        writeEnrolments(sink.putByte(ENROL), seen);
        writeEnrolments(sink, wished);
      }
    }
    return sink.toByteArray();
  }

  static void writeEnrolments(ByteSink sink, List<Enrolment> enrolments) {
    sink.putInt(enrolments.size());
    for (Enrolment enrolment : enrolments) {
      Peer peer = enrolment.peer();
      sink.putString(peer.id()).putString(peer.host()).putInt(peer.port());
      sink.putString(enrolment.about());
    }
  }

  private static int sizeBytes(Entry entry) {
    int size = BATCH_BYTES;
    if (entry instanceof Entry.Batch batch) {
      size += batch.resource().toString().length();
      for (RegistryEvent event : batch.events()) {
        size += 4 + EventFormat.sizeBytes(event);
      }
    }
    return size;
  }

  private static void writeBatch(Entry.Batch batch, ByteSink sink) {
    sink.putString(batch.resource().toString());
    sink.putLong(batch.term()).putLong(batch.firstVersion()).putInt(batch.events().size());
    for (RegistryEvent event : batch.events()) {
      int at = sink.length();
      sink.putInt(0);
      EventFormat.write(event, sink);
      sink.setInt(at, sink.length() - at - 4);
    }
  }

  /**
   * @param fields to index a resource's objects by
   * @throws MalformedBytes if the bytes are damaged or of an unknown format
   */
  static Entry read(ByteSource source, Function<GroupResource, SelectableFields> fields)
      throws MalformedBytes {
    int format = source.getByte();
    if (format != FORMAT) {
      throw new MalformedBytes("entry format " + format + " is not known");
    }
    int kind = source.getByte();
    Entry entry =
        switch (kind) {
          case BATCH -> readBatch(source, fields);
          case FORM ->
              new Entry.Form(new ClusterState.Formed(source.getLong(), readMember(source)));
          case DOWN -> new Entry.Down(readMember(source));
          case ENROL -> new Entry.Enrol(readEnrolments(source), readEnrolments(source));
          default -> throw new MalformedBytes("entry kind " + kind + " is not known");
        };
    if (source.remaining() > 0) {
      throw new MalformedBytes(source.remaining() + " bytes behind an entry");
    }
    return entry;
  }

  private static Entry readBatch(
      ByteSource source, Function<GroupResource, SelectableFields> fields) throws MalformedBytes {
    GroupResource resource = readResource(source);
    long term = source.getLong();
    long firstVersion = source.getLong();
    int count = source.getInt();
    if (count < 1 || count > source.remaining() / SMALLEST_EVENT_BYTES) {
      throw new MalformedBytes("a batch of " + count + " events");
    }
    SelectableFields indexed = fields.apply(resource);
    List<RegistryEvent> events = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      events.add(EventFormat.read(source.getSource(), firstVersion + i, indexed));
    }
    return new Entry.Batch(resource, term, firstVersion, events);
  }

  static GroupResource readResource(ByteSource source) throws MalformedBytes {
    String name = source.getString();
    try {
      return GroupResource.parse(name);
    } catch (IllegalArgumentException e) {
      throw new MalformedBytes(String.valueOf(e.getMessage()));
    }
  }

  static List<Enrolment> readEnrolments(ByteSource source) throws MalformedBytes {
    int count = source.getInt();
    if (count < 0 || count > source.remaining() / SMALLEST_ENROLMENT_BYTES) {
      throw new MalformedBytes("a list of " + count + " members");
    }
    List<Enrolment> enrolments = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      Peer peer = new Peer(source.getString(), source.getString(), source.getInt());
      String about = source.getString();
      if (about.length() > Enrolment.MOST_ABOUT) {
        throw new MalformedBytes(about.length() + " characters about a member");
      }
      enrolments.add(new Enrolment(peer, about));
    }
    return enrolments;
  }

  static ClusterState.Member readMember(ByteSource source) throws MalformedBytes {
    return new ClusterState.Member(source.getString(), source.getLong());
  }
}
