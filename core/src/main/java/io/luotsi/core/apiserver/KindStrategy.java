package io.luotsi.core.apiserver;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.FieldError;
import io.luotsi.core.api.Json;
import io.luotsi.core.apiserver.validation.MetadataValidation;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/** The strategy of a kind whose particulars can be said in one row; see {@link #of}. */
final class KindStrategy implements Strategy {
  private final Function<ObjectNode, List<FieldError>> create;
  private final BiFunction<ObjectNode, ObjectNode, List<FieldError>> update;
  private BiFunction<ObjectNode, ObjectNode, List<FieldError>> statusUpdate =
      MetadataValidation::validateUpdate;
  private Consumer<ObjectNode> beforeCreate = object -> {};
  private BiConsumer<ObjectNode, ObjectNode> beforeUpdate = (object, current) -> {};
  private Dated beforeStatusUpdate = (object, current, now) -> {};
  private ObjectNode status = Json.object();
  private boolean generations;
  private boolean unconditional = true;
  private boolean createsOnUpdate;
  private boolean metadataIsOfSpec;

  /** What a write does to an object that says when it was changed. */
  @FunctionalInterface
  interface Dated {
    void prepare(ObjectNode object, ObjectNode current, Instant now);
  }

  private KindStrategy(
      Function<ObjectNode, List<FieldError>> create,
      BiFunction<ObjectNode, ObjectNode, List<FieldError>> update) {
    this.create = create;
    this.update = update;
  }

  /** One with nothing particular but its validation; what else there is, the methods below say. */
  static KindStrategy of(
      Function<ObjectNode, List<FieldError>> create,
      BiFunction<ObjectNode, ObjectNode, List<FieldError>> update) {
    return new KindStrategy(create, update);
  }

  /** Changes of anything but metadata and status are counted. */
  KindStrategy generational() {
    generations = true;
    return this;
  }

  /** An update must name the version that it replaces. */
  KindStrategy conditional() {
    unconditional = false;
    return this;
  }

  /** An update of what is not there makes it. */
  KindStrategy createdByUpdate() {
    createsOnUpdate = true;
    return this;
  }

  /** A write of the status changes no metadata. */
  KindStrategy metadataOfSpec() {
    metadataIsOfSpec = true;
    return this;
  }

  /**
   * @param json what Go writes of a status that nobody has filled in
   */
  KindStrategy emptyStatus(String json) {
    status = Json.readObject(json.getBytes(StandardCharsets.UTF_8));
    return this;
  }

  KindStrategy statusUpdate(BiFunction<ObjectNode, ObjectNode, List<FieldError>> validation) {
    statusUpdate = validation;
    return this;
  }

  KindStrategy beforeCreate(Consumer<ObjectNode> preparation) {
    beforeCreate = preparation;
    return this;
  }

  KindStrategy beforeUpdate(BiConsumer<ObjectNode, ObjectNode> preparation) {
    beforeUpdate = preparation;
    return this;
  }

  KindStrategy beforeStatusUpdate(Dated preparation) {
    beforeStatusUpdate = preparation;
    return this;
  }

  @Override
  public ObjectNode initialStatus(ObjectNode object) {
    return status.deepCopy();
  }

  @Override
  public boolean countsGenerations() {
    return generations;
  }

  @Override
  public void prepareForCreate(ObjectNode object) {
    beforeCreate.accept(object);
  }

  @Override
  public void prepareForUpdate(ObjectNode object, ObjectNode current) {
    beforeUpdate.accept(object, current);
  }

  @Override
  public void prepareForStatusUpdate(ObjectNode object, ObjectNode current, Instant now) {
    if (metadataIsOfSpec) {
      ObjectNode kept = ObjectMeta.of(current).deepCopy();
      ObjectMeta.copy(ObjectMeta.of(object), kept, "managedFields");
      object.set("metadata", kept);
    }
    beforeStatusUpdate.prepare(object, current, now);
  }

  @Override
  public List<FieldError> validate(ObjectNode object) {
    return create.apply(object);
  }

  @Override
  public List<FieldError> validateUpdate(ObjectNode object, ObjectNode current) {
    return update.apply(object, current);
  }

  @Override
  public List<FieldError> validateStatusUpdate(ObjectNode object, ObjectNode current) {
    return statusUpdate.apply(object, current);
  }

  @Override
  public boolean allowsUnconditionalUpdate() {
    return unconditional;
  }

  @Override
  public boolean createsOnUpdate() {
    return createsOnUpdate;
  }
}
