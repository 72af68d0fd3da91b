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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * What carriers send, as bytes. Members of neighbouring versions speak it with each other.
 *
 * <p>Format 1: a byte 1, a byte for the kind, and then
 *
 * <ul>
 *   <li>Request (1): call (64 bits), resource (string), remaining milliseconds (64 bits), reply-to
 *       (string), and a write: none (0); create (1): draft; update (2): draft, precondition; delete
 *       (3): namespace, name, precondition. A draft is its JSON at version 0
 *   <li>Answer (2): call, resource, and a result: not here (0); stored (1): version; deleted (2):
 *       JSON; refused (3): version, a byte for the rejection, and its strings and numbers
 *   <li>Requests (3): reply-to, number (32 bits), and of each its call, resource, remaining
 *       milliseconds and write
 *   <li>Answers (4): number, and of each its call, resource and result
 * </ul>
 *
 * <p>Kinds 3 and 4 came later, and are sent only to those who are known to read them. Of a
 * request's call the highest bit says that whoever asks does; who does not know that bit gives it
 * back as a part of the number, which is why it counts for nothing in an answer.
 */
final class WireFormat {
  private static final int FORMAT = 1;
  private static final int REQUEST = 1;
  private static final int ANSWER = 2;
  private static final int REQUESTS = 3;
  private static final int ANSWERS = 4;

  /** Beside the number of a call. */
  private static final long READS_BUNDLES = Long.MIN_VALUE;

  /** Format, kind, number of parts. */
  private static final int HEAD_BYTES = 6;

  /** A refusal's words, about. */
  private static final int REFUSAL_BYTES = 256;

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
      case Carrier.Request request -> {
        writeCall(request, sink.putByte(REQUEST));
        sink.putString(nameOf(request));
        writeWrite(request, sink);
      }
      case Carrier.Answer answer -> writeAnswer(answer, sink.putByte(ANSWER));
      case Carrier.Requests(List<Carrier.Request> requests) -> {
        sink.putByte(REQUESTS).putString(nameOf(requests.getFirst())).putInt(requests.size());
        for (Carrier.Request request : requests) {
          writeCall(request, sink);
          writeWrite(request, sink);
        }
      }
      case Carrier.Answers(List<Carrier.Answer> answers) -> {
        sink.putByte(ANSWERS).putInt(answers.size());
        answers.forEach(answer -> writeAnswer(answer, sink));
      }
    }
    return sink.toByteArray();
  }

  /** Enough for most messages, so that none is copied, and hardly more. */
  private int sizeBytes(Carrier.Wire message) {
    return HEAD_BYTES
        + switch (message) {
          case Carrier.Request request -> sizeBytes(nameOf(request)) + sizeBytes(request);
          case Carrier.Answer answer -> sizeBytes(answer);
          case Carrier.Requests(List<Carrier.Request> requests) ->
              sizeBytes(nameOf(requests.getFirst()))
                  + requests.stream().mapToInt(WireFormat::sizeBytes).sum();
          case Carrier.Answers(List<Carrier.Answer> answers) ->
              answers.stream().mapToInt(WireFormat::sizeBytes).sum();
        };
  }

  private static int sizeBytes(String value) {
    return Integer.BYTES + value.length();
  }

  private static int sizeBytes(Carrier.Request request) {
    return 2 * Long.BYTES
        + sizeBytes(request.resource().toString())
        + 1
        + request.write().map(WireFormat::sizeBytes).orElse(0);
  }

  private static int sizeBytes(Write write) {
    return switch (write) {
      case Write.Create(ObjectDraft draft) -> Integer.BYTES + draft.sizeBytes();
      case Write.Update(ObjectDraft draft, Precondition precondition) ->
          Integer.BYTES + draft.sizeBytes() + sizeBytes(precondition);
      case Write.Delete(ObjectKey key, Precondition precondition) ->
          sizeBytes(key.namespace()) + sizeBytes(key.name()) + sizeBytes(precondition);
    };
  }

  private static int sizeBytes(Precondition precondition) {
    return 2
        + precondition.uid().map(WireFormat::sizeBytes).orElse(0)
        + (precondition.resourceVersion().isPresent() ? Long.BYTES : 0);
  }

  private static int sizeBytes(Carrier.Answer answer) {
    return Long.BYTES
        + sizeBytes(answer.resource().toString())
        + 1
        + switch (answer.result()) {
          case Carrier.NotHere notHere -> 0;
          case Carrier.Stored stored -> Long.BYTES;
          case Carrier.Deleted(StoredObject object) -> Integer.BYTES + object.json().length;
          case Carrier.Refused refused -> REFUSAL_BYTES;
        };
  }

  private String nameOf(Carrier.Request request) {
    return refs.name().apply(request.asker().carrier());
  }

  private static void writeCall(Carrier.Request request, ByteSink sink) {
    long bundles = request.asker().readsBundles() ? READS_BUNDLES : 0;
    sink.putLong(request.call() | bundles).putString(request.resource().toString());
    sink.putLong(request.remaining().toMillis());
  }

  private static void writeWrite(Carrier.Request request, ByteSink sink) {
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
    Carrier.Wire message =
        switch (kind) {
          case REQUEST -> readRequest(source);
          case ANSWER -> readAnswer(source);
          case REQUESTS -> readRequests(source);
          case ANSWERS -> readAnswers(source);
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

  /** What a request says before its write. */
  private record Call(long number, GroupResource resource, Duration remaining) {
    static Call read(ByteSource source) throws MalformedBytes {
      long number = source.getLong();
      GroupResource resource = readResource(source);
      return new Call(number, resource, Duration.ofMillis(source.getLong()));
    }
  }

  private Carrier.Request readRequest(ByteSource source) throws MalformedBytes {
    Call call = Call.read(source);
    boolean readsBundles = (call.number() & READS_BUNDLES) != 0;
    return readWrite(call, readAsker(source, readsBundles), source);
  }

  private Carrier.Asker readAsker(ByteSource source, boolean readsBundles) throws MalformedBytes {
    return new Carrier.Asker(refs.resolve().apply(source.getString()), readsBundles);
  }

  private Carrier.Requests readRequests(ByteSource source) throws MalformedBytes {
    Carrier.Asker asker = readAsker(source, true);
    int number = readNumber(source);
    List<Carrier.Request> requests = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      requests.add(readWrite(Call.read(source), asker, source));
    }
    return new Carrier.Requests(requests);
  }

  private static int readNumber(ByteSource source) throws MalformedBytes {
    int number = source.getInt();
    if (number < 1) {
      throw new MalformedBytes("a bundle of " + number);
    }
    return number;
  }

  private Carrier.Request readWrite(Call call, Carrier.Asker asker, ByteSource source)
      throws MalformedBytes {
    GroupResource resource = call.resource();
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
    return new Carrier.Request(
        call.number() & ~READS_BUNDLES, resource, write, call.remaining(), asker);
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

  private Carrier.Answer readAnswer(ByteSource source) throws MalformedBytes {
    long call = source.getLong() & ~READS_BUNDLES;
    GroupResource resource = readResource(source);
    return new Carrier.Answer(call, resource, readResult(resource, source));
  }

  private Carrier.Answers readAnswers(ByteSource source) throws MalformedBytes {
    int number = readNumber(source);
    List<Carrier.Answer> answers = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      answers.add(readAnswer(source));
    }
    return new Carrier.Answers(answers);
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
