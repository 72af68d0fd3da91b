package io.luotsi.core.apiserver;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Who asks, as an authenticator found out.
 *
 * @param uid empty if the authenticator knows none
 * @param groups in the authenticator's order
 * @param extra whatever else the authenticator has found, by keys of its own
 */
public record UserInfo(
    String name, String uid, List<String> groups, Map<String, List<String>> extra) {
  /** May do everything. */
  public static final String SYSTEM_MASTERS = "system:masters";

  private static final String SYSTEM_PREFIX = "system:";
  private static final String NODE_PREFIX = "system:node:";

  public static final String SYSTEM_NODES = "system:nodes";
  public static final String AUTHENTICATED = "system:authenticated";
  public static final String UNAUTHENTICATED = "system:unauthenticated";

  public static final UserInfo ANONYMOUS =
      new UserInfo("system:anonymous", "", List.of(UNAUTHENTICATED));

  public UserInfo {
    groups = List.copyOf(groups);
    extra = Map.copyOf(extra);
  }

  /** One of whom nothing else is known. */
  public UserInfo(String name, String uid, List<String> groups) {
    this(name, uid, groups, Map.of());
  }

  /** A part of the control plane itself: {@code system:kube-scheduler} and the like. */
  public static UserInfo component(String name) {
    return new UserInfo(SYSTEM_PREFIX + name, "", List.of(SYSTEM_MASTERS, AUTHENTICATED));
  }

  /** A kubelet. */
  public static UserInfo node(String nodeName) {
    return new UserInfo(NODE_PREFIX + nodeName, "", List.of(SYSTEM_NODES, AUTHENTICATED));
  }

  /** Whether nothing is ever refused. */
  public boolean isMaster() {
    return groups.contains(SYSTEM_MASTERS);
  }

  /** What managedFields calls the program that writes as this user: upstream's names. */
  public String fieldManager() {
    if (nodeName().isPresent()) {
      return "kubelet";
    }
    return name.startsWith(SYSTEM_PREFIX) ? name.substring(SYSTEM_PREFIX.length()) : name;
  }

  /** Of whose kubelet this is; empty if it is none, or does not say of which node. */
  public Optional<String> nodeName() {
    return groups.contains(SYSTEM_NODES)
            && name.startsWith(NODE_PREFIX)
            && name.length() > NODE_PREFIX.length()
        ? Optional.of(name.substring(NODE_PREFIX.length()))
        : Optional.empty();
  }
}
