package io.luotsi.node.runtime.process;

import io.luotsi.node.runtime.ContainerRuntime.ContainerSpec;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Container ids: 64 hexadecimal digits as everywhere, the same for the same run of a container. */
final class ContainerIds {
  private ContainerIds() {}

  static String of(ContainerSpec spec) {
    String run = spec.podUid() + "/" + spec.name() + "/" + spec.attempt();
    return digest(run.getBytes(StandardCharsets.UTF_8));
  }

  static String digest(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
