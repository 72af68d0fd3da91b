package io.luotsi.app;

/**
 * Something that stops a command and that its user can understand and mend: told in one line on the
 * error output, without a stack trace, with exit code 1; with 2 if it is {@link BadInput}.
 */
public sealed class PlainFailure extends RuntimeException permits BadInput {
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

  /** Of the process that it ends. */
  public int exitCode() {
    return 1;
  }
}
