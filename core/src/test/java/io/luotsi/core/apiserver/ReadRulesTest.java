package io.luotsi.core.apiserver;

import static io.luotsi.core.apiserver.Requests.CONFIG_MAPS;
import static io.luotsi.core.apiserver.Requests.PODS;
import static io.luotsi.core.apiserver.Requests.json;
import static io.luotsi.core.apiserver.Requests.message;
import static io.luotsi.core.apiserver.Requests.ok;
import static io.luotsi.core.apiserver.Requests.pod;
import static io.luotsi.core.apiserver.Requests.refused;
import static io.luotsi.core.apiserver.Requests.target;
import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.FieldSelector;
import io.luotsi.core.api.LabelSelector;
import io.luotsi.core.api.ObjectKey;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.Selection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api.ListOptions;
import io.luotsi.core.apiserver.Api.Page;
import io.luotsi.core.apiserver.Api.VersionMatch;
import io.luotsi.core.apiserver.Api.WatchOptions;
import io.luotsi.core.apiserver.Api.WatchStart;
import io.luotsi.core.client.ApiClient.DeleteOptions;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.core.conformance.Conformance;
import io.luotsi.core.store.WatchCursor;
import io.luotsi.core.store.WatchEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionStage;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ReadRulesTest {
  private static final Selection ALL = Selection.EVERYTHING;

  private final TestApi api = TestApi.create();
  private final PipelineClient client = api.client();

  @BeforeEach
  void fillTwoNamespaces() {
    for (String name : List.of("c", "a", "b")) {
      create("default", name, "x");
      create("kube-system", name, "y");
    }
  }

  @Test
  @Conformance("API Chunking, server should return chunks of results for list calls")
  void pagesAreOfOneVersionAndCountWhatRemains() {
    Page first = ok(list(options(ALL, OptionalLong.empty(), 4, "")));
    create("default", "aa", "x");
    Page second = ok(list(options(ALL, OptionalLong.empty(), 4, first.continueToken())));

    assertThat(keys(first)).containsExactly("default/a", "default/b", "default/c", "kube-system/a");
    assertThat(first.remaining()).hasValue(2);
    assertThat(keys(second)).containsExactly("kube-system/b", "kube-system/c");
    assertThat(second.version()).isEqualTo(first.version());
    assertThat(second.continueToken()).isEmpty();
    assertThat(second.remaining()).isEmpty();
  }

  @Test
  @Conformance(
      "API Chunking, server should support continue listing from th"
          + "e last key even if the original version has been compacted away")
  void aTokenThatIsTooOldComesBackAsOneThatGoesOnInconsistently() {
    Page first = ok(list(options(ALL, OptionalLong.empty(), 4, "")));
    api.store().keepEvents(0);
    create("kube-system", "aa", "y");

    Rejection why = refused(list(options(ALL, OptionalLong.empty(), 4, first.continueToken())));

    assertThat(why).isInstanceOf(Rejection.Expired.class);
    String token = ((Rejection.Expired) why).continueToken();
    assertThat(keys(ok(list(options(ALL, OptionalLong.empty(), 4, token)))))
        .containsExactly("kube-system/aa", "kube-system/b", "kube-system/c");
  }

  @Test
  void pagesOfASelectionAreFilledAndDoNotCount() {
    Selection selection =
        new Selection(
            Optional.empty(), LabelSelector.parse("l=y").orElseThrow(), FieldSelector.EVERYTHING);

    Page page = ok(list(options(selection, OptionalLong.empty(), 2, "")));

    assertThat(keys(page)).containsExactly("kube-system/a", "kube-system/b");
    assertThat(page.remaining()).isEmpty();
    assertThat(page.continueToken()).isNotEmpty();
    assertThat(keys(ok(list(options(selection, OptionalLong.empty(), 2, page.continueToken())))))
        .containsExactly("kube-system/c");
  }

  @Test
  void versionsOfListsMeanWhatUpstreamMeans() {
    long now = ok(client.list(CONFIG_MAPS, ALL)).version();

    assertThat(ok(list(options(ALL, OptionalLong.of(0), 2, ""))).items())
        .as("any version, whole from memory")
        .hasSize(6);
    assertThat(ok(list(options(ALL, OptionalLong.of(3), 100, ""))).items())
        .as("with a limit, that very version")
        .hasSize(2);
    assertThat(ok(list(options(ALL, OptionalLong.of(3), 0, ""))).version())
        .as("without, at least that")
        .isEqualTo(now);
    assertThat(
            ok(list(
                    new ListOptions(
                        ALL, OptionalLong.of(3), Optional.of(VersionMatch.EXACT), 0, "")))
                .version())
        .isEqualTo(3);
    assertThat(refused(list(options(ALL, OptionalLong.of(99), 0, ""))))
        .isEqualTo(new Rejection.ResourceVersionTooLarge(99, now));
  }

  @Test
  void contradictionsAreRefused() {
    String token = ok(list(options(ALL, OptionalLong.empty(), 4, ""))).continueToken();
    Optional<VersionMatch> exact = Optional.of(VersionMatch.EXACT);

    assertThat(message(list(new ListOptions(ALL, OptionalLong.empty(), exact, 0, ""))))
        .isEqualTo(
            "ListOptions.meta.k8s.io \"\" is invalid: resourceVersionMatch: Forbidden:"
                + " resourceVersionMatch is forbidden unless resourceVersion is provided");
    assertThat(message(list(new ListOptions(ALL, OptionalLong.of(0), exact, 0, ""))))
        .contains("resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    assertThat(message(list(new ListOptions(ALL, OptionalLong.of(3), exact, 0, token))))
        .contains("resourceVersionMatch is forbidden when continue is provided");
    assertThat(message(list(options(ALL, OptionalLong.of(3), 0, token))))
        .isEqualTo("specifying resource version is not allowed when using continue");
    assertThat(message(list(options(ALL, OptionalLong.empty(), 0, "%%%"))))
        .startsWith("continue key is not valid");
    assertThat(
            message(list(options(Selection.byField("data.k", "v"), OptionalLong.empty(), 0, ""))))
        .isEqualTo(
            "\"data.k\" is not a known field selector: only \"metadata.name\","
                + " \"metadata.namespace\"");
    assertThat(message(client.list(PODS, Selection.byField("spec.foo", "v"))))
        .isEqualTo("field label not supported: spec.foo");
  }

  @Test
  void aWatchWithoutVersionBeginsWithWhatThereIs() {
    WatchStart start = ok(watch(ALL, OptionalLong.empty(), Optional.empty(), Optional.empty()));
    create("default", "d", "x");

    assertThat(start.initial()).hasSize(6);
    assertThat(start.endOfInitial()).isEmpty();
    assertThat(names(start.cursor())).containsExactly("Added default/d@8");
  }

  @Test
  void initialEventsAreSentAndEndWhenAskedFor() {
    Optional<VersionMatch> notOlder = Optional.of(VersionMatch.NOT_OLDER_THAN);

    WatchStart with = ok(watch(ALL, OptionalLong.empty(), notOlder, Optional.of(true)));
    WatchStart without = ok(watch(ALL, OptionalLong.of(0), notOlder, Optional.of(false)));

    assertThat(with.initial()).hasSize(6);
    assertThat(with.endOfInitial()).hasValue(7);
    assertThat(without.initial()).isEmpty();
    assertThat(message(watch(ALL, OptionalLong.of(0), Optional.empty(), Optional.of(true))))
        .contains("sendInitialEvents requires setting resourceVersionMatch to NotOlderThan");
    assertThat(message(watch(ALL, OptionalLong.of(3), notOlder, Optional.empty())))
        .contains(
            "resourceVersionMatch is forbidden for watch unless sendInitialEvents is provided");
  }

  @Test
  @Conformance("watch-configmaps-closed-and-restarted")
  void aWatchResumesAtEveryKeptVersionAndExpiresBefore() {
    api.store().keepEvents(3);

    assertThat(
            names(ok(watch(ALL, OptionalLong.of(5), Optional.empty(), Optional.empty())).cursor()))
        .containsExactly("Added default/b@6", "Added kube-system/b@7");
    assertThat(refused(watch(ALL, OptionalLong.of(3), Optional.empty(), Optional.empty())))
        .isInstanceOf(Rejection.Expired.class);
  }

  @Test
  @Conformance("watch-configmaps-label-changed")
  void objectsBeginAndCeaseToMatch() {
    Selection selection =
        new Selection(
            Optional.of("default"),
            LabelSelector.parse("l=z").orElseThrow(),
            FieldSelector.EVERYTHING);
    WatchCursor cursor =
        ok(watch(selection, OptionalLong.of(7), Optional.empty(), Optional.empty())).cursor();
    CompletionStage<Outcome<List<WatchEvent>>> pending = cursor.next();
    label("default", "b", "still-not");
    assertThat(pending.toCompletableFuture().isDone()).isFalse();

    label("default", "a", "z");
    assertThat(describe(ok(pending))).containsExactly("Added default/a@9");
    ok(client.patch(CONFIG_MAPS, key("a"), "", PatchType.MERGE, json("{'data': {'k': 'w'}}")));
    label("default", "a", "x");
    ok(client.delete(CONFIG_MAPS, key("a"), DeleteOptions.DEFAULT));
    create("default", "e", "z");
    ok(client.delete(CONFIG_MAPS, key("e"), DeleteOptions.DEFAULT));

    List<WatchEvent> events = ok(cursor.next());
    assertThat(describe(events))
        .containsExactly(
            "Modified default/a@10",
            "Deleted default/a@11",
            "Added default/e@13",
            "Deleted default/e@14");
    assertThat(events.get(1).object().labels())
        .as("a deletion shows the object as it last matched")
        .containsEntry("l", "z");
    assertThat(json(events.get(1).object()).at("/metadata/resourceVersion").asText())
        .isEqualTo("11");
  }

  @Test
  void aClosedWatchEndsEmpty() {
    WatchCursor cursor =
        ok(watch(
                Selection.inNamespace("default"),
                OptionalLong.of(7),
                Optional.empty(),
                Optional.empty()))
            .cursor();
    CompletionStage<Outcome<List<WatchEvent>>> pending = cursor.next();
    cursor.close();

    assertThat(ok(pending)).isEmpty();
  }

  @Test
  void aCollectionIsDeletedThroughItsSelection() {
    var target = target(api, CONFIG_MAPS, "default", "");
    Selection some =
        new Selection(
            Optional.empty(),
            LabelSelector.EVERYTHING,
            FieldSelector.parse("metadata.name!=b").orElseThrow());

    Page deleted =
        ok(
            api.pipeline()
                .deleteCollection(
                    target,
                    options(some, OptionalLong.empty(), 0, ""),
                    DeleteOptions.DEFAULT,
                    false));

    assertThat(keys(deleted)).containsExactly("default/a", "default/c");
    assertThat(ok(client.list(CONFIG_MAPS, ALL)).items()).hasSize(4);
  }

  @Test
  void podsAreSelectedByTheirNode() {
    ok(client.create(PODS, "default", pod("p")));
    ok(client.create(PODS, "default", pod("q")));
    ok(client.createSubresource(PODS, key("p"), "binding", json("{'target': {'name': 'n1'}}")));

    assertThat(ok(client.list(PODS, Selection.byField("spec.nodeName", "n1"))).items())
        .extracting(item -> item.key().name())
        .containsExactly("p");
  }

  private CompletionStage<Outcome<Page>> list(ListOptions options) {
    return api.pipeline().list(target(api, CONFIG_MAPS, "", ""), options);
  }

  private CompletionStage<Outcome<WatchStart>> watch(
      Selection selection,
      OptionalLong version,
      Optional<VersionMatch> match,
      Optional<Boolean> sendInitialEvents) {
    return api.pipeline()
        .watch(
            target(api, CONFIG_MAPS, "", ""),
            new WatchOptions(selection, version, match, sendInitialEvents));
  }

  private static ListOptions options(
      Selection selection, OptionalLong version, long limit, String token) {
    return new ListOptions(selection, version, Optional.empty(), limit, token);
  }

  private StoredObject create(String namespace, String name, String label) {
    return ok(
        client.create(
            CONFIG_MAPS,
            namespace,
            json("{'metadata': {'name': '%s', 'labels': {'l': '%s'}}}".formatted(name, label))));
  }

  private void label(String namespace, String name, String value) {
    ok(
        client.patch(
            CONFIG_MAPS,
            ObjectKey.of(namespace, name),
            "",
            PatchType.MERGE,
            json("{'metadata': {'labels': {'l': '%s'}}}".formatted(value))));
  }

  private static ObjectKey key(String name) {
    return ObjectKey.of("default", name);
  }

  private static List<String> keys(Page page) {
    return page.items().stream().map(item -> item.key().toString()).toList();
  }

  private static List<String> names(WatchCursor cursor) {
    return describe(ok(cursor.next()));
  }

  private static List<String> describe(List<WatchEvent> events) {
    List<String> texts = new ArrayList<>();
    events.forEach(event -> texts.add(event.getClass().getSimpleName() + " " + event.object()));
    return texts;
  }
}
