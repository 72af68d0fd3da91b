package io.luotsi.bench.store;

import java.util.Locale;

/** Who is measured. */
enum Side {
  LUOTSI,
  ETCD;

  /** As reports have it. */
  String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
