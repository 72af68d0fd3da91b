package io.luotsi.core.session;

import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.util.List;

/** What a client wants of a pod. Crosses JVMs. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME)
@JsonSubTypes({
  @JsonSubTypes.Type(value = SessionRequest.Exec.class, name = "exec"),
  @JsonSubTypes.Type(value = SessionRequest.Attach.class, name = "attach"),
  @JsonSubTypes.Type(value = SessionRequest.PortForward.class, name = "portforward")
})
public sealed interface SessionRequest {
  /**
   * Which of a command's streams the client has.
   *
   * @param tty all of them are one terminal; there is no standard error then
   */
  record Streams(boolean stdin, boolean stdout, boolean stderr, boolean tty) {}

  /**
   * Run a command beside a container's own.
   *
   * @param command program and arguments, never empty
   */
  record Exec(String container, List<String> command, Streams streams) implements SessionRequest {
    public Exec {
      command = List.copyOf(command);
    }
  }

  /** Join in with what a container's own program says, from now on. */
  record Attach(String container, Streams streams) implements SessionRequest {}

  /** One connection to a TCP port of the pod. */
  record PortForward(int port) implements SessionRequest {}
}
