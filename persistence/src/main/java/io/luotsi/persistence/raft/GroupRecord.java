package io.luotsi.persistence.raft;

import io.luotsi.core.api.GroupResource;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/**
 * Remembers which group has each resource that has ever been written, in a file of the member's: a
 * line each, of resource and group. Other settings than those it was written under would show the
 * resource empty, and begin another history of it.
 */
final class GroupRecord {
  private static final String FILE = "groups";
  private static final String COUNT = "groups.count";

  private final Path file;
  private final Path count;
  private final Groups groups;
  private final Map<GroupResource, Integer> known;

  private GroupRecord(Path directory, Groups groups, Map<GroupResource, Integer> known) {
    this.file = directory.resolve(FILE);
    this.count = directory.resolve(COUNT);
    this.groups = groups;
    this.known = known;
  }

  /**
   * @throws IOException if the files cannot be read, or the settings assign a resource that has
   *     data to another group, or name more groups than there were when members came or went
   */
  static GroupRecord open(Path directory, Groups groups) throws IOException {
    Path file = directory.resolve(FILE);
    Map<GroupResource, Integer> known = new TreeMap<>();
    if (Files.exists(file)) {
      String text = Files.readString(file);
      // A line without its end was never relied upon.
      for (String line : text.substring(0, text.lastIndexOf('\n') + 1).lines().toList()) {
        String[] words = line.split(" ");
        known.put(GroupResource.parse(words[0]), Integer.parseInt(words[1]));
      }
    }
    GroupRecord record = new GroupRecord(directory, groups, known);
    record.requireCount();
    for (Map.Entry<GroupResource, Integer> entry : known.entrySet()) {
      record.require(entry.getKey(), entry.getValue());
    }
    return record;
  }

  /**
   * A resource has data in a group; returns when that is on disk.
   *
   * @throws IOException if it cannot be recorded, or the settings say otherwise
   */
  synchronized void found(GroupResource resource, int group) throws IOException {
    if (known.containsKey(resource)) {
      return;
    }
    require(resource, group);
    String line = resource + " " + group + "\n";
    try (FileChannel channel =
        FileChannel.open(
            file, StandardOpenOption.CREATE, StandardOpenOption.APPEND, StandardOpenOption.WRITE)) {
      channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
      channel.force(true);
    }
    known.put(resource, group);
  }

  /**
   * Members have come or gone. A group is founded by those who start with it, each by the list of
   * the first members; of those who came later nobody could say which of them had a vote.
   *
   * @throws IOException if it cannot be recorded
   */
  synchronized void membersChanged() throws IOException {
    if (!Files.exists(count)) {
      MemberIdentity.write(count, groups.count() + "\n");
    }
  }

  private void requireCount() throws IOException {
    if (Files.exists(count)) {
      int fixed = Integer.parseInt(Files.readString(count).strip());
      if (groups.count() > fixed) {
        throw new IOException(
            "there are "
                + fixed
                + " Raft groups, and the settings name "
                + groups.count()
                + ": their number cannot be raised once members have come or gone");
      }
    }
  }

  private void require(GroupResource resource, int group) throws IOException {
    if (groups.of(resource) != group) {
      throw new IOException(
          "'"
              + resource
              + "' has data in Raft group "
              + group
              + ", and the settings assign it to group "
              + groups.of(resource)
              + ": a resource that has data keeps its group");
    }
  }
}
