package io.luotsi.bench.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.luotsi.persistence.format.ByteSource;
import io.luotsi.persistence.format.MalformedBytes;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.Test;

class DeskFormatTest {
  private static final ActorRef<Desk.Answer> CLIENT = TestInbox.<Desk.Answer>create().getRef();

  private final DeskFormat format = new DeskFormat(ref -> "client", name -> CLIENT);

  @Test
  void whatIsWrittenIsRead() throws MalformedBytes {
    List<Desk.Wire> messages =
        List.of(
            new Desk.Leads(1, CLIENT),
            new Desk.Newest(2, "pods", CLIENT),
            new Desk.Page(3, "pods", "last", 17, 500, CLIENT),
            new Desk.Watch(4, "pods", 18, CLIENT),
            new Desk.Next(5, CLIENT),
            new Desk.Leave(6, CLIENT),
            new Desk.Number(7, Long.MAX_VALUE),
            new Desk.Failed(8, "why"));
    for (Desk.Wire message : messages) {
      assertThat(format.read(ByteSource.of(format.write(message)))).isEqualTo(message);
    }
  }

  @Test
  void objectsKeepTheirBytesAndTheirOrder() throws MalformedBytes {
    Desk.Objects sent = new Desk.Objects(9, 20, "z", List.of(new byte[] {1, 2}, new byte[0]));
    Desk.Objects read = (Desk.Objects) format.read(ByteSource.of(format.write(sent)));
    assertThat(read.call()).isEqualTo(9);
    assertThat(read.version()).isEqualTo(20);
    assertThat(read.last()).isEqualTo("z");
    assertThat(read.objects()).containsExactly(new byte[] {1, 2}, new byte[0]);
  }

  @Test
  void anUnknownKindIsMalformed() {
    byte[] bytes = format.write(new Desk.Number(1, 2));
    bytes[0] = 77;
    assertThatThrownBy(() -> format.read(ByteSource.of(bytes)))
        .isInstanceOf(MalformedBytes.class)
        .hasMessageContaining("77");
  }
}
