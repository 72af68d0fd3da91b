package io.luotsi.history;

import com.fasterxml.jackson.annotation.JsonProperty;

/** What a client does. */
public enum Operation {
  @JsonProperty("create")
  CREATE,
  /** Of one object, at the latest version. */
  @JsonProperty("read")
  READ,
  @JsonProperty("update")
  UPDATE,
  @JsonProperty("delete")
  DELETE,
  /** Each connection is begun once and has any number of answers. */
  @JsonProperty("watch")
  WATCH
}
