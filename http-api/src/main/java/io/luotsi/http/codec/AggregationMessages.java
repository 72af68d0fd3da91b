package io.luotsi.http.codec;

import com.google.protobuf.DescriptorProtos.DescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Label;
import com.google.protobuf.DescriptorProtos.FieldDescriptorProto.Type;
import com.google.protobuf.DescriptorProtos.FileDescriptorProto;
import com.google.protobuf.Descriptors.DescriptorValidationException;
import com.google.protobuf.Descriptors.FileDescriptor;
import io.kubernetes.client.proto.Meta;

/**
 * The messages of {@code apiregistration.k8s.io/v1}, the one served group that the official
 * client's library has no messages of.
 *
 * @see "Source: the field numbers are those of kube-aggregator's generated.proto"
 */
final class AggregationMessages {
  private static final String PACKAGE = "k8s.io.kube_aggregator.pkg.apis.apiregistration.v1";
  private static final String META = ".k8s.io.apimachinery.pkg.apis.meta.v1.";

  private AggregationMessages() {}

  static FileDescriptor descriptor() {
    return Loaded.FILE;
  }

  private static final class Loaded {
    static final FileDescriptor FILE = build();
  }

  private static FileDescriptor build() {
    FileDescriptorProto file =
        FileDescriptorProto.newBuilder()
            .setName("k8s.io/kube-aggregator/apiregistration/v1")
            .setPackage(PACKAGE)
            .addDependency(Meta.getDescriptor().getName())
            .addMessageType(
                message("APIService")
                    .addField(one("metadata", 1, META + "ObjectMeta"))
                    .addField(one("spec", 2, "APIServiceSpec"))
                    .addField(one("status", 3, "APIServiceStatus")))
            .addMessageType(
                message("APIServiceList")
                    .addField(one("metadata", 1, META + "ListMeta"))
                    .addField(many("items", 2, "APIService")))
            .addMessageType(
                message("APIServiceSpec")
                    .addField(one("service", 1, "ServiceReference"))
                    .addField(one("group", 2, Type.TYPE_STRING))
                    .addField(one("version", 3, Type.TYPE_STRING))
                    .addField(one("insecureSkipTLSVerify", 4, Type.TYPE_BOOL))
                    .addField(one("caBundle", 5, Type.TYPE_BYTES))
                    .addField(one("groupPriorityMinimum", 7, Type.TYPE_INT32))
                    .addField(one("versionPriority", 8, Type.TYPE_INT32)))
            .addMessageType(
                message("ServiceReference")
                    .addField(one("namespace", 1, Type.TYPE_STRING))
                    .addField(one("name", 2, Type.TYPE_STRING))
                    .addField(one("port", 3, Type.TYPE_INT32)))
            .addMessageType(
                message("APIServiceStatus").addField(many("conditions", 1, "APIServiceCondition")))
            .addMessageType(
                message("APIServiceCondition")
                    .addField(one("type", 1, Type.TYPE_STRING))
                    .addField(one("status", 2, Type.TYPE_STRING))
                    .addField(one("lastTransitionTime", 3, META + "Time"))
                    .addField(one("reason", 4, Type.TYPE_STRING))
                    .addField(one("message", 5, Type.TYPE_STRING)))
            .build();
    try {
      return FileDescriptor.buildFrom(file, new FileDescriptor[] {Meta.getDescriptor()});
    } catch (DescriptorValidationException e) {
      throw new IllegalStateException("the table above is wrong", e);
    }
  }

  private static DescriptorProto.Builder message(String name) {
    return DescriptorProto.newBuilder().setName(name);
  }

  private static FieldDescriptorProto.Builder one(String name, int number, Type type) {
    return field(name, number, Label.LABEL_OPTIONAL).setType(type);
  }

  private static FieldDescriptorProto.Builder one(String name, int number, String message) {
    return field(name, number, Label.LABEL_OPTIONAL).setTypeName(message);
  }

  private static FieldDescriptorProto.Builder many(String name, int number, String message) {
    return field(name, number, Label.LABEL_REPEATED).setTypeName(message);
  }

  private static FieldDescriptorProto.Builder field(String name, int number, Label label) {
    return FieldDescriptorProto.newBuilder().setName(name).setNumber(number).setLabel(label);
  }
}
