package io.luotsi.persistence.carriage;

import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import io.luotsi.persistence.raft.RaftBinding;
import java.nio.ByteBuffer;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.JSerializer;
import org.jspecify.annotations.Nullable;

/** {@link WireFormat} for Artery. The class is named in {@code reference.conf}. */
public final class WireSerializer extends JSerializer {
  private static final int IDENTIFIER = 7_281;

  private final ExtendedActorSystem system;

  public WireSerializer(ExtendedActorSystem system) {
    this.system = system;
  }

  /** Made for each use: the system that is asked for actors is not there yet at construction. */
  private WireFormat format() {
    ActorRefResolver resolver = ActorRefResolver.get(Adapter.toTyped(system));
    return new WireFormat(
        new WireFormat.Refs(resolver::toSerializationFormat, resolver::resolveActorRef),
        resource -> RaftBinding.fields(system, resource));
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
    return format().write((Carrier.Wire) message);
  }

  @Override
  public Object fromBinaryJava(byte[] bytes, @Nullable Class<?> manifest) {
    try {
      return format().read(new ByteSource(ByteBuffer.wrap(bytes)));
    } catch (MalformedBytes e) {
      throw new IllegalArgumentException(e);
    }
  }
}
