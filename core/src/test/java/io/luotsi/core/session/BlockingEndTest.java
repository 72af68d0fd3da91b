package io.luotsi.core.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.session.Frame.Channel;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(20)
class BlockingEndTest {
  private final BlockingEnd left = new BlockingEnd();
  private final BlockingEnd right = new BlockingEnd();

  private static Frame frame(int number) {
    return Frame.text(Channel.STDOUT, Integer.toString(number));
  }

  @Test
  void framesArriveInOrderAndTheEndAfterThem() throws Exception {
    Session.connect(left, right);
    for (int i = 0; i < BlockingEnd.WINDOW; i++) {
      left.send(frame(i));
    }
    left.close();
    for (int i = 0; i < BlockingEnd.WINDOW; i++) {
      assertThat(right.isOver()).isFalse();
      assertThat(right.take().orElseThrow().text()).isEqualTo(Integer.toString(i));
    }
    assertThat(right.take()).isEmpty();
    assertThat(right.isOver()).isTrue();
    assertThat(left.ended()).isCompleted();
  }

  @Test
  void whoSendsMoreThanIsTakenWaits() throws Exception {
    Session.connect(left, right);
    CountDownLatch sent = new CountDownLatch(BlockingEnd.WINDOW + 1);
    Thread sender =
        Thread.ofVirtual()
            .start(
                () -> {
                  try {
                    for (int i = 0; i <= BlockingEnd.WINDOW; i++) {
                      left.send(frame(i));
                      sent.countDown();
                    }
                  } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                  }
                });
    assertThat(sent.await(200, TimeUnit.MILLISECONDS)).isFalse();
    assertThat(sent.getCount()).isEqualTo(1);
    right.take();
    sender.join();
    assertThat(sent.getCount()).isZero();
  }

  @Test
  void whoWaitsHearsOfTheOthersEnd() throws Exception {
    Session.connect(left, right);
    CompletableFuture<String> heard = new CompletableFuture<>();
    Thread.ofVirtual()
        .start(
            () -> {
              try {
                while (true) {
                  left.send(frame(1));
                }
              } catch (IOException | InterruptedException e) {
                heard.complete(e.getMessage());
              }
            });
    right.close();
    assertThat(heard.get(5, TimeUnit.SECONDS)).isEqualTo("the session has ended");
    assertThat(left.take()).isEmpty();
  }

  @Test
  void aFailureIsToldAfterWhatCameBeforeIt() throws Exception {
    Session.connect(left, right);
    left.send(frame(1));
    left.fail("the disk is gone");
    assertThat(right.take().orElseThrow().text()).isEqualTo("1");
    assertThatThrownBy(right::take).isInstanceOf(IOException.class).hasMessage("the disk is gone");
    assertThatThrownBy(() -> right.send(frame(2))).hasMessage("the disk is gone");
  }

  @Test
  void whatIsConnectedTooLateIsOverAtOnce() throws Exception {
    right.close();
    Session.connect(left, right);
    assertThatThrownBy(() -> left.send(frame(1))).isInstanceOf(IOException.class);
    assertThatThrownBy(left::take).hasMessage("the session has ended");
  }

  @Test
  void nothingCameInTimeIsNotTheEnd() throws Exception {
    Session.connect(left, right);
    assertThat(left.take(Duration.ofMillis(5))).isEmpty();
    assertThat(left.isOver()).isFalse();
  }

  @Test
  void framesAreCutAndTerminalSizesRead() {
    List<Frame> frames = Frame.split(Channel.STDIN, new byte[2 * Frame.MAX_BYTES + 1]);
    assertThat(frames)
        .extracting(f -> f.bytes().length)
        .containsExactly(Frame.MAX_BYTES, Frame.MAX_BYTES, 1);
    assertThat(Frame.split(Channel.STDIN, new byte[0])).isEmpty();
    assertThat(TerminalSize.parse("{\"Width\":80,\"Height\":24}".getBytes()))
        .contains(new TerminalSize(80, 24));
    for (String nonsense :
        List.of(
            "",
            "{",
            "[]",
            "{\"Width\":80}",
            "{\"Width\":-1,\"Height\":2}",
            "{\"Width\":70000,\"Height\":24}")) {
      assertThat(TerminalSize.parse(nonsense.getBytes())).as(nonsense).isEmpty();
    }
  }

  @Test
  void aStatusFitsIntoItsFrameWhateverTheCommand() {
    String huge = "\u0001".repeat(100_000);
    assertThat(SessionStatus.ofExit(List.of(huge), 3).text())
        .contains("\"reason\":\"ExitCode\",\"message\":\"3\"");
    assertThat(SessionStatus.internalError(huge).text()).contains("\"code\":500");
    assertThat(SessionStatus.ofExit(List.of("ls"), 0).text())
        .isEqualTo("{\"metadata\":{},\"status\":\"Success\"}");
  }
}
