package io.luotsi.persistence.carriage;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.format.ByteSink;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What carriers send, as bytes. Members of neighbouring versions speak it with each other.
 *
 * <p>Format 1: a byte 1, a byte for the kind, call (64 bits), resource (string), and then
 *
 * <ul>
 *   <li>Request (1): remaining milliseconds (64 bits), reply-to (string), and a write: none (0);
 *       create (1): draft; update (2): draft, precondition; delete (3): namespace, name,
 *       precondition. A draft is its JSON at version 0
 *   <li>Answer (2): not here (0); stored (1): version; deleted (2): JSON; refused (3): version, a
 *       byte for the rejection, and its strings and numbers
 * </ul>
 */
final class WireFormat {
  private static final int FORMAT = 1;
  private static final int REQUEST = 1;
  private static final int ANSWER = 2;
  private static final int OVERHEAD_BYTES = 512;

  /** Names actors by strings, as Artery does. */
  record Refs(
      Function<ActorRef<Carrier.Wire>, String> name,
      Function<String, ActorRef<Carrier.Wire>> resolve) {}

  private final Refs refs;
  private final Function<GroupResource, SelectableFields> fields;

  /**
   * @param fields to index a resource's objects by
   */
  WireFormat(Refs refs, Function<GroupResource, SelectableFields> fields) {
    this.refs = refs;
    this.fields = fields;
  }

  byte[] write(Carrier.Wire message) {
    ByteSink sink = new ByteSink(sizeBytes(message)).putByte(FORMAT);
    switch (message) {
      case Carrier.Request request -> writeRequest(request, sink.putByte(REQUEST));
      case Carrier.Answer answer -> writeAnswer(answer, sink.putByte(ANSWER));
    }
    return sink.toByteArray();
  }

  private static int sizeBytes(Carrier.Wire message) {
    return switch (message) {
      case Carrier.Request request ->
          OVERHEAD_BYTES
              + request
                  .write()
                  .map(
                      write ->
                          switch (write) {
                            case Write.Create create -> create.draft().sizeBytes();
                            case Write.Update update -> update.draft().sizeBytes();
                            case Write.Delete delete -> 0;
                          })
                  .orElse(0);
      case Carrier.Answer answer when answer.result() instanceof Carrier.Deleted deleted ->
          OVERHEAD_BYTES + deleted.object().json().length;
      case Carrier.Answer answer -> OVERHEAD_BYTES;
    };
  }

  private void writeRequest(Carrier.Request request, ByteSink sink) {
    sink.putLong(request.call()).putString(request.resource().toString());
    sink.putLong(request.remaining().toMillis());
    sink.putString(refs.name().apply(request.replyTo()));
    if (request.write().isEmpty()) {
      sink.putByte(0);
      return;
    }
    switch (request.write().get()) {
      case Write.Create(ObjectDraft draft) -> sink.putByte(1).putBytes(draft.json());
      case Write.Update(ObjectDraft draft, Precondition precondition) ->
          writePrecondition(precondition, sink.putByte(2).putBytes(draft.json()));
      case Write.Delete(ObjectKey key, Precondition precondition) ->
          writePrecondition(
              precondition, sink.putByte(3).putString(key.namespace()).putString(key.name()));
    }
  }

  private static void writePrecondition(Precondition precondition, ByteSink sink) {
    sink.putByte(precondition.uid().isPresent() ? 1 : 0);
    precondition.uid().ifPresent(sink::putString);
    sink.putByte(precondition.resourceVersion().isPresent() ? 1 : 0);
    precondition.resourceVersion().ifPresent(sink::putLong);
  }

  private static void writeAnswer(Carrier.Answer answer, ByteSink sink) {
    sink.putLong(answer.call()).putString(answer.resource().toString());
    switch (answer.result()) {
      case Carrier.NotHere notHere -> sink.putByte(0);
      case Carrier.Stored(long version) -> sink.putByte(1).putLong(version);
      case Carrier.Deleted(StoredObject object) -> sink.putByte(2).putBytes(object.json());
      case Carrier.Refused(Rejection rejection, long version) ->
          writeRejection(rejection, sink.putByte(3).putLong(version));
    }
  }

  /** A registry refuses for few reasons; any other is a bug, and told as one. */
  private static void writeRejection(Rejection rejection, ByteSink sink) {
    switch (rejection) {
      case Rejection.AlreadyExists(GroupResource resource, String name) ->
          sink.putByte(1).putString(resource.toString()).putString(name);
      case Rejection.NotFound(GroupResource resource, String name) ->
          sink.putByte(2).putString(resource.toString()).putString(name);
      case Rejection.Conflict(GroupResource resource, String name, String message) ->
          sink.putByte(3).putString(resource.toString()).putString(name).putString(message);
      case Rejection.TooManyRequests(String message, Duration retryAfter) ->
          sink.putByte(4).putString(message).putLong(retryAfter.toMillis());
      case Rejection.Timeout(String message) -> sink.putByte(5).putString(message);
      case Rejection.InternalError(String message) -> sink.putByte(6).putString(message);
      case Rejection.BadRequest _,
          Rejection.Unauthorized _,
          Rejection.Forbidden _,
          Rejection.ForbiddenPath _,
          Rejection.NoSuchResource _,
          Rejection.NoSuchMethod _,
          Rejection.MethodNotAllowed _,
          Rejection.NotAcceptable _,
          Rejection.ApplyConflict _,
          Rejection.Expired _,
          Rejection.RequestEntityTooLarge _,
          Rejection.UnsupportedMediaType _,
          Rejection.Invalid _,
          Rejection.Unprocessable _,
          Rejection.BudgetExhausted _,
          Rejection.Unclassified _,
          Rejection.ServiceUnavailable _,
          Rejection.ResourceVersionTooLarge _ ->
          sink.putByte(6).putString("a registry refused with " + rejection);
    }
  }

  /**
   * @throws MalformedBytes if the bytes are damaged or of an unknown format
   */
  Carrier.Wire read(ByteSource source) throws MalformedBytes {
    int format = source.getByte();
    if (format != FORMAT) {
      throw new MalformedBytes("wire format " + format + " is not known");
    }
    int kind = source.getByte();
    long call = source.getLong();
    GroupResource resource = readResource(source);
    Carrier.Wire message =
        switch (kind) {
          case REQUEST -> readRequest(call, resource, source);
          case ANSWER -> new Carrier.Answer(call, resource, readResult(resource, source));
          default -> throw new MalformedBytes("message kind " + kind + " is not known");
        };
    if (source.remaining() > 0) {
      throw new MalformedBytes(source.remaining() + " bytes behind a message");
    }
    return message;
  }

  private static GroupResource readResource(ByteSource source) throws MalformedBytes {
    String name = source.getString();
    try {
      return GroupResource.parse(name);
    } catch (IllegalArgumentException e) {
      throw new MalformedBytes(String.valueOf(e.getMessage()));
    }
  }

  private Carrier.Request readRequest(long call, GroupResource resource, ByteSource source)
      throws MalformedBytes {
    Duration remaining = Duration.ofMillis(source.getLong());
    ActorRef<Carrier.Wire> replyTo = refs.resolve().apply(source.getString());
    int kind = source.getByte();
    Optional<Write> write =
        switch (kind) {
          case 0 -> Optional.empty();
          case 1 -> Optional.of(new Write.Create(readDraft(resource, source)));
          case 2 ->
              Optional.of(new Write.Update(readDraft(resource, source), readPrecondition(source)));
          case 3 -> Optional.of(new Write.Delete(readKey(source), readPrecondition(source)));
          default -> throw new MalformedBytes("write kind " + kind + " is not known");
        };
    return new Carrier.Request(call, resource, write, remaining, replyTo);
  }

  private ObjectDraft readDraft(GroupResource resource, ByteSource source) throws MalformedBytes {
    byte[] json = source.getBytes();
    try {
      return ObjectDraft.parse(json, fields.apply(resource));
    } catch (IllegalArgumentException e) {
      throw new MalformedBytes("a draft that is no object: " + e.getMessage());
    }
  }

  private static ObjectKey readKey(ByteSource source) throws MalformedBytes {
    String namespace = source.getString();
    String name = source.getString();
    if (name.isEmpty()) {
      throw new MalformedBytes("an object without a name");
    }
    return new ObjectKey(namespace, name);
  }

  private static Precondition readPrecondition(ByteSource source) throws MalformedBytes {
    Optional<String> uid =
        source.getByte() == 1 ? Optional.of(source.getString()) : Optional.empty();
    OptionalLong version =
        source.getByte() == 1 ? OptionalLong.of(source.getLong()) : OptionalLong.empty();
    return new Precondition(uid, version);
  }

  private Carrier.Result readResult(GroupResource resource, ByteSource source)
      throws MalformedBytes {
    int kind = source.getByte();
    return switch (kind) {
      case 0 -> new Carrier.NotHere();
      case 1 -> new Carrier.Stored(source.getLong());
      case 2 -> new Carrier.Deleted(readObject(resource, source));
      case 3 -> {
        long version = source.getLong();
        yield new Carrier.Refused(readRejection(source), version);
      }
      default -> throw new MalformedBytes("result kind " + kind + " is not known");
    };
  }

  private StoredObject readObject(GroupResource resource, ByteSource source) throws MalformedBytes {
    byte[] json = source.getBytes();
    try {
      return StoredObject.parse(json, fields.apply(resource));
    } catch (IllegalArgumentException e) {
      throw new MalformedBytes("a body that is no object: " + e.getMessage());
    }
  }

  private static Rejection readRejection(ByteSource source) throws MalformedBytes {
    int kind = source.getByte();
    return switch (kind) {
      case 1 -> new Rejection.AlreadyExists(readResource(source), source.getString());
      case 2 -> new Rejection.NotFound(readResource(source), source.getString());
      case 3 ->
          new Rejection.Conflict(readResource(source), source.getString(), source.getString());
      case 4 ->
          new Rejection.TooManyRequests(source.getString(), Duration.ofMillis(source.getLong()));
      case 5 -> new Rejection.Timeout(source.getString());
      case 6 -> new Rejection.InternalError(source.getString());
      default -> throw new MalformedBytes("rejection kind " + kind + " is not known");
    };
  }
}
