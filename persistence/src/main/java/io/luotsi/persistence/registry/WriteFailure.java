package io.luotsi.persistence.registry;

/** Why a batch was not confirmed. Thrown by a journal to its registry; has no stack of its own. */
public abstract sealed class WriteFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private WriteFailure(String message) {
    super(message, null, false, false);
  }

  /** The batch was never proposed, or refused by the journal: it certainly did not happen. */
  public static final class NotDone extends WriteFailure {
    private static final long serialVersionUID = 1L;

    public NotDone(String message) {
      super(message);
    }
  }

  /** The batch was proposed, and nobody knows what became of it. */
  public static final class Unconfirmed extends WriteFailure {
    private static final long serialVersionUID = 1L;

    public Unconfirmed(String message) {
      super(message);
    }
  }
}
