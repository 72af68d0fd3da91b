package io.luotsi.core.controller.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.controller.Action;
import io.luotsi.core.controller.PodView;
import io.luotsi.core.controller.Resources;
import io.luotsi.core.controller.deployment.DeploymentReconcile.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeploymentReconcileTest {
  private final World world = new World();

  private List<String> events(Plan plan) {
    return plan.actions().stream()
        .filter(Action.Event.class::isInstance)
        .map(event -> ((Action.Event) event).message())
        .toList();
  }

  private String reason(String condition) {
    return PodView.condition(world.deployment.path("status"), condition).path("reason").asText();
  }

  @ParameterizedTest
  @CsvSource({
    "25%,25%,10,3,2",
    "25%,25%,1,1,0",
    "0,0,5,0,1",
    "0%,0%,5,0,1",
    "100%,0,4,4,0",
    "2,1,9,2,1",
    "1%,1%,50,1,0",
  })
  void surgeRoundsUpAndUnavailabilityDown(
      String surge, String unavailable, int replicas, int above, int below) {
    ObjectNode rolling = Json.object();
    World.put(rolling, "maxSurge", surge);
    World.put(rolling, "maxUnavailable", unavailable);

    assertThat(Fences.of(rolling, replicas)).isEqualTo(new Fences(above, below));
  }

  @Test
  void aNewDeploymentGetsAReplicaSetOfItsSize() {
    world.deploy(3, "25%", "25%");

    Plan plan = world.step();

    ObjectNode rs = plan.creation().orElseThrow().create().body();
    String hash = rs.at("/metadata/labels/pod-template-hash").asText();
    assertThat(rs.at("/metadata/name").asText()).isEqualTo("web-" + hash);
    assertThat(hash).matches("[bcdfghjklmnpqrstvwxz2456789]+");
    assertThat(rs.at("/spec/replicas").asInt()).isEqualTo(3);
    assertThat(rs.at("/spec/selector/matchLabels/pod-template-hash").asText()).isEqualTo(hash);
    assertThat(rs.at("/spec/template/metadata/labels/pod-template-hash").asText()).isEqualTo(hash);
    assertThat(rs.at("/metadata/annotations").toString())
        .isEqualTo(
            "{\"deployment.kubernetes.io/revision\":\"1\","
                + "\"deployment.kubernetes.io/desired-replicas\":\"3\","
                + "\"deployment.kubernetes.io/max-replicas\":\"4\"}");
    assertThat(events(plan)).containsExactly("Scaled up replica set web-" + hash + " from 0 to 3");
    assertThat(reason("Progressing")).isEqualTo("NewReplicaSetCreated");
    assertThat(reason("Available")).isEqualTo("MinimumReplicasUnavailable");
    assertThat(plan.again()).contains(Duration.ofSeconds(601));
  }

  @Test
  void aRolloutEndsWithTheConditionsThatKubectlWaitsFor() {
    world.deploy(3, "25%", "25%");
    world.settle();

    assertThat(reason("Progressing")).isEqualTo("NewReplicaSetAvailable");
    assertThat(reason("Available")).isEqualTo("MinimumReplicasAvailable");
    assertThat(
            PodView.condition(world.deployment.path("status"), "Progressing")
                .path("message")
                .asText())
        .matches("ReplicaSet \"web-[a-z0-9]+\" has successfully progressed\\.");
    assertThat(world.deployment.at("/metadata/annotations").toString())
        .isEqualTo("{\"deployment.kubernetes.io/revision\":\"1\"}");
    assertThat(world.step().actions()).isEmpty();
  }

  @Test
  @Conformance("Deployment RollingUpdate")
  void aRollingUpdateGoesStepByStepWithinItsFences() {
    world.deploy(4, "1", "1");
    world.settle();
    world.template("v2");

    world.step(); // the new one may have 1: 5 in all
    assertThat(world.sizes()).containsExactly(4, 1);
    world.step(); // 4 are available, 3 needed
    assertThat(world.sizes()).containsExactly(3, 1);
    world.step();
    assertThat(world.sizes()).containsExactly(3, 2);
    world.step(); // none can go before the new ones are available
    assertThat(world.sizes()).containsExactly(3, 2);
    world.allPodsReady();
    world.step();
    assertThat(world.sizes()).containsExactly(1, 2);
    world.settle();
    assertThat(world.sizes()).containsExactly(0, 4);
  }

  @Property(tries = 60)
  void aRollingUpdateNeverLeavesItsFencesAndAlwaysEnds(
      @ForAll int seed,
      @ForAll @IntRange(min = 1, max = 12) int replicas,
      @ForAll @IntRange(max = 100) int surge,
      @ForAll @IntRange(max = 100) int unavailable) {
    World any = new World();
    any.deploy(replicas, surge + "%", unavailable + "%");
    any.settle();
    Random random = new Random(seed);
    any.template("v2");
    ObjectNode fences = Json.object();
    fences.put("maxSurge", surge + "%").put("maxUnavailable", unavailable + "%");
    Fences limits = Fences.of(fences, replicas);
    for (int i = 0; i < 200; i++) {
      any.step();
      any.somePodsReady(random);
      if (i == 5 && random.nextBoolean()) {
        any.template("v3"); // a change of mind half way
      }
      assertThat(any.sizes().stream().mapToInt(Integer::intValue).sum())
          .isLessThanOrEqualTo(replicas + limits.surge());
      assertThat(any.available())
          .isGreaterThanOrEqualTo(replicas - Math.min(replicas, limits.unavailable()));
    }
    any.settle();
    assertThat(any.sizes().getLast()).isEqualTo(replicas);
    assertThat(any.sizes().stream().mapToInt(Integer::intValue).sum()).isEqualTo(replicas);
  }

  @Test
  @Conformance("Deployment Recreate")
  void recreateWaitsForTheLastOldPod() {
    world.deploy(3, "25%", "25%");
    world.spec().withObject("/strategy").removeAll().put("type", "Recreate");
    world.settle();
    world.template("v2");

    world.step();
    assertThat(world.sizes()).containsExactly(0);
    world.oldPodsRun = true;
    world.allPodsReady();
    world.step();
    assertThat(world.sizes()).containsExactly(0);
    world.oldPodsRun = false;
    world.step();
    assertThat(world.sizes()).containsExactly(0, 3);
  }

  @Test
  @Conformance("Deployment Proportional Scaling")
  void scalingInTheMiddleOfARolloutKeepsTheProportions() {
    world.deploy(10, "3", "2");
    world.settle();
    world.template("v2");
    world.step();
    world.step();
    assertThat(world.sizes()).containsExactly(8, 3);

    world.spec().put("replicas", 20);
    world.generation++;
    Plan plan = world.step();

    assertThat(world.sizes().stream().mapToInt(Integer::intValue).sum()).isEqualTo(23);
    assertThat(world.sizes().getFirst()).isGreaterThan(world.sizes().getLast());
    assertThat(events(plan)).hasSize(2).allMatch(message -> message.startsWith("Scaled up"));
    world.settle();
    assertThat(world.sizes()).containsExactly(0, 20);
  }

  @Test
  void goingBackTakesTheOldReplicaSetUpAgainUnderANewRevision() {
    world.deploy(2, "1", "0");
    world.settle();
    world.template("v2");
    world.settle();
    world.template("v1");
    world.settle();

    assertThat(world.sizes()).containsExactly(2, 0);
    JsonNode annotations = world.replicaSets.getFirst().at("/metadata/annotations");
    assertThat(annotations.path("deployment.kubernetes.io/revision").asText()).isEqualTo("3");
    assertThat(annotations.path("deployment.kubernetes.io/revision-history").asText())
        .isEqualTo("1");
    assertThat(
            world
                .deployment
                .at("/metadata/annotations/deployment.kubernetes.io~1revision")
                .asText())
        .isEqualTo("3");
  }

  @Test
  void aPausedDeploymentScalesButDoesNotRollOut() {
    world.deploy(2, "1", "0");
    world.settle();
    world.spec().put("paused", true);
    world.template("v2");
    world.spec().put("replicas", 5);
    world.settle();

    assertThat(world.sizes()).containsExactly(5);
    assertThat(reason("Progressing")).isEqualTo("DeploymentPaused");
    world.spec().remove("paused");
    world.generation++;
    world.settle();
    assertThat(world.sizes()).containsExactly(0, 5);
  }

  @Test
  @Conformance("Deployment RevisionHistoryLimit")
  void onlyTheNewestOfTheOldReplicaSetsAreKept() {
    world.deploy(1, "1", "0");
    world.spec().put("revisionHistoryLimit", 2);
    for (int i = 1; i <= 6; i++) {
      world.template("v" + i);
      world.settle();
    }

    assertThat(world.replicaSets)
        .extracting(rs -> rs.at("/spec/template/spec/image").asText())
        .containsExactly("v4", "v5", "v6");
  }

  @Test
  void aRolloutThatDoesNotMoveTimesOutAndRecovers() {
    world.deploy(1, "1", "0");
    world.step();
    world.step();
    world.now = world.now.plusSeconds(602);

    world.step();

    assertThat(reason("Progressing")).isEqualTo("ProgressDeadlineExceeded");
    assertThat(
            PodView.condition(world.deployment.path("status"), "Progressing")
                .path("status")
                .asText())
        .isEqualTo("False");
    world.settle();
    assertThat(reason("Progressing")).isEqualTo("NewReplicaSetAvailable");
  }

  @Test
  void aNameThatIsTakenRaisesTheCollisionCountAndWithItAnotherName() {
    world.deploy(1, "1", "0");
    Plan plan = DeploymentReconcile.plan(world.stored(), List.of(), uid -> false, world.now);
    var wanted = plan.creation().orElseThrow();
    ObjectNode taken = wanted.create().body().deepCopy();
    taken.withObject("/metadata").put("uid", "other").remove("ownerReferences");
    StoredObject other = World.store(taken, 1);

    Optional<Action> action = DeploymentReconcile.onNameTaken(world.stored(), wanted, other);

    assertThat(((Action.Patch) action.orElseThrow()).patch().at("/status/collisionCount").asInt())
        .isEqualTo(1);
    String first = TemplateHash.of(wanted.template(), Optional.empty());
    assertThat(TemplateHash.of(wanted.template(), Optional.of(1))).isNotEqualTo(first);
    ObjectNode ours = wanted.create().body().deepCopy();
    ours.withObject("/metadata").put("uid", "mine");
    assertThat(DeploymentReconcile.onNameTaken(world.stored(), wanted, World.store(ours, 1)))
        .isEmpty();
  }

  @Test
  void aMatchingOrphanIsAdoptedBeforeAnythingElse() {
    world.deploy(1, "1", "0");
    world.settle();
    ((ObjectNode) world.replicaSets.getFirst().get("metadata")).remove("ownerReferences");

    Plan plan = world.plan();

    assertThat(plan.actions())
        .singleElement()
        .isInstanceOfSatisfying(
            Action.Patch.class,
            patch -> {
              assertThat(patch.resource()).isEqualTo(Resources.REPLICA_SETS);
              assertThat(patch.patch().at("/metadata/ownerReferences/0/uid").asText())
                  .isEqualTo("deployment-uid");
            });
  }

  @Test
  void templatesAreTheSameWhateverTheirOrderAndEmptyFields() {
    JsonNode a =
        World.json("{'spec':{'a':1,'b':[],'c':{'d':'x'}},'metadata':{'labels':{'l':'1'}}}");
    JsonNode b =
        World.json(
            "{'metadata':{'labels':{'pod-template-hash':'z','l':'1'},'creationTimestamp':null},"
                + "'spec':{'c':{'d':'x'},'a':1}}");

    assertThat(TemplateHash.sameButForHash(a, b)).isTrue();
    assertThat(TemplateHash.sameButForHash(a, World.json("{'spec':{'a':2}}"))).isFalse();
  }
}
