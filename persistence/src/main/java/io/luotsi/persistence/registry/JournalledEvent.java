package io.luotsi.persistence.registry;

/**
 * What a registry hands to its journal: the event, and the term in which the registry recovered, by
 * which the journal tells a deposed writer.
 */
public record JournalledEvent(long term, RegistryEvent event) {}
