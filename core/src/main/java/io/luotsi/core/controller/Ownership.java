package io.luotsi.core.controller;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.client.ApiClient.PatchType;

/** How an object comes to be, and ceases to be, another one's. */
public final class Ownership {
  private Ownership() {}

  /** The reference by which a controller owns what it made. */
  public static ObjectNode controllerReference(
      GroupVersionKind kind, String ownerName, String ownerUid) {
    ObjectNode reference = Json.object();
    reference.put("apiVersion", kind.apiVersion());
    reference.put("kind", kind.kind());
    reference.put("name", ownerName);
    reference.put("uid", ownerUid);
    reference.put("controller", true);
    reference.put("blockOwnerDeletion", true);
    return reference;
  }

  /** Makes an orphan the owner's own; refused if the orphan is another object by now. */
  public static Action.Patch adopt(
      GroupVersionResource resource, ObjectKey orphan, String orphanUid, ObjectNode reference) {
    ObjectNode patch = Json.object();
    ObjectNode metadata = patch.putObject("metadata").put("uid", orphanUid);
    metadata.putArray("ownerReferences").add(reference);
    return new Action.Patch(resource, orphan, "", PatchType.STRATEGIC_MERGE, patch);
  }

  /** Lets go of an object that the owner's selector matches no more. */
  public static Action.Patch release(
      GroupVersionResource resource, ObjectKey owned, String ownedUid, String ownerUid) {
    ObjectNode patch = Json.object();
    ObjectNode metadata = patch.putObject("metadata").put("uid", ownedUid);
    metadata.putArray("ownerReferences").addObject().put("$patch", "delete").put("uid", ownerUid);
    return new Action.Patch(resource, owned, "", PatchType.STRATEGIC_MERGE, patch);
  }
}
