package io.luotsi.core.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.GroupResource;
import io.luotsi.core.api.GroupVersionKind;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.SelectableFields;
import io.luotsi.core.client.EventCorrelator.Decision;
import io.luotsi.core.client.EventCorrelator.Occurrence;
import io.luotsi.core.client.FakeApiClient.Asked;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class EventRecorderTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:00:00.123Z");
  private static final EventSubject POD =
      new EventSubject(GroupVersionKind.of("v1", "Pod"), ObjectKey.of("ns", "web"), "u1", "7", "");

  private final EventCorrelator correlator = new EventCorrelator("kubelet", "n1");

  private Decision decide(String message, Instant time) {
    return correlator.decide(new Occurrence(POD, "Normal", "Pulled", message, time));
  }

  @Test
  void anEventSaysWhatUpstreamsSays() {
    Decision.Create create = (Decision.Create) decide("hello", NOW);

    assertThat(create.namespace()).isEqualTo("ns");
    assertThat(create.event().toString())
        .isEqualTo(
            """
            {"apiVersion":"v1","kind":"Event","metadata":{"name":"web.18867fe6a18ad4c0",\
            "namespace":"ns"},"involvedObject":{"kind":"Pod","namespace":"ns","name":"web",\
            "uid":"u1","apiVersion":"v1","resourceVersion":"7"},"reason":"Pulled",\
            "message":"hello","source":{"component":"kubelet","host":"n1"},\
            "firstTimestamp":"2026-01-01T00:00:00Z","lastTimestamp":"2026-01-01T00:00:00Z",\
            "count":1,"type":"Normal","reportingComponent":"kubelet","reportingInstance":"n1"}\
            """
                .replace(
                    "18867fe6a18ad4c0", create.event().at("/metadata/name").asText().substring(4)));
    assertThat(create.event().at("/metadata/name").asText())
        .isEqualTo("web." + Long.toHexString(NOW.getEpochSecond() * 1_000_000_000 + 123_000_000));
  }

  @Test
  void theSameEventAgainCountsUp() {
    Decision.Create first = (Decision.Create) decide("hello", NOW);

    Decision.Count second = (Decision.Count) decide("hello", NOW.plusSeconds(2));

    assertThat(second.event().name()).isEqualTo(first.event().at("/metadata/name").asText());
    assertThat(second.patch().get("count").asInt()).isEqualTo(2);
    assertThat(second.patch().get("lastTimestamp").asText()).isEqualTo("2026-01-01T00:00:02Z");
    assertThat(second.otherwise().event().get("firstTimestamp").asText())
        .isEqualTo("2026-01-01T00:00:00Z");
  }

  @Test
  void theTenthMessageOfAKindIsCombinedWithThoseThatFollow() {
    for (int i = 1; i < 10; i++) {
      assertThat(decide("message " + i, NOW)).isInstanceOf(Decision.Create.class);
    }

    Decision.Create tenth = (Decision.Create) decide("message 10", NOW);
    Decision.Count next = (Decision.Count) decide("message 11", NOW);

    assertThat(tenth.event().get("message").asText())
        .isEqualTo("(combined from similar events): message 10");
    assertThat(next.patch().get("message").asText())
        .isEqualTo("(combined from similar events): message 11");
    assertThat(decide("message 12", NOW.plus(Duration.ofMinutes(11))))
        .isInstanceOf(Decision.Create.class);
  }

  @Test
  void oneObjectGetsTwentyFiveEventsAndThenOneEveryFiveMinutes() {
    int written = 0;
    for (int i = 0; i < 100; i++) {
      written += decide("hello", NOW) instanceof Decision.Skip ? 0 : 1;
    }

    assertThat(written).isEqualTo(25);
    assertThat(decide("hello", NOW.plusSeconds(299))).isInstanceOf(Decision.Skip.class);
    assertThat(decide("hello", NOW.plusSeconds(301))).isInstanceOf(Decision.Count.class);
    assertThat(decide("hello", NOW.plusSeconds(302))).isInstanceOf(Decision.Skip.class);
  }

  @Test
  void theRecorderCreatesAndThenPatchesAndWritesAnewWhatIsGone() throws Exception {
    FakeApiClient api = new FakeApiClient(SelectableFields.NONE);
    try (EventRecorder recorder =
        EventRecorder.start(api, "kubelet", "n1", Clock.fixed(NOW, ZoneOffset.UTC))) {
      recorder.event(POD, EventRecorder.Type.WARNING, "BackOff", "again");
      Asked created = next(api);
      recorder.event(POD, EventRecorder.Type.WARNING, "BackOff", "again");
      Asked patched = next(api);
      api.refuseNext(new Rejection.NotFound(GroupResource.parse("events"), patched.name()));
      recorder.event(POD, EventRecorder.Type.WARNING, "BackOff", "again");

      assertThat(created.verb()).isEqualTo("create");
      assertThat(created.body().get("type").asText()).isEqualTo("Warning");
      assertThat(patched.verb()).isEqualTo("patch");
      assertThat(patched.name()).isEqualTo(created.name());
      assertThat(next(api).verb()).isEqualTo("patch");
      Asked again = next(api);
      assertThat(again.verb()).isEqualTo("create");
      assertThat(again.body().get("count").asInt()).isEqualTo(3);
    }
  }

  @Test
  void closingWritesWhatWaits() {
    FakeApiClient api = new FakeApiClient(SelectableFields.NONE);
    EventRecorder recorder =
        EventRecorder.start(api, "kubelet", "n1", Clock.fixed(NOW, ZoneOffset.UTC));
    for (int i = 0; i < 5; i++) {
      recorder.event(POD, EventRecorder.Type.NORMAL, "R" + i, "m");
    }

    recorder.close();
    recorder.event(POD, EventRecorder.Type.NORMAL, "late", "m");

    assertThat(api.asked()).hasSize(5);
  }

  private static Asked next(FakeApiClient api) throws InterruptedException {
    return Optional.ofNullable(api.asked().poll(5, TimeUnit.SECONDS)).orElseThrow();
  }
}
