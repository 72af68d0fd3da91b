package io.luotsi.core.session;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.apiserver.Statuses;
import java.util.List;

/**
 * The Status that an exec or attach ends with.
 *
 * @see "Source: kubelet pkg/cri/streaming/remotecommand exec.go, attach.go"
 */
public final class SessionStatus {
  private SessionStatus() {}

  public static Frame success() {
    return frame(status("Success"));
  }

  /**
   * @param exitCode 128 + n if signal n ended the command
   */
  public static Frame ofExit(List<String> command, int exitCode) {
    if (exitCode == 0) {
      return success();
    }
    ObjectNode status = status("Failure");
    status.put(
        "message",
        "command terminated with non-zero exit code: error executing command ["
            + shortened(String.join(" ", command))
            + "], exit code "
            + exitCode);
    status.put("reason", "NonZeroExitCode");
    status
        .putObject("details")
        .putArray("causes")
        .addObject()
        .put("reason", "ExitCode")
        .put("message", Integer.toString(exitCode));
    return frame(status);
  }

  public static Frame internalError(String message) {
    return frame(Statuses.of(new Rejection.InternalError(shortened(message))));
  }

  /** A Status must fit into a frame whole, whatever the command. */
  private static String shortened(String text) {
    int atMost = Frame.MAX_BYTES / 16; // a character takes up to six bytes, and is told twice
    return text.length() <= atMost ? text : text.substring(0, atMost) + "...";
  }

  private static ObjectNode status(String outcome) {
    ObjectNode status = Json.object();
    status.putObject("metadata");
    return status.put("status", outcome);
  }

  private static Frame frame(ObjectNode status) {
    return new Frame(Frame.Channel.STATUS, Json.write(status));
  }
}
