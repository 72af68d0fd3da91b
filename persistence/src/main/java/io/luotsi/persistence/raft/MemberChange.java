package io.luotsi.persistence.raft;

import java.util.Optional;

/** What became of the wish to change who takes part. */
public sealed interface MemberChange {
  /** It is decided and will be carried out, whoever leads; {@link Members#list} tells how far. */
  record Decided() implements MemberChange {}

  /** Nothing has changed. */
  record Refused(String why) implements MemberChange {}

  /**
   * Nothing has changed; the leader of group 0 is to be asked.
   *
   * @param leader its name, as far as it is known
   */
  record Elsewhere(Optional<String> leader) implements MemberChange {}

  /** Nobody knows whether it was decided; {@link Members#list} will tell, and asking again may. */
  record Unknown(String why) implements MemberChange {}
}
