package io.luotsi.core.scheduler;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Gives each distinct word a small number, counted up from 0 and never taken back. */
final class Vocabulary<T> {
  private final Map<T, Integer> numbers = new HashMap<>();
  private final List<T> words = new ArrayList<>();

  /** The word's number, a new one if it was not known. */
  int number(T word) {
    Integer known = numbers.get(word);
    if (known != null) {
      return known;
    }
    numbers.put(word, words.size());
    words.add(word);
    return words.size() - 1;
  }

  /** The word's number, or -1. */
  int find(T word) {
    return numbers.getOrDefault(word, -1);
  }

  T word(int number) {
    return words.get(number);
  }

  int size() {
    return words.size();
  }
}
