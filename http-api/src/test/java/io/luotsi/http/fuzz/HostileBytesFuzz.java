package io.luotsi.http.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;

/** Looks for bytes that nobody has thought of; run by {@code mvn -Pfuzz}, see docs/fuzzing.md. */
class HostileBytesFuzz {
  private final HostileBytes bytes = new HostileBytes();

  @FuzzTest(maxDuration = "5m")
  void accept(byte[] data) {
    bytes.read(data);
  }
}
