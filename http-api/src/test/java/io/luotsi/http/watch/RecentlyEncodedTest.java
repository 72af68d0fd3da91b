package io.luotsi.http.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class RecentlyEncodedTest {
  private static StoredObject object(String name, int filling) {
    return StoredObject.answer(Json.object().put("name", name).put("x", "x".repeat(filling)));
  }

  @Test
  void anObjectIsEncodedOnceForAllAndEachOneForItself() {
    RecentlyEncoded recent = new RecentlyEncoded();
    AtomicInteger calls = new AtomicInteger();
    Function<StoredObject, byte[]> encode =
        object -> {
          calls.incrementAndGet();
          return object.json();
        };
    StoredObject one = object("same", 0);
    StoredObject twin = object("same", 0);

    byte[] first = recent.get(one, encode);
    assertThat(recent.get(one, encode)).isSameAs(first);
    assertThat(calls).hasValue(1);
    assertThat(recent.get(twin, encode)).isSameAs(twin.json());
    assertThat(calls).hasValue(2);
  }

  @Test
  void largeOnesAreNotKept() {
    RecentlyEncoded recent = new RecentlyEncoded();
    StoredObject large = object("large", 20_000);

    byte[] first = recent.get(large, object -> object.json().clone());

    assertThat(recent.get(large, object -> object.json().clone())).isNotSameAs(first);
  }
}
