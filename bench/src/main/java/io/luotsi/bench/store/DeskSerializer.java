package io.luotsi.bench.store;

import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.JSerializer;
import org.jspecify.annotations.Nullable;

/** {@link DeskFormat} for Artery. The class is named in {@link Artery}. */
public final class DeskSerializer extends JSerializer {
  private static final int IDENTIFIER = 7_299;

  private final ExtendedActorSystem system;

  public DeskSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  /** Made for each use: the system that is asked for actors is not there yet at construction. */
  private DeskFormat format() {
    ActorRefResolver resolver = ActorRefResolver.get(Adapter.toTyped(system));
    return new DeskFormat(resolver::toSerializationFormat, resolver::resolveActorRef);
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public boolean includeManifest() {
    return false;
  }

  @Override
  public byte[] toBinary(Object message) {
    return format().write((Desk.Wire) message);
  }

  @Override
  public Object fromBinaryJava(byte[] bytes, @Nullable Class<?> manifest) {
    try {
      return format().read(ByteSource.of(bytes));
    } catch (MalformedBytes e) {
      throw new IllegalArgumentException(e);
    }
  }
}
