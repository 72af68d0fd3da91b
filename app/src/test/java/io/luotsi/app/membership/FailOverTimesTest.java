package io.luotsi.app.membership;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import org.apache.pekko.remote.DeadlineFailureDetector;
import org.junit.jupiter.api.Test;

/** The orders that ADR 9 holds its times to, as far as they are Pekko's and the membership's. */
class FailOverTimesTest {
  /** A lost member's node is NotReady within 5 s; one of them is for Raft, and to spare. */
  private static final Duration GIVEN_UP_WITHIN = Duration.ofSeconds(4);

  /** The longest that nobody leads. */
  private static final Duration ELECTED_WITHIN = Duration.ofSeconds(3);

  /** Such pauses of a living member cost it leadership and nothing else. */
  private static final Duration FORGIVEN = Duration.ofSeconds(2);

  private final Config cluster =
      ConfigFactory.parseResources(
              FailOverTimesTest.class.getClassLoader(), "io/luotsi/app/member/cluster-system.conf")
          .getConfig("pekko.cluster");
  private final Config detector = cluster.getConfig("failure-detector");
  private final Duration interval = detector.getDuration("heartbeat-interval");
  private final Duration pause = detector.getDuration("acceptable-heartbeat-pause");

  @Test
  void silenceIsNoticedInTheSameTimeWhateverCameBefore() {
    // Pekko's default learns from the heartbeats that it has seen, and knows few, or irregular
    // ones, just after a start.
    assertThat(detector.getString("implementation-class"))
        .isEqualTo(DeadlineFailureDetector.class.getName());
  }

  @Test
  void aLostMemberIsGivenUpInTime() {
    Duration looked = cluster.getDuration("unreachable-nodes-reaper-interval");
    assertThat(pause.plus(interval).plus(looked).plus(Silences.BELIEVED_AFTER))
        .isLessThanOrEqualTo(GIVEN_UP_WITHIN);
  }

  @Test
  void aPauseIsForgivenAndWhoWokeUpHearsTheLivingFirst() {
    assertThat(pause).isGreaterThan(FORGIVEN);
    assertThat(Silences.BELIEVED_AFTER).isGreaterThanOrEqualTo(interval);
  }

  @Test
  void membersThatWaitForAgreementOutlastTheDetector() {
    assertThat(GIVEN_UP_WITHIN.plus(ELECTED_WITHIN)).isLessThan(Life.AGREED_WITHIN);
  }
}
