package io.luotsi.bench;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * What is measured of each fault, all from the moment of the signal on unless it says otherwise.
 */
enum Measure {
  STANDS("stands", "another member stands for election"),
  LEADS("leads", "another member leads"),
  NEXT_WRITE("nextWrite", "next acknowledged write at a living member"),
  NEXT_SHARED_WRITE("nextSharedWrite", "next acknowledged write at the shared port"),
  WATCH("watch", "next event of the watcher that was cut off"),
  NOT_READY("notReady", "its node is NotReady"),
  REPLACED("replaced", "all its pods are Ready elsewhere"),
  BACK("back", "started (resumed) until the cluster is whole again");

  private final String key;
  private final String meaning;

  Measure(String key, String meaning) {
    this.key = key;
    this.meaning = meaning;
  }

  /** In JSON. */
  @JsonValue
  String key() {
    return key;
  }

  /** For people. */
  String meaning() {
    return meaning;
  }
}
