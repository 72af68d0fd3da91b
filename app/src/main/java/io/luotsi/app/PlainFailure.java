package io.luotsi.app;

/**
 * Something that stops a command and that its user can understand and mend: told in one line on the
 * error output, without a stack trace, with exit code 1.
 */
public final class PlainFailure extends RuntimeException {
  private static final long serialVersionUID = 1;

  /**
   * @param message one line: what is wrong, and what to do where that is not obvious
   */
  public PlainFailure(String message) {
    super(message);
  }

  public PlainFailure(String message, Throwable cause) {
    super(message, cause);
  }
}
