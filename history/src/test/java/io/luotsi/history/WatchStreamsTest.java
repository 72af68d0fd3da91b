package io.luotsi.history;

import static io.luotsi.history.Story.added;
import static io.luotsi.history.Story.deleted;
import static io.luotsi.history.Story.modified;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.history.Violation.Promise;
import java.util.List;
import org.junit.jupiter.api.Test;

class WatchStreamsTest {
  private static final Change FIRST = added(2, "u", "a");
  private static final Change SECOND = modified(3, "u", "b");
  private static final Change THIRD = deleted(4, "u", "b");
  private static final Change FOURTH = added(5, "v", "c");
  private static final FinalOrder ORDER = new FinalOrder(1, List.of(FIRST, SECOND, THIRD, FOURTH));

  private final Story story = new Story();

  private List<Violation> check() {
    return WatchStreams.check(story.entries(), ORDER, ORDER.last());
  }

  private void rejected(String finding) {
    assertThat(check())
        .singleElement()
        .satisfies(violation -> assertThat(violation.promise()).isEqualTo(Promise.WATCHED))
        .satisfies(violation -> assertThat(violation.finding()).contains(finding));
  }

  private void saw(Change... changes) {
    for (Change change : changes) {
      story.saw(1, change);
    }
  }

  @Test
  void everythingOnceInOrderIsAccepted() {
    story.watch(1, 1);
    saw(FIRST, SECOND, THIRD, FOURTH);
    assertThat(check()).isEmpty();
  }

  @Test
  void goingOnWhereItHadComeToIsAccepted() {
    story.watch(1, 1).unknown("cut off");
    story.watch(1, 1);
    saw(FIRST, SECOND);
    story.watch(1, 3);
    saw(THIRD);
    story.bookmark(1, 4);
    story.watch(1, 4);
    saw(FOURTH);
    assertThat(check()).isEmpty();
    assertThat(WatchStreams.reconnects(story.entries())).isEqualTo(2);
  }

  @Test
  void watchersDoNotDisturbEachOther() {
    story.watch(1, 1);
    story.watch(2, 4);
    saw(FIRST, SECOND);
    story.saw(2, FOURTH);
    saw(THIRD, FOURTH);
    assertThat(check()).isEmpty();
    assertThat(WatchStreams.reconnects(story.entries())).isZero();
  }

  @Test
  void aGapIsFound() {
    story.watch(1, 1);
    saw(FIRST, THIRD, FOURTH);
    rejected("never sees 1 changes from " + SECOND);
  }

  @Test
  void aGapAtAReconnectIsFound() {
    story.watch(1, 1);
    saw(FIRST);
    story.watch(1, 2);
    saw(FOURTH);
    rejected("never sees 2 changes from " + SECOND);
  }

  @Test
  void aDoubleEventAfterAReconnectIsFound() {
    story.watch(1, 1);
    saw(FIRST, SECOND);
    story.watch(1, 3);
    saw(SECOND, THIRD, FOURTH);
    rejected("again or late");
  }

  @Test
  void anotherOrderIsFound() {
    story.watch(1, 1);
    saw(FIRST, THIRD, SECOND, FOURTH);
    assertThat(check()).hasSize(2);
  }

  @Test
  void aConnectionThatBeginsElsewhereIsFound() {
    story.watch(1, 1);
    saw(FIRST, SECOND);
    story.watch(1, 4);
    saw(FOURTH);
    assertThat(check()).extracting(Violation::finding).anyMatch(f -> f.contains("goes on from 4"));
  }

  @Test
  void anEventThatDidNotHappenIsFound() {
    story.watch(1, 1);
    saw(FIRST, modified(3, "other", "b"), THIRD, FOURTH);
    rejected("in place of");
  }

  @Test
  void anEventBeyondTheEndIsFound() {
    story.watch(1, 1);
    saw(FIRST, SECOND, THIRD, FOURTH, deleted(6, "v", "c"));
    rejected("did not happen");
  }

  @Test
  void aBookmarkThatSkipsAnEventIsFound() {
    story.watch(1, 1);
    saw(FIRST);
    story.bookmark(1, 3);
    saw(THIRD, FOURTH);
    rejected("never sees 1 changes from " + SECOND);
  }

  @Test
  void aWatcherThatStopsShortIsFound() {
    story.watch(1, 1);
    saw(FIRST, SECOND, THIRD);
    rejected("never sees 1 changes from " + FOURTH);
  }

  @Test
  void anExpiredWatcherIsFound() {
    story.watch(1, 1);
    saw(FIRST, SECOND, THIRD, FOURTH);
    story.watch(1, 5).fail("Expired");
    rejected("is refused after 5: Expired");
  }

  @Test
  void aGapInTheOrderItselfIsFound() {
    assertThat(ORDER.checkGapless("configmaps")).isEmpty();
    FinalOrder torn = new FinalOrder(1, List.of(FIRST, THIRD));
    assertThat(torn.checkGapless("configmaps"))
        .singleElement()
        .extracting(Violation::finding)
        .isEqualTo("after version 2 comes 4");
  }

  @Test
  void aListShowsWhatTheChangesHaveMade() {
    Found there = new Found(Story.KEY, "v", "c", 5);
    assertThat(ORDER.checkList(5, "", List.of(there))).isEmpty();
    assertThat(ORDER.checkList(4, "", List.of())).isEmpty();
    assertThat(ORDER.checkList(5, "other/", List.of())).isEmpty();
    assertThat(ORDER.checkList(5, "", List.of())).hasSize(1);
    assertThat(ORDER.checkList(4, "", List.of(there))).hasSize(1);
    assertThat(ORDER.checkList(3, "", List.of(there))).hasSize(1);
  }
}
