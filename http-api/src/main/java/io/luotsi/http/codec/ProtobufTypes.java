package io.luotsi.http.codec;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.kubernetes.client.proto.Meta;
import io.kubernetes.client.proto.Runtime;
import io.kubernetes.client.proto.V1;
import io.kubernetes.client.proto.V1Admissionregistration;
import io.kubernetes.client.proto.V1Apiextensions;
import io.kubernetes.client.proto.V1Apps;
import io.kubernetes.client.proto.V1Authentication;
import io.kubernetes.client.proto.V1Authorization;
import io.kubernetes.client.proto.V1Autoscaling;
import io.kubernetes.client.proto.V1Batch;
import io.kubernetes.client.proto.V1Certificates;
import io.kubernetes.client.proto.V1Coordination;
import io.kubernetes.client.proto.V1Discovery;
import io.kubernetes.client.proto.V1Events;
import io.kubernetes.client.proto.V1Flowcontrol;
import io.kubernetes.client.proto.V1Networking;
import io.kubernetes.client.proto.V1Node;
import io.kubernetes.client.proto.V1Policy;
import io.kubernetes.client.proto.V1Rbac;
import io.kubernetes.client.proto.V1Resource;
import io.kubernetes.client.proto.V1Scheduling;
import io.kubernetes.client.proto.V1Storage;
import io.kubernetes.client.proto.V2Apidiscovery;
import io.kubernetes.client.proto.V2Autoscaling;
import io.kubernetes.client.proto.V2beta1Apidiscovery;
import java.util.Optional;

/** Where upstream's messages are described. Each file is read when the first body needs it. */
final class ProtobufTypes {
  private ProtobufTypes() {}

  /** Empty if the kind has no message: all custom kinds, and {@code Table}. */
  static Optional<Descriptor> find(String apiVersion, String kind) {
    // Every group serves the options of a deletion under its own name.
    Optional<FileDescriptor> file =
        kind.equals("DeleteOptions") ? Optional.of(Meta.getDescriptor()) : file(apiVersion);
    Optional<Descriptor> own = file.map(found -> found.findMessageTypeByName(kind));
    // Status and the documents of discovery call themselves v1.
    return own.isEmpty() && apiVersion.equals("v1")
        ? Optional.ofNullable(Meta.getDescriptor().findMessageTypeByName(kind))
        : own;
  }

  /** What every body is wrapped in. */
  static Descriptor envelope() {
    return Runtime.getDescriptor().findMessageTypeByName("Unknown");
  }

  private static Optional<FileDescriptor> file(String apiVersion) {
    return switch (apiVersion) {
      case "v1" -> Optional.of(V1.getDescriptor());
      case "admissionregistration.k8s.io/v1" ->
          Optional.of(V1Admissionregistration.getDescriptor());
      case "apidiscovery.k8s.io/v2" -> Optional.of(V2Apidiscovery.getDescriptor());
      case "apidiscovery.k8s.io/v2beta1" -> Optional.of(V2beta1Apidiscovery.getDescriptor());
      case "apiextensions.k8s.io/v1" -> Optional.of(V1Apiextensions.getDescriptor());
      case "apiregistration.k8s.io/v1" -> Optional.of(AggregationMessages.descriptor());
      case "apps/v1" -> Optional.of(V1Apps.getDescriptor());
      case "authentication.k8s.io/v1" -> Optional.of(V1Authentication.getDescriptor());
      case "authorization.k8s.io/v1" -> Optional.of(V1Authorization.getDescriptor());
      case "autoscaling/v1" -> Optional.of(V1Autoscaling.getDescriptor());
      case "autoscaling/v2" -> Optional.of(V2Autoscaling.getDescriptor());
      case "batch/v1" -> Optional.of(V1Batch.getDescriptor());
      case "certificates.k8s.io/v1" -> Optional.of(V1Certificates.getDescriptor());
      case "coordination.k8s.io/v1" -> Optional.of(V1Coordination.getDescriptor());
      case "discovery.k8s.io/v1" -> Optional.of(V1Discovery.getDescriptor());
      case "events.k8s.io/v1" -> Optional.of(V1Events.getDescriptor());
      case "flowcontrol.apiserver.k8s.io/v1" -> Optional.of(V1Flowcontrol.getDescriptor());
      case "meta.k8s.io/v1" -> Optional.of(Meta.getDescriptor());
      case "networking.k8s.io/v1" -> Optional.of(V1Networking.getDescriptor());
      case "node.k8s.io/v1" -> Optional.of(V1Node.getDescriptor());
      case "policy/v1" -> Optional.of(V1Policy.getDescriptor());
      case "rbac.authorization.k8s.io/v1" -> Optional.of(V1Rbac.getDescriptor());
      case "resource.k8s.io/v1" -> Optional.of(V1Resource.getDescriptor());
      case "scheduling.k8s.io/v1" -> Optional.of(V1Scheduling.getDescriptor());
      case "storage.k8s.io/v1" -> Optional.of(V1Storage.getDescriptor());
      default -> Optional.empty();
    };
  }
}
