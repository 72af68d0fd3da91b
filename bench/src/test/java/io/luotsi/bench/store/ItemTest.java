package io.luotsi.bench.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.api.StoredObject;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ItemTest {
  @Test
  void anObjectHasExactlyTheStatedSizeAndIsAnObjectOfTheStore() {
    Item item = Item.of(Item.name("own", 7)).now();
    assertThat(item.json()).hasSize(2_048);
    ObjectDraft draft = ObjectDraft.parse(item.json(), SelectableFields.NONE);
    assertThat(draft.key().toString()).isEqualTo("default/own-000000000007");
    assertThat(draft.index().uid()).isNotEmpty();
  }

  @Test
  void namesSortByTheirNumbers() {
    assertThat(Item.name("many", 99_999)).isLessThan(Item.name("many", 100_000)).hasSize(16);
  }

  @Test
  void theAgeOfAStoredObjectIsReadWhateverTheLengthOfItsVersion() {
    Item item = Item.of(Item.name("own", 7)).now();
    StoredObject stored =
        ObjectDraft.parse(item.json(), SelectableFields.NONE).seal(1_234_567_890_123L);
    assertThat(stored.json().length).isGreaterThan(item.json().length);
    long age = Item.ageNanos(stored.json());
    assertThat(age).isBetween(0L, Duration.ofMinutes(1).toNanos());
    assertThat(Item.ageNanos(item.json())).isGreaterThanOrEqualTo(age);
  }
}
