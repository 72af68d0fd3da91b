package io.luotsi.bench.store;

import io.luotsi.app.HeapTrimmer;
import io.luotsi.app.Logging;
import io.luotsi.persistence.ReplicatedStore;
import io.luotsi.persistence.raft.RaftGroupMember;
import io.luotsi.persistence.raft.RaftMember;
import io.luotsi.persistence.registry.ResourceSettings;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.InstantSource;
import java.util.Optional;
import java.util.logging.Level;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;

/**
 * A process with one member of the store, wired as in the product and with nothing of it but the
 * store: Raft, replica, registries, carriage, and a {@link Desk}. Ends when its input does; hands
 * its leadership over first when it gets SIGTERM.
 */
final class LuotsiMember {
  private LuotsiMember() {}

  /**
   * @param arguments folder of the cluster, name of this member
   */
  public static void main(String[] arguments) throws IOException, GeneralSecurityException {
    Seats seats = Seats.read(Path.of(arguments[0]));
    String name = arguments[1];
    Logging.toFiles(seats.folder().resolve(name).resolve("log"), Level.INFO, true);
    ThrowawayCertificate certificate = ThrowawayCertificate.in(seats.folder());
    RaftMember raft =
        RaftMember.start(
            seats.settings(name).with(certificate.raft()), resource -> ResourceSettings.DEFAULT);
    ActorSystem<Void> system = Artery.start(seats.of(name).arteryPort(), certificate);
    ReplicatedStore store =
        ReplicatedStore.open(
            system,
            raft,
            ReplicatedStore.Settings.STANDARD,
            InstantSource.system(),
            peer -> Optional.of(Artery.address(seats.of(peer).arteryPort())));
    RaftGroupMember group = raft.groups().getFirst();
    system.systemActorOf(
        Desk.create(store, () -> group.leadership().readyTerm().isPresent()),
        Desk.NAME,
        Props.empty());
    Runtime.getRuntime().addShutdownHook(new Thread(raft::handOver, "hand-over")); // SIGTERM
    HeapTrimmer.start(raft::letOthersLead);
    System.in.transferTo(OutputStream.nullOutputStream());
    Runtime.getRuntime().halt(0);
  }
}
