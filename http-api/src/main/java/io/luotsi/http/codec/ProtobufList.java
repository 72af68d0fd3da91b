package io.luotsi.http.codec;

import io.luotsi.core.api.StoredObject;
import io.luotsi.http.codec.ProtobufLayout.Slot;
import io.luotsi.http.codec.ProtobufLayout.Value;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.function.Function;
import org.apache.pekko.util.ByteString;

/**
 * A list in upstream's envelope, made as the client reads. The envelope begins with the length of
 * all that is in it, so every item is encoded before the first byte is sent; what a few chunks hold
 * is kept, and all after it encoded once more. A list of any length costs no more memory than that.
 */
final class ProtobufList implements Iterator<ByteString> {
  private static final int KEPT_BYTES = 1024 * 1024;

  private final Function<StoredObject, byte[]> item;
  private final Slot.Field items;
  private final ProtobufLayout layout;

  /** What is sent next. */
  private final ProtobufWriter next = new ProtobufWriter(ListBody.CHUNK_BYTES / 8);

  private final Iterator<StoredObject> rest;
  private boolean ended;

  /**
   * @param empty the list in JSON, without its items
   * @param item the JSON of one item in the list, each time the same
   */
  ProtobufList(byte[] empty, List<StoredObject> objects, Function<StoredObject, byte[]> item) {
    this.item = item;
    ProtobufAnswer.TypeMeta type = ProtobufAnswer.TypeMeta.of(empty);
    ProtobufLayout list = type.layout();
    if (!(list.slots().get("items") instanceof Slot.Field field)
        || !(field.value() instanceof Value.Message(ProtobufLayout element))) {
      throw new IllegalStateException(type + " is no list");
    }
    this.items = field;
    this.layout = element;
    ProtobufWriter kept = new ProtobufWriter(ListBody.CHUNK_BYTES / 8);
    ProtobufEncoder.write(empty, list, kept);
    int keptItems = 0;
    long length = kept.size();
    ProtobufWriter measured = new ProtobufWriter(8 * 1024);
    for (StoredObject object : objects) {
      boolean keep = length < KEPT_BYTES;
      ProtobufWriter to = keep ? kept : measured;
      int start = to.size();
      write(object, to);
      length += to.size() - start;
      keptItems += keep ? 1 : 0;
      measured.cutTo(0);
    }
    ProtobufAnswer.begin(type, next);
    ProtobufAnswer.length(length, next);
    next.raw(kept);
    this.rest = objects.listIterator(keptItems);
  }

  private void write(StoredObject object, ProtobufWriter to) {
    int start = to.begin(items.number());
    ProtobufEncoder.write(item.apply(object), layout, to);
    to.end(start);
  }

  @Override
  public boolean hasNext() {
    return !ended;
  }

  @Override
  public ByteString next() {
    if (ended) {
      throw new NoSuchElementException();
    }
    while (next.size() < ListBody.CHUNK_BYTES && rest.hasNext()) {
      write(rest.next(), next);
    }
    if (!rest.hasNext()) {
      ProtobufAnswer.end(next);
      ended = true;
    }
    ByteString chunk = ByteString.fromArrayUnsafe(next.toByteArray());
    next.cutTo(0);
    return chunk;
  }
}
