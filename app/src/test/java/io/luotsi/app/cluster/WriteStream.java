package io.luotsi.app.cluster;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Writers that create ConfigMaps and change each of them once, and write down what the server
 * acknowledged. Each stops at its first failure: what was under way then may or may not be there.
 */
final class WriteStream {
  private static final String NAMESPACE = "default";

  private final KubernetesClient client;
  private final Map<String, ConfigMap> acknowledged = new ConcurrentHashMap<>();
  private final Set<String> unknown = ConcurrentHashMap.newKeySet();
  private final List<Thread> writers = new ArrayList<>();
  private volatile boolean ended;

  private WriteStream(KubernetesClient client) {
    this.client = client;
  }

  static WriteStream start(KubernetesClient client, int writers) {
    WriteStream stream = new WriteStream(client);
    for (int writer = 0; writer < writers; writer++) {
      String prefix = "write-" + writer + "-";
      stream.writers.add(Thread.ofVirtual().start(() -> stream.write(prefix)));
    }
    return stream;
  }

  private void write(String prefix) {
    for (int number = 0; !ended; number++) {
      String name = prefix + number;
      unknown.add(name);
      try {
        ConfigMap created =
            client.configMaps().inNamespace(NAMESPACE).resource(map(name, "first")).create();
        acknowledged.put(name, created);
        ConfigMap changed = map(name, "second");
        changed.getMetadata().setResourceVersion(created.getMetadata().getResourceVersion());
        acknowledged.put(
            name, client.configMaps().inNamespace(NAMESPACE).resource(changed).update());
        unknown.remove(name);
      } catch (KubernetesClientException e) {
        return;
      }
    }
  }

  private static ConfigMap map(String name, String value) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(NAMESPACE)
        .endMetadata()
        .addToData("value", value)
        .build();
  }

  /** What was acknowledged last of each object, by name. */
  Map<String, ConfigMap> acknowledged() {
    return acknowledged;
  }

  /** Whether a write to the object had no answer. */
  boolean isUnknown(String name) {
    return unknown.contains(name);
  }

  void join() throws InterruptedException {
    ended = true;
    for (Thread writer : writers) {
      writer.join();
    }
  }
}
