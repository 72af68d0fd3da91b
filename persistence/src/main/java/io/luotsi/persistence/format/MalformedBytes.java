package io.luotsi.persistence.format;

/** Bytes that are not what they claim to be: damaged, or of a format we do not know. */
public final class MalformedBytes extends Exception {
  private static final long serialVersionUID = 1L;

  public MalformedBytes(String message) {
    super(message);
  }
}
