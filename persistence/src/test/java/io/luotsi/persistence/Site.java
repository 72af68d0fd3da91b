package io.luotsi.persistence;

import java.util.List;

/** Where the processes of members run. */
interface Site {
  /** All on this host, as any process. */
  Site LOOPBACK =
      new Site() {
        @Override
        public String host(String name) {
          return "127.0.0.1";
        }

        @Override
        public List<String> inside(String name) {
          return List.of();
        }
      };

  /** At which a member listens. */
  String host(String name);

  /** What a command begins with to run where a member does. */
  List<String> inside(String name);
}
