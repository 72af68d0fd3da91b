package io.luotsi.persistence.carriage;

import static io.luotsi.persistence.Drafts.CONFIG_MAPS;
import static io.luotsi.persistence.Drafts.key;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.core.api.ObjectDraft;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.store.Precondition;
import io.luotsi.core.store.Write;
import io.luotsi.persistence.Drafts;
import io.luotsi.persistence.Golden;
import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class WireFormatTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final TestProbe<Carrier.Wire> PROBE = KIT.createTestProbe(Carrier.Wire.class);
  private static final Carrier.Asker ASKER = new Carrier.Asker(PROBE.ref(), false);
  private static final Carrier.Asker MODERN = new Carrier.Asker(PROBE.ref(), true);
  private static final ObjectDraft DRAFT = Drafts.draft("default", "a", "uid-1", "1");
  private static final Precondition BOTH =
      new Precondition(Optional.of("uid-1"), OptionalLong.of(7));
  private static final WireFormat FORMAT =
      new WireFormat(
          new WireFormat.Refs(ref -> "the probe", name -> PROBE.ref()),
          resource -> SelectableFields.NONE);

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static Carrier.Request request(Optional<Write> write) {
    return new Carrier.Request(42, CONFIG_MAPS, write, Duration.ofMillis(9_999), ASKER);
  }

  private static Carrier.Answer answer(Carrier.Result result) {
    return new Carrier.Answer(42, CONFIG_MAPS, result);
  }

  private static Carrier.Answer refused(Rejection rejection) {
    return answer(new Carrier.Refused(rejection, 12));
  }

  private static List<Carrier.Wire> messages() {
    return List.of(
        request(Optional.empty()),
        request(Optional.of(new Write.Create(DRAFT))),
        request(Optional.of(new Write.Update(DRAFT, BOTH))),
        request(Optional.of(new Write.Delete(key("a"), Precondition.NONE))),
        request(Optional.of(new Write.Delete(key("a"), BOTH))),
        answer(new Carrier.NotHere()),
        answer(new Carrier.Stored(77)),
        answer(new Carrier.Deleted(DRAFT.seal(78))),
        refused(new Rejection.AlreadyExists(CONFIG_MAPS, "a")),
        refused(new Rejection.NotFound(CONFIG_MAPS, "a")),
        refused(new Rejection.Conflict(CONFIG_MAPS, "a", "somebody wrote")),
        refused(new Rejection.TooManyRequests("full", Duration.ofMillis(1_500))),
        refused(new Rejection.Timeout("unknown")),
        refused(new Rejection.InternalError("a bug")));
  }

  private static Carrier.Request modern(long call, Optional<Write> write) {
    return new Carrier.Request(call, CONFIG_MAPS, write, Duration.ofMillis(9_999), MODERN);
  }

  /** What came with the wire's bundles. */
  private static List<Carrier.Wire> bundles() {
    return List.of(
        modern(42, Optional.of(new Write.Delete(key("a"), Precondition.NONE))),
        new Carrier.Requests(
            List.of(
                modern(42, Optional.of(new Write.Create(DRAFT))),
                modern(0, Optional.empty()),
                modern(43, Optional.of(new Write.Update(DRAFT, BOTH))))),
        new Carrier.Answers(
            List.of(
                answer(new Carrier.Stored(77)),
                answer(new Carrier.Deleted(DRAFT.seal(78))),
                refused(new Rejection.NotFound(CONFIG_MAPS, "a")))));
  }

  private static List<Carrier.Wire> all() {
    return Stream.concat(messages().stream(), bundles().stream()).toList();
  }

  /** Objects and drafts have no equality of their own. */
  private static String describe(Carrier.Wire message) {
    return switch (message) {
      case Carrier.Request request ->
          List.of(
                  request.call(),
                  request.resource(),
                  request.remaining(),
                  request.asker(),
                  request.write().map(WireFormatTest::describe))
              .toString();
      case Carrier.Answer answer when answer.result() instanceof Carrier.Deleted deleted ->
          answer.call() + " " + answer.resource() + " " + new String(deleted.object().json());
      case Carrier.Answer answer -> answer.toString();
      case Carrier.Requests(List<Carrier.Request> requests) ->
          requests.stream().map(WireFormatTest::describe).toList().toString();
      case Carrier.Answers(List<Carrier.Answer> answers) ->
          answers.stream().map(WireFormatTest::describe).toList().toString();
    };
  }

  private static String describe(Write write) {
    return switch (write) {
      case Write.Create(ObjectDraft draft) -> "create " + new String(draft.json());
      case Write.Update(ObjectDraft draft, Precondition precondition) ->
          "update " + new String(draft.json()) + precondition;
      case Write.Delete delete -> delete.toString();
    };
  }

  @Test
  void whatIsReadIsWhatWasWritten() throws Exception {
    for (Carrier.Wire message : all()) {
      Carrier.Wire read = FORMAT.read(ByteSource.of(FORMAT.write(message)));
      assertThat(describe(read)).isEqualTo(describe(message));
    }
  }

  /** Members of neighbouring versions speak with each other. */
  @Test
  void messagesAreWrittenAndReadAsTheyAlwaysWere() throws Exception {
    assertGolden("carriage-1", messages());
    assertGolden("carriage-1-bundles", bundles());
  }

  private static void assertGolden(String file, List<Carrier.Wire> messages) throws Exception {
    List<byte[]> golden = Golden.readLines(file);
    assertThat(golden).hasSameSizeAs(messages);
    for (int i = 0; i < golden.size(); i++) {
      assertThat(FORMAT.write(messages.get(i))).as("%s", messages.get(i)).isEqualTo(golden.get(i));
      assertThat(describe(FORMAT.read(ByteSource.of(golden.get(i)))))
          .isEqualTo(describe(messages.get(i)));
    }
  }

  @Test
  void bytesThatEndTooEarlyOrGoOnAreMalformed() {
    for (Carrier.Wire message : all()) {
      byte[] whole = FORMAT.write(message);
      for (int length = 0; length < whole.length; length++) {
        byte[] part = Arrays.copyOf(whole, length);
        assertThatThrownBy(() -> FORMAT.read(ByteSource.of(part)))
            .isInstanceOf(MalformedBytes.class);
      }
      byte[] longer = Arrays.copyOf(whole, whole.length + 1);
      assertThatThrownBy(() -> FORMAT.read(ByteSource.of(longer)))
          .isInstanceOf(MalformedBytes.class);
    }
  }

  /** So does a member that knows nothing of bundles: to it a call is one number. */
  @Test
  void anAnswerThatGivesBackTheWholeCallIsTheCalls() throws Exception {
    byte[] asked = FORMAT.write(modern(42, Optional.empty()));
    byte[] answered = FORMAT.write(answer(new Carrier.Stored(77)));
    System.arraycopy(asked, 2, answered, 2, Long.BYTES);
    assertThat(answered[2]).isNegative();
    assertThat(FORMAT.read(ByteSource.of(answered))).isEqualTo(answer(new Carrier.Stored(77)));
  }

  @Test
  void unknownFormatsAndKindsAreMalformed() {
    String emptyRequests = "0103" + "00000001" + "61" + "00000000";
    Stream.of("02", "0105" + "00".repeat(20), "01", emptyRequests, "0104ffffffff")
        .map(HexFormat.of()::parseHex)
        .forEach(
            bytes ->
                assertThatThrownBy(() -> FORMAT.read(ByteSource.of(bytes)))
                    .isInstanceOf(MalformedBytes.class));
  }

  @Test
  void whatARegistryNeverRefusesWithIsToldAsABug() throws Exception {
    Carrier.Wire read =
        FORMAT.read(ByteSource.of(FORMAT.write(refused(new Rejection.BadRequest("odd")))));
    assertThat(read).asString().contains("InternalError").contains("BadRequest");
  }
}
