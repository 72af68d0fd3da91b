package io.luotsi.node.runtime;

import java.io.Serial;

/** Something outside Luotsi refused: worth an event on the pod and another try later. */
public final class ContainerRuntimeException extends Exception {
  @Serial private static final long serialVersionUID = 1;

  private final String reason;

  /**
   * @param reason as a waiting container shows it: CreateContainerError, RunContainerError
   */
  public ContainerRuntimeException(String reason, String message) {
    super(message);
    this.reason = reason;
  }

  public ContainerRuntimeException(String reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  public String reason() {
    return reason;
  }

  /** What happened, for people; never null. */
  public String text() {
    return String.valueOf(getMessage());
  }
}
