package io.luotsi.http.codec;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.Descriptors.FieldDescriptor;
import io.luotsi.core.api.Json;
import io.luotsi.http.codec.ProtobufLayout.Form;
import io.luotsi.http.codec.ProtobufLayout.Slot;
import io.luotsi.http.codec.ProtobufLayout.Value;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Map;
import java.util.TreeMap;

/**
 * JSON that we hold as upstream's protobuf, in one pass. What is absent in JSON is absent here:
 * where Go writes a zero in its place, clients read the same zero.
 */
final class ProtobufEncoder {
  private static final int KEY = 1;
  private static final int ENTRY = 2;
  private static final int ONLY = 1;
  private static final int TYPE_OF_INT_OR_STRING = 1;
  private static final int INT = 2;
  private static final int STRING = 3;
  private static final int SECONDS = 1;
  private static final int NANOS = 2;

  private final byte[] json;
  private final JsonParser parser;
  private ProtobufWriter out;

  private ProtobufEncoder(byte[] json, JsonParser parser, ProtobufWriter out) {
    this.json = json;
    this.parser = parser;
    this.out = out;
  }

  /**
   * Writes the fields of an object's message.
   *
   * @param json an object of the layout's type, as the store holds it: what the message has no
   *     field for is left out
   */
  static void write(byte[] json, ProtobufLayout layout, ProtobufWriter out) {
    try (JsonParser parser = Json.mapper().createParser(json)) {
      parser.nextToken();
      new ProtobufEncoder(json, parser, out).fields(layout);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A message while its properties come. */
  private static final class Open {
    private final ProtobufWriter out;
    private Map<Integer, Open> embedded = Map.of();

    Open(ProtobufWriter out) {
      this.out = out;
    }

    /** The struct that Go embeds in this one; its properties come in no order. */
    Open embedded(int number) {
      if (embedded.isEmpty()) {
        embedded = new TreeMap<>();
      }
      return embedded.computeIfAbsent(number, n -> new Open(new ProtobufWriter(256)));
    }

    void close() {
      embedded.forEach(
          (number, struct) -> {
            struct.close();
            out.lengthDelimited(number, struct.out.size());
            out.raw(struct.out);
          });
    }
  }

  private void fields(ProtobufLayout layout) throws IOException {
    Open open = new Open(out);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      property(layout, name, open);
    }
    open.close();
  }

  private void property(ProtobufLayout layout, String name, Open message) throws IOException {
    switch (layout.slots().get(name)) {
      case null -> parser.skipChildren();
      case Slot.Embedded(int number, ProtobufLayout struct) ->
          property(struct, name, message.embedded(number));
      case Slot.Field field -> {
        ProtobufWriter before = out;
        out = message.out;
        field(field);
        out = before;
      }
    }
  }

  private void field(Slot.Field field) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    switch (field.occurrence()) {
      case ONE -> value(field.number(), field.value());
      case LIST -> list(field.number(), field.value());
      case MAP -> map(field.number(), field.value());
    }
  }

  private void list(int number, Value value) throws IOException {
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      value(number, value);
    }
  }

  private void map(int number, Value value) throws IOException {
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      int entry = out.begin(number);
      out.text(KEY, parser.currentName());
      if (parser.nextToken() != JsonToken.VALUE_NULL) {
        value(ENTRY, value);
      }
      out.end(entry);
    }
  }

  private void value(int number, Value value) throws IOException {
    switch (value) {
      case Value.Plain(Form form) -> plain(number, form);
      case Value.Message(ProtobufLayout layout) -> {
        int start = out.begin(number);
        if (parser.currentToken() == JsonToken.START_OBJECT) {
          fields(layout); // a null in a list is an empty one
        }
        out.end(start);
      }
      case Value.Choice choice -> {
        int start = out.begin(number);
        choice(choice);
        out.end(start);
      }
    }
  }

  private void plain(int number, Form form) throws IOException {
    switch (form) {
      case TEXT -> text(number);
      case BYTES -> {
        byte[] bytes = Base64.getMimeDecoder().decode(parser.getText());
        out.bytes(number, bytes, 0, bytes.length);
      }
      case INTEGER -> out.number(number, parser.getValueAsLong());
      case NUMBER -> out.number(number, parser.getValueAsDouble());
      case FLAG -> out.flag(number, parser.getValueAsBoolean());
      case QUANTITY, INT_OR_STRING, TIME, MICRO_TIME, RAW -> {
        int start = out.begin(number);
        wrapped(form);
        out.end(start);
      }
    }
  }

  private void text(int number) throws IOException {
    out.text(number, parser.getTextCharacters(), parser.getTextOffset(), parser.getTextLength());
  }

  /** Writes the fields of what is a message of upstream's, but no object in JSON. */
  private void wrapped(Form form) throws IOException {
    if (parser.currentToken() == JsonToken.VALUE_NULL) {
      return;
    }
    switch (form) {
      case QUANTITY -> text(ONLY);
      case INT_OR_STRING -> {
        boolean number = parser.currentToken().isNumeric();
        out.number(TYPE_OF_INT_OR_STRING, number ? 0 : 1);
        if (number) {
          out.number(INT, parser.getValueAsLong());
        } else {
          text(STRING);
        }
      }
      case TIME -> time(false);
      case MICRO_TIME -> time(true);
      case RAW -> slice();
      case TEXT, BYTES, INTEGER, NUMBER, FLAG -> throw new IllegalStateException("no message");
    }
  }

  private void time(boolean fractions) throws IOException {
    String text = parser.getText();
    if (isWholeSeconds(text)) {
      out.number(SECONDS, epochSeconds(text));
      out.number(NANOS, 0);
    } else {
      Instant time = OffsetDateTime.parse(text).toInstant();
      out.number(SECONDS, time.getEpochSecond());
      out.number(NANOS, fractions ? time.getNano() / 1_000 * 1_000 : 0);
    }
  }

  /** Whether it is what nearly all of our times are: {@code 2026-01-02T03:04:05Z}. */
  private static boolean isWholeSeconds(String text) {
    return text.length() == 20 && text.charAt(10) == 'T' && text.charAt(19) == 'Z';
  }

  private static long epochSeconds(String text) {
    long day =
        LocalDate.of(number(text, 0, 4), number(text, 5, 7), number(text, 8, 10)).toEpochDay();
    long minutes = number(text, 11, 13) * 60L + number(text, 14, 16);
    return day * 86_400 + minutes * 60 + number(text, 17, 19);
  }

  private static int number(String text, int from, int to) {
    return Integer.parseInt(text, from, to, 10);
  }

  /** The JSON of the value, byte for byte. */
  private void slice() throws IOException {
    int start = (int) parser.currentTokenLocation().getByteOffset();
    parser.finishToken();
    parser.skipChildren();
    int end = (int) parser.currentLocation().getByteOffset();
    out.bytes(ONLY, json, start, end - start);
  }

  /** A list is the message's one list, a flag its flag, and an object its schema. */
  private void choice(Value.Choice choice) throws IOException {
    JsonToken token = parser.currentToken();
    for (FieldDescriptor field : choice.message().getFields()) {
      boolean list = field.isRepeated();
      boolean flag = field.getType() == FieldDescriptor.Type.BOOL;
      if (list && token == JsonToken.START_ARRAY) {
        list(field.getNumber(), ProtobufLayout.value(field));
      } else if (flag && token != JsonToken.VALUE_NULL) {
        out.flag(field.getNumber(), token != JsonToken.VALUE_FALSE); // a schema allows, too
      } else if (!list && !flag && token == JsonToken.START_OBJECT) {
        value(field.getNumber(), ProtobufLayout.value(field));
      }
    }
    parser.skipChildren();
  }
}
