package io.luotsi.app;

/**
 * What a command was given cannot be used, however the cluster is: a file that is not what it
 * should be or cannot be read, a place that cannot be written, a name that nobody has. Told in one
 * line, with exit code 2.
 */
public final class BadInput extends PlainFailure {
  private static final long serialVersionUID = 1;

  /**
   * @param message one line: what cannot be used, and why
   */
  public BadInput(String message) {
    super(message);
  }

  public BadInput(String message, Throwable cause) {
    super(message, cause);
  }

  @Override
  public int exitCode() {
    return 2;
  }
}
