package io.luotsi.core.controller.actor;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.bootstrap.SystemObjects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Gives every namespace the ConfigMap with the certificate by which the API is known, and puts it
 * right when somebody has changed it. Keys are names of namespaces.
 *
 * @see "Source: pkg/controller/certificates/rootcacertpublisher"
 */
final class RootCertificateLoop implements Loop<String> {
  private final Informers informers;
  private final Hands hands;
  private final String pem;

  RootCertificateLoop(Informers informers, Hands hands, String pem) {
    this.informers = informers;
    this.hands = hands;
    this.pem = pem;
  }

  @Override
  public String name() {
    return "root-ca-certificate-publisher-controller";
  }

  @Override
  public void watch(Informers all, Consumer<String> wants) {
    all.listen(Resources.NAMESPACES, (key, before, after) -> wants.accept(key.name()));
    all.listen(
        Resources.CONFIG_MAPS,
        (key, before, after) -> {
          if (key.name().equals(SystemObjects.ROOT_CERTIFICATE)) {
            wants.accept(key.namespace());
          }
        });
  }

  @Override
  public Result reconcile(String namespace) throws InterruptedException {
    Optional<StoredObject> found = informers.get(Resources.NAMESPACES, ObjectKey.of(namespace));
    if (found.filter(there -> !there.deleting()).isEmpty()) {
      return Result.DONE;
    }
    ObjectKey key = ObjectKey.of(namespace, SystemObjects.ROOT_CERTIFICATE);
    ObjectNode wanted = SystemObjects.rootCertificate(namespace, pem);
    Optional<Action> action =
        informers
            .get(Resources.CONFIG_MAPS, key)
            .map(there -> mended(key, there, wanted))
            .orElseGet(
                () -> Optional.of(new Action.Create(Resources.CONFIG_MAPS, namespace, wanted)));
    return hands.ensure(action.stream().toList());
  }

  private static Optional<Action> mended(ObjectKey key, StoredObject there, ObjectNode wanted) {
    ObjectNode is = Json.readObject(there.json());
    if (is.path("data").equals(wanted.path("data"))) {
      return Optional.empty();
    }
    is.set("data", wanted.path("data"));
    is.remove("binaryData");
    return Optional.of(new Action.Update(Resources.CONFIG_MAPS, key, "", is));
  }
}
