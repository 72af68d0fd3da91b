package io.luotsi.core.store;

class InMemoryStoreTest extends StoreContract {
  private final InMemoryStore store = new InMemoryStore();

  @Override
  protected Store store() {
    return store;
  }
}
