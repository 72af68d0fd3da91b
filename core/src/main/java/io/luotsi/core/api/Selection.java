package io.luotsi.core.api;

import java.util.Optional;

/**
 * Which objects of a resource a list or a watch is about.
 *
 * @param namespace empty for all namespaces
 */
public record Selection(Optional<String> namespace, LabelSelector labels, FieldSelector fields) {
  public static final Selection EVERYTHING =
      new Selection(Optional.empty(), LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);

  public static Selection inNamespace(String namespace) {
    return new Selection(
        Optional.of(namespace), LabelSelector.EVERYTHING, FieldSelector.EVERYTHING);
  }

  public static Selection byField(String path, String value) {
    return new Selection(
        Optional.empty(), LabelSelector.EVERYTHING, FieldSelector.equal(path, value));
  }

  public boolean matches(StoredObject object) {
    return (namespace.isEmpty() || namespace.get().equals(object.key().namespace()))
        && labels.matches(object.labels())
        && fields.matches(object);
  }
}
