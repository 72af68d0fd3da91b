package io.luotsi.node.runtime.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * What a container that has ended had to say about it.
 *
 * @see "Source: pkg/kubelet/kuberuntime kuberuntime_container.go getTerminationMessage"
 */
final class LastWords {
  private static final int MOST_BYTES = 4096;
  private static final int MOST_OUTPUT_BYTES = 2048;
  private static final int MOST_OUTPUT_LINES = 80;

  private LastWords() {}

  /**
   * @param orOutput whether its last output will do if it left no message
   * @return empty if there is nothing
   */
  static String of(ContainerDirectory directory, boolean orOutput) {
    try {
      String message = end(directory.lastWords(), MOST_BYTES);
      return message.isEmpty() && orOutput
          ? lines(end(directory.log(), MOST_OUTPUT_BYTES))
          : message;
    } catch (IOException e) {
      return "Error on reading termination log " + directory.lastWords() + ": " + e.getMessage();
    }
  }

  private static String end(Path path, int most) throws IOException {
    if (!Files.exists(path)) {
      return "";
    }
    try (RandomAccessFile file = new RandomAccessFile(path.toFile(), "r")) {
      long length = file.length();
      byte[] bytes = new byte[(int) Math.min(length, most)];
      file.seek(length - bytes.length);
      file.readFully(bytes);
      return new String(bytes, StandardCharsets.UTF_8);
    }
  }

  private static String lines(String output) {
    int from = output.endsWith("\n") ? output.length() - 1 : output.length();
    for (int i = 0; i < MOST_OUTPUT_LINES && from >= 0; i++) {
      from = output.lastIndexOf('\n', from - 1);
    }
    return from < 0 ? output : output.substring(from + 1);
  }
}
