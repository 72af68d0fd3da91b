package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.validation.ConfigValidation;
import io.luotsi.core.apiserver.validation.EndpointSliceValidation;
import io.luotsi.core.apiserver.validation.EndpointsValidation;
import io.luotsi.core.apiserver.validation.EventValidation;
import io.luotsi.core.apiserver.validation.MetadataValidation;
import io.luotsi.core.apiserver.validation.NodeValidation;
import io.luotsi.core.apiserver.validation.RbacValidation;
import io.luotsi.core.apiserver.validation.ServiceValidation;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Which strategy a request's type has. It is about objects as they are stored, whichever version
 * the request was about.
 */
final class Strategies {
  private static final Strategy PODS = new PodStrategy(PodStrategy.Part.WHOLE);
  private static final Strategy EPHEMERAL_CONTAINERS =
      new PodStrategy(PodStrategy.Part.EPHEMERAL_CONTAINERS);
  private static final Strategy RESIZED_PODS = new PodStrategy(PodStrategy.Part.RESOURCES);
  private static final Strategy NAMESPACES = new NamespaceStrategy(false);
  private static final Strategy FINALIZED_NAMESPACES = new NamespaceStrategy(true);
  private static final Strategy CONFIG_MAPS =
      new Checked(ConfigValidation::configMap, ConfigValidation::configMapUpdate);
  private static final Strategy SECRETS =
      new Checked(ConfigValidation::secret, ConfigValidation::secretUpdate);
  private static final Strategy SERVICE_ACCOUNTS =
      new Checked(ConfigValidation::serviceAccount, ConfigValidation::serviceAccountUpdate);
  private static final Strategy LEASES = new Leases();
  private static final Strategy EVENTS = new Events(new EventValidation(false));
  private static final Strategy STRICT_EVENTS = new Events(new EventValidation(true));
  private static final Strategy NODES = new Nodes();
  private static final Strategy SERVICES = new Services();
  private static final Strategy ROLES =
      new CreatedOnUpdate(RbacValidation::role, RbacValidation::roleUpdate);
  private static final Strategy CLUSTER_ROLES =
      new CreatedOnUpdate(RbacValidation::clusterRole, RbacValidation::clusterRoleUpdate);
  private static final Strategy ROLE_BINDINGS =
      new CreatedOnUpdate(RbacValidation::roleBinding, RbacValidation::roleBindingUpdate);
  private static final Strategy CLUSTER_ROLE_BINDINGS =
      new CreatedOnUpdate(
          RbacValidation::clusterRoleBinding, RbacValidation::clusterRoleBindingUpdate);
  private static final Strategy SIGNING_REQUESTS = new SigningRequestStrategy(false);
  private static final Strategy API_SERVICES = new ApiServiceStrategy();
  private static final Strategy DEFINITIONS = new DefinitionStrategy();
  private static final Strategy APPROVALS = new SigningRequestStrategy(true);

  private final Strategy endpointSlices;
  private final Strategy endpoints;

  Strategies(PipelineSettings settings) {
    EndpointSliceValidation slices = new EndpointSliceValidation(settings.podRange());
    this.endpointSlices = new Generational(slices::validate, slices::validateUpdate);
    EndpointsValidation older = new EndpointsValidation(settings.podRange());
    this.endpoints = new CreatedOnUpdate(older::validate, older::validateUpdate);
  }

  Strategy of(Target target) {
    if (target.type().custom().isPresent()) {
      return new CustomStrategy(target.type());
    }
    return switch (target.type().groupResource().toString()) {
      case "pods" ->
          switch (target.subresource()) {
            case "ephemeralcontainers" -> EPHEMERAL_CONTAINERS;
            case "resize" -> RESIZED_PODS;
            default -> PODS;
          };
      case "namespaces" ->
          target.subresource().equals("finalize") ? FINALIZED_NAMESPACES : NAMESPACES;
      case "configmaps" -> CONFIG_MAPS;
      case "secrets" -> SECRETS;
      case "serviceaccounts" -> SERVICE_ACCOUNTS;
      case "leases.coordination.k8s.io" -> LEASES;
      case "events" -> EVENTS;
      case "events.events.k8s.io" -> STRICT_EVENTS;
      case "nodes" -> NODES;
      case "services" -> SERVICES;
      case "endpoints" -> endpoints;
      case "endpointslices.discovery.k8s.io" -> endpointSlices;
      case "roles.rbac.authorization.k8s.io" -> ROLES;
      case "clusterroles.rbac.authorization.k8s.io" -> CLUSTER_ROLES;
      case "rolebindings.rbac.authorization.k8s.io" -> ROLE_BINDINGS;
      case "clusterrolebindings.rbac.authorization.k8s.io" -> CLUSTER_ROLE_BINDINGS;
      case "certificatesigningrequests.certificates.k8s.io" ->
          target.subresource().equals("approval") ? APPROVALS : SIGNING_REQUESTS;
      case "customresourcedefinitions.apiextensions.k8s.io" -> DEFINITIONS;
      case "apiservices.apiregistration.k8s.io" -> API_SERVICES;
      // A kind that is in no table is held to what all kinds have in common.
      default ->
          KindStrategies.of(target.type().groupResource().toString())
              .orElseGet(() -> target.type().namespaced() ? ANY_NAMESPACED : ANY_OF_CLUSTER);
    };
  }

  private static final Strategy ANY_NAMESPACED =
      new Checked(
          object -> MetadataValidation.validate(object, true, MetadataValidation.SUBDOMAIN),
          MetadataValidation::validateUpdate);
  private static final Strategy ANY_OF_CLUSTER =
      new Checked(
          object -> MetadataValidation.validate(object, false, MetadataValidation.SUBDOMAIN),
          MetadataValidation::validateUpdate);

  /** Nothing particular but its validation. */
  private static class Checked implements Strategy {
    private final Function<ObjectNode, List<FieldError>> create;
    private final BiFunction<ObjectNode, ObjectNode, List<FieldError>> update;

    Checked(
        Function<ObjectNode, List<FieldError>> create,
        BiFunction<ObjectNode, ObjectNode, List<FieldError>> update) {
      this.create = create;
      this.update = update;
    }

    @Override
    public final List<FieldError> validate(ObjectNode object) {
      return create.apply(object);
    }

    @Override
    public final List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
      return update.apply(object, current);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
      return MetadataValidation.validateUpdate(object, current);
    }
  }

  private static class Generational extends Checked {
    Generational(
        Function<ObjectNode, List<FieldError>> create,
        BiFunction<ObjectNode, ObjectNode, List<FieldError>> update) {
      super(create, update);
    }

    @Override
    public final boolean countsGenerations() {
      return true;
    }
  }

  private static final class CreatedOnUpdate extends Checked {
    CreatedOnUpdate(
        Function<ObjectNode, List<FieldError>> create,
        BiFunction<ObjectNode, ObjectNode, List<FieldError>> update) {
      super(create, update);
    }

    @Override
    public boolean createsOnUpdate() {
      return true;
    }
  }

  private static final class Leases extends Checked {
    Leases() {
      super(ConfigValidation::lease, ConfigValidation::leaseUpdate);
    }

    @Override
    public boolean allowsUnconditionalUpdate() {
      return false;
    }

    @Override
    public boolean createsOnUpdate() {
      return true;
    }
  }

  private static final class Events extends Checked {
    Events(EventValidation validation) {
      super(validation::validate, validation::validateUpdate);
    }

    @Override
    public boolean createsOnUpdate() {
      return true;
    }

    @Override
    public boolean isGarbageCollected() {
      return false;
    }
  }

  private static final class Nodes extends Checked {
    Nodes() {
      super(NodeValidation::validate, NodeValidation::validateUpdate);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
      return NodeValidation.validateUpdate(object, current);
    }

    /** A kubelet says all it knows when it registers its node. */
    @Override
    public boolean keepsStatusOnCreate() {
      return true;
    }
  }

  private static final class Services extends Checked {
    Services() {
      super(ServiceValidation::validate, ServiceValidation::validateUpdate);
    }

    @Override
    public ObjectNode initialStatus(ObjectNode object) {
      ObjectNode status = object.objectNode();
      status.putObject("loadBalancer");
      return status;
    }

    @Override
    public void prepareForUpdate(ObjectNode object, ObjectNode current) {
      ServiceDefaults.keepAllocations(object, current);
      ServiceDefaults.dropUseless(object, current);
    }

    @Override
    public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
      return ServiceValidation.validateStatusUpdate(object, current);
    }

    @Override
    public boolean createsOnUpdate() {
      return true;
    }
  }
}
