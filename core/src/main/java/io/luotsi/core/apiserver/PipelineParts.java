package io.luotsi.core.apiserver;

import io.luotsi.core.catalog.Catalog;
import io.luotsi.core.store.Store;
import java.time.InstantSource;
import java.util.concurrent.Executor;
import java.util.function.Supplier;

/**
 * What a {@link RequestPipeline} works with.
 *
 * @param catalog asked anew for each request
 * @param tokens of those who come without a certificate
 * @param components that ComponentStatuses tell of
 * @param executor for work that waits for the store; a virtual thread a task is meant
 */
public record PipelineParts(
    Supplier<? extends Catalog> catalog,
    Store store,
    Authorizer authorizer,
    InstantSource clock,
    Identities identities,
    Executor executor,
    PipelineSettings settings,
    TokenParts tokens,
    Components components) {}
