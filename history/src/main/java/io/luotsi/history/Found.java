package io.luotsi.history;

/** An object as a list shows it. */
public record Found(String key, String uid, String value, long version) {}
