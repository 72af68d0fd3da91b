package io.luotsi.http.codec;

/** A body that cannot be read; the message is for the client. Never leaves this package. */
final class MalformedBodyException extends Exception {
  MalformedBodyException(String message) {
    super(message);
  }
}
