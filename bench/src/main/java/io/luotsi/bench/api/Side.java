package io.luotsi.bench.api;

import java.util.Locale;

/** Who is measured. */
enum Side {
  LUOTSI,
  /** Another API server that somebody has started and named. */
  REFERENCE,
  /** A handler under the same HTTP settings and TLS that does nothing. */
  EMPTY;

  /** As reports have it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
