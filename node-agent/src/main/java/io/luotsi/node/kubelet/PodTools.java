package io.luotsi.node.kubelet;

/** What all workers of a kubelet share. */
record PodTools(
    PodOperations operations,
    PodEvents events,
    Prober prober,
    StatusWriter writer,
    PodStatus.Node node,
    Unsupported.Abilities abilities) {}
