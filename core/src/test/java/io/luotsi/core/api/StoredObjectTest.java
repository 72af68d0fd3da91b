package io.luotsi.core.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StoredObjectTest {
  private static final SelectableFields POD_FIELDS =
      SelectableFields.of("spec.nodeName", "status.phase");

  private static ObjectNode pod() {
    return Json.readObject(
        """
        {"apiVersion":"v1","kind":"Pod",
         "metadata":{"name":"wéb","namespace":"default","uid":"u1","labels":{"app":"web"},
           "annotations":{"resourceVersion":"99"},
           "ownerReferences":[{"apiVersion":"apps/v1","kind":"ReplicaSet","name":"rs","uid":"o1",
             "controller":true}]},
         "spec":{"nodeName":"n1","containers":[{"name":"c","resourceVersion":"7"}]}}
        """
            .getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void sealingPutsTheVersionIntoTheMetadataAndNowhereElse() {
    StoredObject sealed = ObjectDraft.of(pod(), POD_FIELDS).seal(12_345);

    ObjectNode read = Json.readObject(sealed.json());
    assertThat(read.at("/metadata/resourceVersion").asText()).isEqualTo("12345");
    assertThat(read.at("/metadata/annotations/resourceVersion").asText()).isEqualTo("99");
    assertThat(read.at("/spec/containers/0/resourceVersion").asText()).isEqualTo("7");
    assertThat(sealed.resourceVersion()).isEqualTo(12_345);
  }

  @Test
  void theIndexReadOffTheBytesIsTheIndexOfTheDraft() {
    StoredObject sealed = ObjectDraft.of(pod(), POD_FIELDS).seal(7);

    StoredObject parsed = StoredObject.parse(sealed.json(), POD_FIELDS);

    assertThat(parsed.index()).isEqualTo(sealed.index());
    assertThat(parsed.key()).isEqualTo(ObjectKey.of("default", "wéb"));
    assertThat(parsed.labels()).isEqualTo(Map.of("app", "web"));
    assertThat(parsed.controller()).map(OwnerReference::uid).contains("o1");
    assertThat(parsed.field("spec.nodeName")).isEqualTo("n1");
    assertThat(parsed.field("status.phase")).isEmpty();
    assertThat(parsed.deleting()).isFalse();
  }

  @Test
  void atChangesTheVersionAgainWhateverTheNumberOfDigits() {
    StoredObject first = ObjectDraft.of(pod(), POD_FIELDS).seal(9);

    StoredObject tenth = first.at(10);

    assertThat(Json.readObject(tenth.json()).at("/metadata/resourceVersion").asText())
        .isEqualTo("10");
    assertThat(tenth.at(9).json()).isEqualTo(first.json());
  }

  @Test
  void bytesWithoutAVersionAreRefused() {
    assertThatThrownBy(() -> StoredObject.parse(Json.write(pod()), POD_FIELDS))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void keysAreOrderedAsPathsAre() {
    assertThat(ObjectKey.of("a-b", "x")).isLessThan(ObjectKey.of("a", "x"));
    assertThat(ObjectKey.of("a", "x")).isLessThan(ObjectKey.of("a", "y"));
    assertThat(ObjectKey.of("a", "z")).isLessThan(ObjectKey.of("b", "a"));
  }
}
