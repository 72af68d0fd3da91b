package io.luotsi.bench.store;

import io.luotsi.persistence.format.ByteSink;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What {@link Desk} and its clients send, as bytes: a byte for the kind, the call, and the fields
 * in their order. Both ends are of one build, so there are no versions of it.
 */
final class DeskFormat {
  private static final int LEADS = 1;
  private static final int NEWEST = 2;
  private static final int PAGE = 3;
  private static final int WATCH = 4;
  private static final int NEXT = 5;
  private static final int NUMBER = 6;
  private static final int OBJECTS = 7;
  private static final int FAILED = 8;
  private static final int LEAVE = 9;
  private static final int OVERHEAD_BYTES = 256;

  private final Function<ActorRef<Desk.Answer>, String> name;
  private final Function<String, ActorRef<Desk.Answer>> resolve;

  DeskFormat(
      Function<ActorRef<Desk.Answer>, String> name,
      Function<String, ActorRef<Desk.Answer>> resolve) {
    this.name = name;
    this.resolve = resolve;
  }

  byte[] write(Desk.Wire message) {
    ByteSink sink = new ByteSink(sizeBytes(message));
    switch (message) {
      case Desk.Leads(long call, var replyTo) -> head(sink, LEADS, call, replyTo);
      case Desk.Newest(long call, String table, var replyTo) ->
          head(sink, NEWEST, call, replyTo).putString(table);
      case Desk.Page page ->
          head(sink, PAGE, page.call(), page.replyTo())
              .putString(page.table())
              .putString(page.after())
              .putLong(page.version())
              .putInt(page.limit());
      case Desk.Watch(long call, String table, long after, var replyTo) ->
          head(sink, WATCH, call, replyTo).putString(table).putLong(after);
      case Desk.Next(long call, var replyTo) -> head(sink, NEXT, call, replyTo);
      case Desk.Leave(long call, var replyTo) -> head(sink, LEAVE, call, replyTo);
      case Desk.Number(long call, long value) -> sink.putByte(NUMBER).putLong(call).putLong(value);
      case Desk.Objects(long call, long version, String last, List<byte[]> objects) -> {
        sink.putByte(OBJECTS).putLong(call).putLong(version).putString(last);
        sink.putInt(objects.size());
        objects.forEach(sink::putBytes);
      }
      case Desk.Failed(long call, String why) -> sink.putByte(FAILED).putLong(call).putString(why);
    }
    return sink.toByteArray();
  }

  private static int sizeBytes(Desk.Wire message) {
    int size = OVERHEAD_BYTES;
    if (message instanceof Desk.Objects answer) {
      for (byte[] object : answer.objects()) {
        size += Integer.BYTES + object.length;
      }
    }
    return size;
  }

  private ByteSink head(ByteSink sink, int kind, long call, ActorRef<Desk.Answer> replyTo) {
    return sink.putByte(kind).putLong(call).putString(name.apply(replyTo));
  }

  Desk.Wire read(ByteSource source) throws MalformedBytes {
    int kind = source.getByte();
    long call = source.getLong();
    return switch (kind) {
      case LEADS -> new Desk.Leads(call, replyTo(source));
      case NEWEST -> {
        ActorRef<Desk.Answer> replyTo = replyTo(source);
        yield new Desk.Newest(call, source.getString(), replyTo);
      }
      case PAGE -> {
        ActorRef<Desk.Answer> replyTo = replyTo(source);
        yield new Desk.Page(
            call,
            source.getString(),
            source.getString(),
            source.getLong(),
            source.getInt(),
            replyTo);
      }
      case WATCH -> {
        ActorRef<Desk.Answer> replyTo = replyTo(source);
        yield new Desk.Watch(call, source.getString(), source.getLong(), replyTo);
      }
      case NEXT -> new Desk.Next(call, replyTo(source));
      case LEAVE -> new Desk.Leave(call, replyTo(source));
      case NUMBER -> new Desk.Number(call, source.getLong());
      case OBJECTS -> readObjects(call, source);
      case FAILED -> new Desk.Failed(call, source.getString());
      default -> throw new MalformedBytes("message kind " + kind + " is not known");
    };
  }

  private ActorRef<Desk.Answer> replyTo(ByteSource source) throws MalformedBytes {
    return resolve.apply(source.getString());
  }

  private static Desk.Objects readObjects(long call, ByteSource source) throws MalformedBytes {
    long version = source.getLong();
    String last = source.getString();
    int count = source.getInt();
    List<byte[]> objects = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      objects.add(source.getBytes());
    }
    return new Desk.Objects(call, version, last, objects);
  }
}
