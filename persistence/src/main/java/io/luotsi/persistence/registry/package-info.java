/**
 * The event-sourced registry of a resource: its rules, its events and their format, the batcher
 * before it, and the replica with its watch window that every member keeps. Knows Pekko, but
 * neither Raft nor files.
 */
@NullMarked
package io.luotsi.persistence.registry;

import org.jspecify.annotations.NullMarked;
