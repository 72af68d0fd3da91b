package io.luotsi.history;

import static io.luotsi.history.Story.KEY;
import static io.luotsi.history.Story.added;
import static io.luotsi.history.Story.deleted;
import static io.luotsi.history.Story.modified;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.history.Violation.Promise;
import java.util.List;
import org.junit.jupiter.api.Test;

class AcknowledgedWritesTest {
  private final Story story = new Story();

  private List<Violation> check(Change... changes) {
    return AcknowledgedWrites.check(story.entries(), new FinalOrder(1, List.of(changes)));
  }

  private void broken(Promise promise, Change... changes) {
    assertThat(check(changes)).extracting(Violation::promise).containsExactly(promise);
  }

  private void createdUpdatedDeleted() {
    story.create(1, "a").ok("u", "a", 2);
    story.update(1, "b", 2).ok("u", "b", 3);
    story.delete(1).ok("u", "", 0);
  }

  @Test
  void everyAcknowledgedWriteIsTheChangeAtItsVersion() {
    createdUpdatedDeleted();
    story.read(1).ok("", "", 0);
    assertThat(AcknowledgedWrites.count(story.entries())).isEqualTo(3);
    assertThat(check(added(2, "u", "a"), modified(3, "u", "b"), deleted(4, "u", "b"))).isEmpty();
  }

  @Test
  void anAcknowledgedCreateThatIsMissingIsFound() {
    story.create(1, "a").ok("u", "a", 2);
    broken(Promise.KEPT);
  }

  @Test
  void anAcknowledgedUpdateThatIsMissingIsFound() {
    createdUpdatedDeleted();
    broken(Promise.KEPT, added(2, "u", "a"), deleted(3, "u", "a"));
  }

  @Test
  void anAcknowledgedDeleteThatIsMissingIsFound() {
    createdUpdatedDeleted();
    broken(Promise.KEPT, added(2, "u", "a"), modified(3, "u", "b"));
  }

  @Test
  void anotherUidOrValueAtItsVersionIsFound() {
    story.create(1, "a").ok("u", "a", 2);
    assertThat(check(added(2, "other", "a"))).isNotEmpty();
    assertThat(check(added(2, "u", "other"))).isNotEmpty();
    assertThat(check(modified(2, "u", "a"))).isNotEmpty();
  }

  @Test
  void twoThatWereToldTheSameVersionAreFound() {
    story.create(1, "a").ok("u", "a", 2);
    story.update(1, "b", 2).ok("u", "b", 3);
    story.update(2, "b", 2).ok("u", "b", 3);
    broken(Promise.KEPT, added(2, "u", "a"), modified(3, "u", "b"));
  }

  @Test
  void whatNobodyHeardOfMayBeThereOnce() {
    story.create(1, "a").unknown("timeout");
    assertThat(check()).isEmpty();
    assertThat(check(added(2, "u", "a"))).isEmpty();
    broken(Promise.ASKED_FOR, added(2, "u", "a"), added(3, "u", "a"));
  }

  @Test
  void whatWasRefusedMayNotBeThere() {
    story.create(1, "a").ok("u", "a", 2);
    story.update(1, "b", 2).fail("TooManyRequests");
    broken(Promise.ASKED_FOR, added(2, "u", "a"), modified(3, "u", "b"));
  }

  @Test
  void whatOthersDoIsNotItsBusiness() {
    assertThat(check(added(2, "u", "a"))).isEmpty();
  }

  private boolean stands(Found... found) {
    return AcknowledgedWrites.checkState(story.entries(), List.of(found)).isEmpty();
  }

  @Test
  void theLastAcknowledgedWriteStands() {
    story.create(1, "a").ok("u", "a", 2);
    story.update(1, "b", 2).ok("u", "b", 5);
    assertThat(stands(new Found(KEY, "u", "b", 5))).isTrue();
    assertThat(stands(new Found(KEY, "u", "a", 2))).isFalse();
    assertThat(stands(new Found(KEY, "v", "b", 5))).isFalse();
    assertThat(stands(new Found(KEY, "u", "c", 6))).isFalse();
    assertThat(stands()).isFalse();
  }

  @Test
  void aLaterWriteThatNobodyHeardOfMayHaveReplacedIt() {
    story.create(1, "a").ok("u", "a", 2);
    story.update(1, "b", 2).unknown("cut off");
    assertThat(stands(new Found(KEY, "u", "a", 2))).isTrue();
    assertThat(stands(new Found(KEY, "u", "b", 3))).isTrue();
    assertThat(stands()).isFalse();
  }

  @Test
  void whatWasDeletedStaysSo() {
    createdUpdatedDeleted();
    assertThat(stands()).isTrue();
    assertThat(stands(new Found(KEY, "u", "b", 3))).isFalse();
  }
}
