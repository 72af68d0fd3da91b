package io.luotsi.core.apiserver;

/** What admission has to say of a write to the audit log, if there is one. */
@FunctionalInterface
public interface AuditNotes {
  /** Nobody writes anything down. */
  AuditNotes NONE = (key, value) -> {};

  /**
   * @param key of an annotation of the write's events; a later note of the same key replaces it
   */
  void note(String key, String value);
}
