package io.luotsi.http.codec;

import io.luotsi.core.api.GroupResource;
import java.util.Set;

/** What a deletion that is done at once answers: a Status, or for some resources the object. */
public final class DeletionAnswers {
  private static final Set<String> OBJECTS =
      Set.of(
          "persistentvolumeclaims",
          "persistentvolumes",
          "pods",
          "podtemplates",
          "resourcequotas",
          "serviceaccounts",
          "services",
          "csidrivers.storage.k8s.io",
          "csinodes.storage.k8s.io",
          "deviceclasses.resource.k8s.io",
          "resourceclaims.resource.k8s.io",
          "resourceclaimtemplates.resource.k8s.io",
          "resourceslices.resource.k8s.io",
          "storageclasses.storage.k8s.io",
          "volumeattachments.storage.k8s.io",
          "volumeattributesclasses.storage.k8s.io");

  private DeletionAnswers() {}

  public static boolean object(GroupResource resource) {
    return OBJECTS.contains(resource.toString());
  }
}
