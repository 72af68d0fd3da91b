/**
 * The store: {@link io.luotsi.persistence.ReplicatedStore} ties registries and replicas to Raft and
 * to an ActorSystem.
 */
@NullMarked
package io.luotsi.persistence;

import org.jspecify.annotations.NullMarked;
