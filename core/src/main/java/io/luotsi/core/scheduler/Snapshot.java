package io.luotsi.core.scheduler;

import io.luotsi.core.api.LabelSelector;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All nodes and the pods placed on them, laid out by column: a node is a slot number, and what is
 * asked about many nodes at once lies side by side in arrays and bit sets. Every change touches one
 * slot, costs only what changed, and is written to a log from which cached results catch up.
 *
 * <p>A slot whose node has not been seen (yet, or any more) exists while pods are on it; it is not
 * {@link #present}. Mutable and not for several threads.
 */
public final class Snapshot {

  /** A pod and where it is, assumed or bound. */
  record Placed(PodView pod, int slot) {}

  /** Cached results that are further behind than this start over. */
  private static final int LOG_LENGTH = 1 << 12;

  /** One resource of all nodes. */
  private static final class Column {
    long[] allocatable = {};
    long[] requested = {};

    void grow(int capacity) {
      allocatable = Arrays.copyOf(allocatable, capacity);
      requested = Arrays.copyOf(requested, capacity);
    }
  }

  static final int CPU = 0;
  static final int MEMORY = 1;
  static final int EPHEMERAL_STORAGE = 2;

  private final Map<String, Integer> slots = new HashMap<>();
  private final ArrayList<Optional<NodeView>> nodes = new ArrayList<>();
  private final ArrayList<String> names = new ArrayList<>();
  private final BitSet present = new BitSet();
  private final BitSet free = new BitSet();

  private final Vocabulary<String> resources = new Vocabulary<>();
  private final ArrayList<Column> columns = new ArrayList<>();
  private int capacity;
  private long[] scoredCpu = {};
  private long[] scoredMemory = {};
  private int[] podLimit = {};
  private final ArrayList<ArrayList<Placed>> podsBySlot = new ArrayList<>();
  private final Map<String, Placed> placed = new LinkedHashMap<>();

  private final NodeLabels labels = new NodeLabels();
  private final Vocabulary<Taint> taints = new Vocabulary<>();
  private final ArrayList<int[]> taintsBySlot = new ArrayList<>();
  private final BitSet unschedulable = new BitSet();
  private final Vocabulary<HostPort> ports = new Vocabulary<>();
  private final ArrayList<BitSet> portsBySlot = new ArrayList<>();
  private final PodCounters counters = new PodCounters();

  private long nodeVersion;
  private final int[] log = new int[LOG_LENGTH];
  private long changes;

  public Snapshot() {
    for (String name : List.of(Amounts.CPU, Amounts.MEMORY, Amounts.EPHEMERAL_STORAGE)) {
      column(name);
    }
  }

  // ---- changes ----

  /** Takes in a node, new or changed. */
  public void putNode(NodeView node) {
    int slot = slotOf(node.name());
    Optional<NodeView> before = nodes.get(slot);
    if (before.isPresent() && before.get().equals(node)) {
      return;
    }
    labels.replace(slot, before.map(NodeView::labels).orElse(Map.of()), node.labels());
    before.ifPresent(b -> b.allocatable().keySet().forEach(r -> allocate(r, slot, 0)));
    node.allocatable().forEach((resource, amount) -> allocate(resource, slot, amount));
    podLimit[slot] =
        (int) Math.min(Integer.MAX_VALUE, node.allocatable().getOrDefault(Amounts.PODS, 0L));
    taintsBySlot.set(slot, node.taints().stream().mapToInt(taints::number).toArray());
    unschedulable.set(slot, node.unschedulable());
    nodes.set(slot, Optional.of(node));
    if (before.isEmpty()) {
      present.set(slot);
      nodeVersion++;
    }
    changed(slot);
  }

  /** Forgets a node; the pods on it stay accounted for until they are removed. */
  public void removeNode(String name) {
    Integer slot = slots.get(name);
    if (slot == null || !present.get(slot)) {
      return;
    }
    NodeView before = nodes.get(slot).orElseThrow();
    labels.replace(slot, before.labels(), Map.of());
    before.allocatable().keySet().forEach(resource -> allocate(resource, slot, 0));
    podLimit[slot] = 0;
    taintsBySlot.set(slot, new int[0]);
    unschedulable.clear(slot);
    nodes.set(slot, Optional.empty());
    present.clear(slot);
    nodeVersion++;
    freeIfUnused(slot);
    changed(slot);
  }

  /** Takes in a pod on a node, new or changed. */
  public void putPod(PodView pod, String nodeName) {
    Placed before = placed.get(pod.uid());
    if (before != null) {
      boolean same =
          names.get(before.slot()).equals(nodeName)
              && before.pod().shape().equals(pod.shape())
              && before.pod().deleting() == pod.deleting();
      if (same) {
        return;
      }
      removePod(pod.uid());
    }
    int slot = slotOf(nodeName);
    Placed now = new Placed(pod, slot);
    placed.put(pod.uid(), now);
    podsBySlot.get(slot).add(now);
    account(now, 1);
    for (HostPort port : pod.shape().hostPorts()) {
      portsBySlot.get(slot).set(ports.number(port));
    }
    changed(slot);
  }

  /** Frees what a pod took; nothing happens if it is not placed. */
  public void removePod(String uid) {
    Placed pod = placed.remove(uid);
    if (pod == null) {
      return;
    }
    int slot = pod.slot();
    podsBySlot.get(slot).remove(pod);
    account(pod, -1);
    if (!pod.pod().shape().hostPorts().isEmpty()) {
      BitSet used = portsBySlot.get(slot);
      used.clear();
      for (Placed other : podsBySlot.get(slot)) {
        other.pod().shape().hostPorts().forEach(port -> used.set(ports.number(port)));
      }
    }
    freeIfUnused(slot);
    changed(slot);
  }

  private void account(Placed pod, int sign) {
    int slot = pod.slot();
    PodShape shape = pod.pod().shape();
    Requests requests = shape.requests();
    columns.get(CPU).requested[slot] += sign * requests.cpuMillis();
    columns.get(MEMORY).requested[slot] += sign * requests.memoryBytes();
    columns.get(EPHEMERAL_STORAGE).requested[slot] += sign * requests.ephemeralBytes();
    requests.extended().forEach((name, amount) -> column(name).requested[slot] += sign * amount);
    scoredCpu[slot] += sign * requests.scoredCpuMillis();
    scoredMemory[slot] += sign * requests.scoredMemoryBytes();
    if (!pod.pod().deleting()) {
      counters.add(shape, slot, sign);
    }
  }

  private void allocate(String resource, int slot, long amount) {
    if (!resource.equals(Amounts.PODS)) {
      column(resource).allocatable[slot] = amount;
    }
  }

  private Column column(String resource) {
    int number = resources.number(resource);
    if (number == columns.size()) {
      Column column = new Column();
      column.grow(capacity);
      columns.add(column);
    }
    return columns.get(number);
  }

  private int slotOf(String name) {
    Integer known = slots.get(name);
    if (known != null) {
      return known;
    }
    int reused = free.nextSetBit(0);
    int slot = reused >= 0 ? reused : names.size();
    if (slot == names.size()) {
      names.add(name);
      nodes.add(Optional.empty());
      podsBySlot.add(new ArrayList<>());
      taintsBySlot.add(new int[0]);
      portsBySlot.add(new BitSet());
      if (slot >= capacity) {
        grow(Math.max(16, 2 * capacity));
      }
    } else {
      free.clear(slot);
      names.set(slot, name);
    }
    slots.put(name, slot);
    return slot;
  }

  private void grow(int wanted) {
    capacity = wanted;
    columns.forEach(column -> column.grow(wanted));
    scoredCpu = Arrays.copyOf(scoredCpu, wanted);
    scoredMemory = Arrays.copyOf(scoredMemory, wanted);
    podLimit = Arrays.copyOf(podLimit, wanted);
  }

  private void freeIfUnused(int slot) {
    if (!present.get(slot) && podsBySlot.get(slot).isEmpty()) {
      slots.remove(names.get(slot));
      free.set(slot);
    }
  }

  private void changed(int slot) {
    log[(int) (changes++ & (LOG_LENGTH - 1))] = slot;
  }

  // ---- what there is ----

  /** Number of changes so far; see {@link #changedSince}. */
  long changes() {
    return changes;
  }

  /**
   * The slots that changed after the first {@code seen} changes, possibly twice; empty if that is
   * longer ago than is kept, and everything must be taken to have changed.
   */
  Optional<int[]> changedSince(long seen) {
    long behind = changes - seen;
    if (behind > LOG_LENGTH) {
      return Optional.empty();
    }
    int[] slotsChanged = new int[(int) behind];
    for (int i = 0; i < slotsChanged.length; i++) {
      slotsChanged[i] = log[(int) ((seen + i) & (LOG_LENGTH - 1))];
    }
    return Optional.of(slotsChanged);
  }

  /** Slots are numbered from 0 to below this. */
  int size() {
    return names.size();
  }

  /** Slots that have a node. The snapshot's own: do not write. */
  BitSet present() {
    return present;
  }

  /** Rises when a node comes or goes. */
  long nodeVersion() {
    return nodeVersion;
  }

  public int nodeCount() {
    return present.cardinality();
  }

  String name(int slot) {
    return names.get(slot);
  }

  /** The slot of a node or of pods on it, or -1. */
  int slot(String nodeName) {
    return slots.getOrDefault(nodeName, -1);
  }

  NodeLabels labels() {
    return labels;
  }

  Vocabulary<Taint> taints() {
    return taints;
  }

  /** Numbers of the node's taints, in the node's order. The snapshot's own: do not write. */
  int[] taints(int slot) {
    return taintsBySlot.get(slot);
  }

  boolean unschedulable(int slot) {
    return unschedulable.get(slot);
  }

  Vocabulary<HostPort> ports() {
    return ports;
  }

  /** Numbers of the host ports in use. The snapshot's own: do not write. */
  BitSet ports(int slot) {
    return portsBySlot.get(slot);
  }

  /** Number of a resource's column; the three built-in ones have constants. */
  int resource(String name) {
    column(name);
    return resources.find(name);
  }

  /** CPU in milli-cores, all else in whole units. */
  long allocatable(int resource, int slot) {
    return columns.get(resource).allocatable[slot];
  }

  long requested(int resource, int slot) {
    return columns.get(resource).requested[slot];
  }

  long scoredCpuMillis(int slot) {
    return scoredCpu[slot];
  }

  long scoredMemoryBytes(int slot) {
    return scoredMemory[slot];
  }

  int podLimit(int slot) {
    return podLimit[slot];
  }

  /** The pods on a slot's node, in no order that means anything. */
  List<Placed> pods(int slot) {
    return Collections.unmodifiableList(podsBySlot.get(slot));
  }

  /** Where a pod is placed, if it is. */
  Optional<Placed> placed(String uid) {
    return Optional.ofNullable(placed.get(uid));
  }

  PodCounters.Counter acquireCounter(String namespace, LabelSelector selector) {
    return counters.acquire(namespace, selector, placed.values());
  }

  void releaseCounter(PodCounters.Counter counter) {
    counters.release(counter);
  }
}
