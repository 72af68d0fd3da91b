package io.luotsi.http.routes;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Iterator;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.function.Supplier;

/** A page that is about the process or the cluster that serves it, and no resource. */
public sealed interface LocalPage {
  /** As it is authorised: {@code /luotsi/member}. */
  String path();

  /**
   * @param document made for each request, on the threads that serve requests: it must not block
   */
  record Document(String path, Supplier<ObjectNode> document) implements LocalPage {}

  /**
   * Bytes that stay the same as long as the process runs.
   *
   * @param mediaType whatever the client would like
   */
  record Fixed(String path, String mediaType, byte[] body) implements LocalPage {}

  /**
   * Bytes, sent as they are made.
   *
   * @param pieces asked for with each request; each piece is made when the client has room for it.
   *     Fails if there is nothing to send now, and the client is told to come back
   */
  record Download(String path, Supplier<CompletionStage<Iterator<byte[]>>> pieces)
      implements LocalPage {}

  /**
   * A document, and a way to have something done: by POST, with parameters in the query and no
   * body.
   *
   * @param document as in {@link Document}
   * @param action what the parameters ask for; completes with what became of it, and never
   *     exceptionally
   */
  record Desk(
      String path,
      Supplier<ObjectNode> document,
      Function<Query, CompletionStage<ObjectNode>> action)
      implements LocalPage {}
}
