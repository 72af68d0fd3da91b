package io.luotsi.http.fuzz;

import com.code_intelligence.jazzer.junit.FuzzTest;
import org.junit.jupiter.api.Timeout;

/**
 * Looks for bytes that nobody has thought of; run under the profile {@code fuzz}, see
 * docs/fuzzing.md.
 */
class HostileBytesFuzz {
  private final HostileBytes bytes = new HostileBytes();

  @FuzzTest(maxDuration = "5m")
  @Timeout(600)
  void accept(byte[] data) {
    bytes.read(data);
  }
}
