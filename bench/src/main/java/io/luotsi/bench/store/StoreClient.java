package io.luotsi.bench.store;

import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/**
 * A client of one member, over the network, with TLS. All methods may be called by several threads.
 * Futures complete on threads of the client's: whoever waits there must not block. They complete
 * exceptionally if the member refuses, does not know, or does not answer.
 */
interface StoreClient extends AutoCloseable {
  /** Where a list goes on: behind an object, at the version of its beginning. */
  record Place(String name, long version) {}

  /**
   * Some objects of a list, in order of their names.
   *
   * @param bytes of the objects
   * @param next empty at the end
   */
  record Page(int objects, long bytes, Optional<Place> next) {}

  /**
   * Creates an object, or replaces the version that the client has seen; nothing else.
   *
   * @param table a resource
   * @param seen version of the object; 0 to create it
   * @return version of the object as it is now; known once it is synced on a majority
   */
  CompletableFuture<Long> write(String table, Item item, long seen);

  /**
   * The newest version that the table can show, all that was acknowledged before included.
   *
   * @return at least 1
   */
  CompletableFuture<Long> version(String table);

  /** Whether the member is ready to write, now. */
  CompletableFuture<Boolean> leads();

  /**
   * @param after empty for the beginning, at the newest version
   */
  CompletableFuture<Page> page(String table, Optional<Place> after, int limit);

  /**
   * A watcher of a table, with a stream of its own, until the client is closed.
   *
   * @param after the version whose followers it gets
   * @param objects each event's object as stored; called by one thread at a time
   */
  void watch(String table, long after, Consumer<byte[]> objects);

  @Override
  void close();
}
