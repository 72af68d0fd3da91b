package io.luotsi.schemas;

/**
 * A field of a definition.
 *
 * @param defaultJson what an absent field is taken to be, as JSON; empty for none
 * @param defaultsZero whether a zero counts as absent, too
 * @param keepsEmpty whether an empty list or map is written; if not, it is left out
 */
public record Property(
    String name,
    ValueType type,
    boolean required,
    MergeRules merge,
    String defaultJson,
    boolean defaultsZero,
    boolean keepsEmpty) {}
