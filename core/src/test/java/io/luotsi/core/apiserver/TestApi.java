package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.GroupVersionResource;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.catalog.BuiltInCatalog;
import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.catalog.custom.ServedTypes;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.roles.DefaultRoles;
import io.luotsi.core.rbac.StoredPolicy;
import io.luotsi.core.store.InMemoryStore;
import io.luotsi.core.token.AccountTokens;
import io.luotsi.core.token.SigningKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;

/** An API server in memory: the real pipeline on an {@link InMemoryStore}, everybody allowed. */
public final class TestApi {
  /** Where a test's clock starts. */
  public static final Instant START = Instant.parse("2026-01-02T03:04:05Z");

  private static final BuiltInCatalog BUILT_IN = BuiltInCatalog.load();

  /** Of all test servers: to make a key takes longer than most tests. */
  public static final AccountTokens TOKENS = new AccountTokens(SigningKey.generate());

  /** What the parts of the cluster say of themselves. */
  public static final List<Components.Health> COMPONENTS =
      List.of(
          Components.Health.ok("controller-manager"),
          new Components.Health("scheduler", false, "no member leads", ""),
          new Components.Health("store-node-1", false, "", "does not answer"));

  /** Most tests have no controller that would make accounts, or say that nodes are ready. */
  private static final Set<String> WITHOUT_CONTROLLERS =
      Set.of("ServiceAccount", "TaintNodesByCondition");

  private final InMemoryStore store;
  private final Authorizer authorizer;
  private final PipelineParts parts;
  private final RequestPipeline pipeline;

  private TestApi(
      InstantSource clock, Catalog catalog, InMemoryStore store, Authorizer authorizer) {
    this(clock, catalog, store, authorizer, WITHOUT_CONTROLLERS);
  }

  private TestApi(
      InstantSource clock,
      Catalog catalog,
      InMemoryStore store,
      Authorizer authorizer,
      Set<String> disabled) {
    this.store = store;
    this.authorizer = authorizer;
    this.parts =
        new PipelineParts(
            catalog == BUILT_IN ? new ServedTypes(store, BUILT_IN) : () -> catalog,
            store,
            authorizer,
            clock,
            Identities.random(new Random(1)),
            Executors.newVirtualThreadPerTaskExecutor(),
            new PipelineSettings("10.96.0.0/16", "127.1.0.0/16", disabled),
            new TokenParts(TOKENS, new AccountAuthenticator(TOKENS, store, clock)),
            () -> CompletableFuture.completedFuture(COMPONENTS));
    this.pipeline = new RequestPipeline(parts);
    // As a cluster makes them at its first start.
    for (String name : List.of("default", "kube-system", "kube-public", "kube-node-lease")) {
      namespace(name);
    }
  }

  private TestApi(TestApi other) {
    this.store = other.store;
    this.authorizer = other.authorizer;
    this.parts = other.parts;
    this.pipeline = new RequestPipeline(parts);
  }

  /** Creates a namespace, so that something can be created in it. */
  public StoredObject namespace(String name) {
    ObjectNode namespace = Json.object();
    namespace.putObject("metadata").put("name", name);
    return client()
        .create(GroupVersionResource.of("v1", "namespaces"), "", namespace)
        .toCompletableFuture()
        .join()
        .orElseThrow();
  }

  public static TestApi create() {
    return create(InstantSource.fixed(START));
  }

  public static TestApi create(InstantSource clock) {
    return create(clock, BUILT_IN);
  }

  public static TestApi create(InstantSource clock, Catalog catalog) {
    return new TestApi(clock, catalog, new InMemoryStore(), (user, attributes) -> Optional.empty());
  }

  /** One where only those may who may in a cluster. */
  public static TestApi guarded() {
    return guarded(InstantSource.fixed(START), Set.of());
  }

  /**
   * The same, with the roles that every cluster has.
   *
   * @param pathsOfNodes which nodes may read besides what roles let them
   */
  public static TestApi guarded(InstantSource clock, Set<String> pathsOfNodes) {
    InMemoryStore store = new InMemoryStore();
    TestApi api =
        new TestApi(
            clock,
            BUILT_IN,
            store,
            new BuiltInAuthorizer(pathsOfNodes, new PodReferences(store), new StoredPolicy(store)));
    DefaultRoles.roles().values().forEach(role -> api.make(Resources.CLUSTER_ROLES, role));
    DefaultRoles.bindings()
        .values()
        .forEach(binding -> api.make(Resources.CLUSTER_ROLE_BINDINGS, binding));
    return api;
  }

  private void make(GroupVersionResource resource, ObjectNode object) {
    client().create(resource, "", object).toCompletableFuture().join().orElseThrow();
  }

  /** One where every admission plugin is on. */
  public static TestApi admitting(InstantSource clock) {
    return new TestApi(
        clock, BUILT_IN, new InMemoryStore(), (user, attributes) -> Optional.empty(), Set.of());
  }

  public static TestApi create(Authorizer authorizer) {
    return new TestApi(InstantSource.fixed(START), BUILT_IN, new InMemoryStore(), authorizer);
  }

  /** Another server on the same store, as another member is. */
  public TestApi sibling() {
    return new TestApi(this);
  }

  public InMemoryStore store() {
    return store;
  }

  public Authorizer authorizer() {
    return authorizer;
  }

  public RequestPipeline pipeline() {
    return pipeline;
  }

  /** The API as a part of the control plane sees it. */
  public PipelineClient client() {
    return client(UserInfo.component("admin"));
  }

  public PipelineClient client(UserInfo user) {
    return new PipelineClient(pipeline, user);
  }
}
