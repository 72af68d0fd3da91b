/**
 * {@code luotsi bench store}: the store against a real etcd, side by side on one machine. Both
 * sides are {@link io.luotsi.bench.store.StoreCluster}s and are measured through one {@link
 * io.luotsi.bench.store.StoreClient}, by the same code.
 */
@NullMarked
package io.luotsi.bench.store;

import org.jspecify.annotations.NullMarked;
