package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import java.util.Map;

/**
 * Which Raft group has which resource. All members of a cluster must say the same.
 *
 * @param count of groups, numbered from 0
 * @param assigned group numbers of resources; all others are in group 0. A resource that has data
 *     keeps its group for ever
 */
public record Groups(int count, Map<GroupResource, Integer> assigned) {
  /** All resources in one group. */
  public static final Groups ONE = new Groups(1, Map.of());

  /** More cost threads and elections, and gain nothing. */
  public static final int MOST = 16;

  public Groups {
    assigned = Map.copyOf(assigned);
    if (count < 1 || count > MOST) {
      throw new IllegalArgumentException(count + " groups are outside 1 to " + MOST);
    }
    assigned.forEach(
        (resource, group) -> {
          if (group < 0 || group >= count) {
            throw new IllegalArgumentException(
                "there is no group " + group + " for " + resource + " among " + count);
          }
        });
  }

  public int of(GroupResource resource) {
    return assigned.getOrDefault(resource, 0);
  }
}
