package io.luotsi.app.directory;

/** What a member of the cluster is for. */
public enum Role {
  /** Has a replica, a vote and the API; is a node, too. */
  CONTROL_PLANE,
  /** A node and nothing else: no replica, no vote. */
  WORKER
}
