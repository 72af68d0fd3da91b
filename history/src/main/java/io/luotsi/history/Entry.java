package io.luotsi.history;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyOrder;

/**
 * One line of a history: a client begins something, or hears how it ended. The order of the lines
 * is what counts: a beginning is written before the request leaves, an end after its answer came.
 *
 * @param process who; does one thing at a time, so that an end belongs to its latest beginning
 * @param operation {@code f} in JSON
 * @param key of the object, {@code NAMESPACE/NAME}; of a watch's beginning the prefix of the keys
 *     that it follows
 * @param uid of the object that a write demands or an answer tells; empty if it does not
 * @param value what is written or read; no two writes of a history may write the same. Of a {@link
 *     Type#FAIL} or {@link Type#INFO} the reason, of a watch's answer the kind of event (see {@link
 *     Change.Kind}, or {@link #BOOKMARK})
 * @param version of a beginning: that with which an update or delete compares, or after which a
 *     watch begins; of an end: what was stored, read or seen. 0 for any, for an object that is not
 *     there, and for what the answer does not tell
 * @param time nanoseconds since the recording began
 */
@JsonPropertyOrder({"process", "type", "f", "key", "uid", "value", "version", "time"})
public record Entry(
    int process,
    Type type,
    @JsonProperty("f") Operation operation,
    String key,
    String uid,
    String value,
    long version,
    long time) {
  /** Value of a watch's answer that says how far it has come and shows no object. */
  public static final String BOOKMARK = "BOOKMARK";

  /** How far a client's request has come. */
  public enum Type {
    /** Begun. */
    @JsonProperty("invoke")
    INVOKE,
    /** Done, as the client was told; a read that finds nothing is done, too. */
    @JsonProperty("ok")
    OK,
    /** Certainly not done. */
    @JsonProperty("fail")
    FAIL,
    /** Nobody knows: it may be done at any time from its beginning on, or never. */
    @JsonProperty("info")
    INFO
  }
}
