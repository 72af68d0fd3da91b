package io.luotsi.node.relay;

/** What crosses JVMs here. Named in {@code reference.conf}, which says how it is written. */
interface Relayed {}
