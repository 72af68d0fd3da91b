package io.luotsi.core.apiserver;

import java.util.UUID;
import java.util.random.RandomGenerator;

/** Where new objects get what must not repeat. */
public interface Identities {
  /** For {@code metadata.uid}. */
  String uid();

  /** Five characters to end a generated name with, of an alphabet that spells no words. */
  String nameSuffix();

  /** A whole number from 0 to {@code bound} - 1, each as likely. */
  int below(int bound);

  /** Drawn from {@code random}, which must be safe for several threads. */
  static Identities random(RandomGenerator random) {
    return new Identities() {
      private static final String ALPHABET = "bcdfghjklmnpqrstvwxz2456789";
      private static final int SUFFIX_LENGTH = 5;

      @Override
      public String uid() {
        // Version 4, variant 2: the bits that say "random".
        long high = (random.nextLong() & 0xffffffffffff0fffL) | 0x4000L;
        long low = (random.nextLong() & 0x3fffffffffffffffL) | 0x8000000000000000L;
        return new UUID(high, low).toString();
      }

      @Override
      public String nameSuffix() {
        char[] suffix = new char[SUFFIX_LENGTH];
        for (int i = 0; i < SUFFIX_LENGTH; i++) {
          suffix[i] = ALPHABET.charAt(random.nextInt(ALPHABET.length()));
        }
        return new String(suffix);
      }

      @Override
      public int below(int bound) {
        return random.nextInt(bound);
      }
    };
  }
}
