package io.luotsi.core.catalog;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;

/**
 * How objects of a version that is served become objects of the version that is stored, and back.
 * Pure, and total on whatever decodes; loses nothing there and back but what upstream's loses;
 * {@code metadata.managedFields} is never touched, since its entries name the version they are of.
 */
public interface Conversion {
  /** Of the stored version itself: nothing is looked at, the stored bytes are what is served. */
  Conversion NONE =
      new Conversion() {
        @Override
        public ObjectNode toStored(ObjectNode object) {
          return object;
        }

        @Override
        public ObjectNode fromStored(ObjectNode stored) {
          return stored;
        }
      };

  /**
   * @param object of the served version; not changed
   * @return may share parts with the argument, not defaulted
   */
  ObjectNode toStored(ObjectNode object);

  /**
   * @param stored of the stored version; not changed
   * @return may share parts with the argument
   */
  ObjectNode fromStored(ObjectNode stored);

  /**
   * What selectors of stored objects call a field.
   *
   * @param path one that the served version lets be selected
   */
  default String storedField(String path) {
    return path;
  }

  /** Between versions that have all fields in common: only {@code apiVersion} says which it is. */
  static Conversion renaming(GroupVersionKind served, GroupVersionKind stored) {
    return new Conversion() {
      @Override
      public ObjectNode toStored(ObjectNode object) {
        return named(object, stored);
      }

      @Override
      public ObjectNode fromStored(ObjectNode object) {
        return named(object, served);
      }
    };
  }

  /** The same object under another version's name; parts are shared. */
  static ObjectNode named(ObjectNode object, GroupVersionKind kind) {
    ObjectNode renamed = object.objectNode();
    renamed.setAll(object);
    return renamed.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
  }
}
