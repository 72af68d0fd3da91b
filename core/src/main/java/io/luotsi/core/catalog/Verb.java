package io.luotsi.core.catalog;

import java.util.EnumSet;
import java.util.Locale;
import java.util.Set;

/** What can be asked of a resource, as discovery spells it (in lower case). */
public enum Verb {
  CREATE,
  DELETE,
  DELETECOLLECTION,
  GET,
  LIST,
  PATCH,
  UPDATE,
  WATCH;

  /** All eight, in discovery's order. */
  public static final Set<Verb> ALL = Set.copyOf(EnumSet.allOf(Verb.class));

  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
