package io.luotsi.persistence.raft;

/**
 * A member that is to take part, as group 0 has decided.
 *
 * @param about what the application keeps of it for the others, at most {@value #MOST_ABOUT}
 *     characters; of no meaning here
 */
public record Enrolment(Peer peer, String about) {
  static final int MOST_ABOUT = 4_096;

  public Enrolment {
    if (about.length() > MOST_ABOUT) {
      throw new IllegalArgumentException(about.length() + " characters about " + peer.id());
    }
  }
}
