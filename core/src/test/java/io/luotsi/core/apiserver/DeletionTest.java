package io.luotsi.core.apiserver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.Propagation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeletionTest {
  private static final Instant NOW = Instant.parse("2026-01-01T00:01:00Z");

  /**
   * For all lifecycles of a pod: what it is, what is asked, and what becomes of it. Grace "-" is
   * not asked; finalizers "-" are none. The result is Remove, Pending, or the deadline after now in
   * seconds, the grace, and the finalizers.
   */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        // bound and running, with 30 s of its own
        "running     | -        | -  | -          | 30 30 []",
        "running     | -        | 5  | -          | 5 5 []",
        "running     | -        | -1 | -          | 1 1 []",
        "running     | -        | 0  | -          | Remove",
        "running     | x/y      | 0  | -          | 0 0 [x/y]",
        "running     | x/y      | -  | -          | 30 30 [x/y]",
        "running     | -        | 0  | FOREGROUND | 0 0 [foregroundDeletion]",
        "running     | -        | -  | ORPHAN     | 30 30 [orphan]",
        "running     | orphan   | 0  | BACKGROUND | Remove",
        "running     | orphan   | 0  | -          | 0 0 [orphan]",
        "running     | orphan   | 0  | FOREGROUND | 0 0 [foregroundDeletion]",
        // nowhere, or ended: nothing to wait for
        "pending     | -        | -  | -          | Remove",
        "pending     | -        | 60 | -          | Remove",
        "pending     | x/y      | -  | -          | 0 0 [x/y]",
        "succeeded   | -        | -  | -          | Remove",
        "failed      | -        | -  | -          | Remove",
        // told to go ten seconds ago, with 30 s
        "terminating | -        | -  | -          | Pending",
        "terminating | -        | 30 | -          | Pending",
        "terminating | -        | 60 | -          | Pending",
        "terminating | -        | 15 | -          | 5 15 []",
        "terminating | -        | 0  | -          | Remove",
        "terminating | x/y      | 0  | -          | -10 0 [x/y]",
        "terminating | x/y      | 15 | -          | 5 15 [x/y]",
        // its time is over, finalizers hold it
        "over        | x/y      | -  | -          | Pending",
        "over        | x/y      | 0  | -          | Pending",
        "over        | x/y      | 0  | FOREGROUND | -5 0 [x/y, foregroundDeletion]",
        "over        | -        | -  | -          | Remove"
      })
  void podsGoAsTheirStateAndTheRequestSay(
      String state, String finalizer, String grace, String policy, String expected) {
    ObjectNode pod = pod(state, finalizer);
    ObjectNode before = pod.deepCopy();

    Deletion deletion =
        new PodStrategy(PodStrategy.Part.WHOLE).delete(pod, options(grace, policy), NOW);

    assertThat(describe(deletion)).isEqualTo(expected);
    assertThat(pod).as("what is stored is not touched").isEqualTo(before);
  }

  /** Kinds without grace: grace is ignored, finalizers are not. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "live | -                  | 30 | -          | Remove",
        "live | x/y                | -  | -          | 0 0 [x/y]",
        "live | -                  | -  | FOREGROUND | 0 0 [foregroundDeletion]",
        "live | -                  | -  | ORPHAN     | 0 0 [orphan]",
        "live | foregroundDeletion | -  | BACKGROUND | Remove",
        "over | x/y                | -  | -          | Pending",
        "over | x/y                | -  | ORPHAN     | -5 0 [x/y, orphan]",
        "over | foregroundDeletion | -  | BACKGROUND | Remove"
      })
  void otherKindsGoAtOnceUnlessTheyAreHeld(
      String state, String finalizer, String grace, String policy, String expected) {
    assertThat(
            describe(
                Deletion.decide(
                    Strategy.PLAIN, pod(state, finalizer), options(grace, policy), NOW)))
        .isEqualTo(expected);
  }

  @Test
  void generationCountsTheFirstTimeAnObjectIsToldToGo() {
    ObjectNode pod = pod("running", "-");
    ObjectMeta.of(pod).put("generation", 4);

    assertThat(
            marked(new PodStrategy(PodStrategy.Part.WHOLE).delete(pod, options("-", "-"), NOW))
                .at("/metadata/generation")
                .asInt())
        .isEqualTo(5);
    ObjectNode told = pod("terminating", "-");
    ObjectMeta.of(told).put("generation", 5);
    assertThat(
            marked(new PodStrategy(PodStrategy.Part.WHOLE).delete(told, options("3", "-"), NOW))
                .at("/metadata/generation")
                .asInt())
        .isEqualTo(5);
  }

  @Test
  void anUpdateThatTakesTheLastFinalizerAwayRemovesWhatWasToldToGo() {
    assertThat(Deletion.completes(pod("over", "-"), pod("over", "x/y"))).isTrue();
    assertThat(Deletion.completes(pod("over", "x/y"), pod("over", "x/y"))).isFalse();
    assertThat(Deletion.completes(pod("running", "-"), pod("running", "x/y"))).isFalse();
    assertThat(Deletion.completes(pod("terminating", "-"), pod("terminating", "x/y")))
        .as("its grace is not over")
        .isFalse();
  }

  @Test
  void aNamespaceStaysTerminatingUntilItIsFinalized() {
    Strategy namespaces = new NamespaceStrategy(false);
    ObjectNode live =
        Requests.json("{'metadata': {'name': 'n'}, 'spec': {'finalizers': ['kubernetes']}}");

    ObjectNode told = marked(namespaces.delete(live, DeleteOptions.DEFAULT, NOW));

    assertThat(told.at("/status/phase").asText()).isEqualTo("Terminating");
    assertThat(told.at("/metadata/deletionTimestamp").asText()).isEqualTo("2026-01-01T00:01:00Z");
    assertThat(namespaces.delete(told, DeleteOptions.DEFAULT, NOW))
        .isEqualTo(new Deletion.Pending());
    ObjectNode finalized = told.deepCopy();
    finalized.withObject("spec").remove("finalizers");
    assertThat(namespaces.completesDeletion(told, told)).isFalse();
    assertThat(namespaces.completesDeletion(finalized, told)).isTrue();
    assertThat(namespaces.delete(finalized, DeleteOptions.DEFAULT, NOW))
        .isEqualTo(new Deletion.Remove());
  }

  private static ObjectNode pod(String state, String finalizer) {
    ObjectNode pod =
        Requests.json("{'metadata': {'name': 'p'}, 'spec': {'terminationGracePeriodSeconds': 30}}");
    if (!state.equals("pending")) {
      pod.withObject("spec").put("nodeName", "n");
    }
    switch (state) {
      case "succeeded" -> pod.putObject("status").put("phase", "Succeeded");
      case "failed" -> pod.putObject("status").put("phase", "Failed");
      case "terminating" ->
          ObjectMeta.of(pod)
              .put("deletionTimestamp", ObjectMeta.time(NOW.plusSeconds(20)))
              .put("deletionGracePeriodSeconds", 30);
      case "over" ->
          ObjectMeta.of(pod)
              .put("deletionTimestamp", ObjectMeta.time(NOW.minusSeconds(5)))
              .put("deletionGracePeriodSeconds", 0);
      default -> {}
    }
    ObjectMeta.setFinalizers(pod, finalizer.equals("-") ? List.of() : List.of(finalizer));
    return pod;
  }

  private static DeleteOptions options(String grace, String policy) {
    return new DeleteOptions(
        grace.equals("-") ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(grace)),
        policy.equals("-") ? Optional.empty() : Optional.of(Propagation.valueOf(policy)),
        Optional.empty(),
        Optional.empty());
  }

  private static ObjectNode marked(Deletion deletion) {
    return switch (deletion) {
      case Deletion.Mark(ObjectNode object) -> object;
      case Deletion.Remove removed -> throw new AssertionError(removed);
      case Deletion.Pending pending -> throw new AssertionError(pending);
    };
  }

  private static String describe(Deletion deletion) {
    return switch (deletion) {
      case Deletion.Remove removed -> "Remove";
      case Deletion.Pending pending -> "Pending";
      case Deletion.Mark(ObjectNode object) ->
          ObjectMeta.deletionTimestamp(object).orElseThrow().getEpochSecond()
              - NOW.getEpochSecond()
              + " "
              + object.at("/metadata/deletionGracePeriodSeconds").asInt()
              + " "
              + ObjectMeta.finalizers(object);
    };
  }
}
