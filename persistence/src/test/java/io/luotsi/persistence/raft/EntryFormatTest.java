package io.luotsi.persistence.raft;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.SelectableFields;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import io.luotsi.persistence.registry.RandomHistory;
import java.util.Arrays;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

/** However odd its bytes, an entry is read or refused by value; nothing else is thrown. */
class EntryFormatTest {
  private static byte[] honest(long seed) {
    return EntryFormat.write(
        new Entry.Batch(
            CONFIG_MAPS, 4, 1, RandomHistory.events(CONFIG_MAPS, false, new Random(seed), 6)));
  }

  private static Entry read(byte[] bytes) throws MalformedBytes {
    return EntryFormat.read(ByteSource.of(bytes), resource -> SelectableFields.NONE);
  }

  @Property(tries = 50)
  void whatIsReadIsWhatWasWritten(@ForAll long seed) throws Exception {
    byte[] bytes = honest(seed);
    assertThat(EntryFormat.write(read(bytes))).isEqualTo(bytes);
  }

  @Property(tries = 500)
  void randomBytesAreReadOrRefused(@ForAll @Size(max = 200) byte[] bytes) {
    readOrRefuse(bytes);
  }

  @Property(tries = 500)
  void damagedEntriesAreReadOrRefused(@ForAll @IntRange(max = 20) int seed, @ForAll Random random) {
    byte[] bytes = honest(seed);
    for (int i = 1 + random.nextInt(4); i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
    }
    readOrRefuse(bytes);
  }

  @Property(tries = 100)
  void truncatedEntriesAreRefused(@ForAll long seed) {
    byte[] bytes = honest(seed);
    byte[] cut = Arrays.copyOf(bytes, new Random(seed).nextInt(bytes.length));
    assertThatThrownBy(() -> read(cut)).isInstanceOf(MalformedBytes.class);
  }

  private static void readOrRefuse(byte[] bytes) {
    try {
      assertThat(read(bytes)).isNotNull();
    } catch (MalformedBytes refused) {
      assertThat(refused).hasMessageMatching("(?s).+");
    }
  }
}
