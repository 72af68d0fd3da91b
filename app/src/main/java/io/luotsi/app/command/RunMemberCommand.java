package io.luotsi.app.command;

import io.luotsi.app.BadInput;
import io.luotsi.app.PlainFailure;
import io.luotsi.app.certificates.ClusterCertificates;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.Seat;
import io.luotsi.app.member.Member;
import io.luotsi.app.member.Preparation;
import io.luotsi.app.settings.ClusterSettings;
import io.luotsi.app.settings.SettingsReader;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/**
 * What the process of a member runs that is not in the foreground. It speaks to the command that
 * started it (see {@link MemberProcess}) until it is ready, and to its log from then on. How long
 * it may take is that command's business: a member without a majority waits for one.
 */
@Command(name = "run-member", hidden = true, description = "Runs one member of a founded cluster.")
final class RunMemberCommand implements Callable<Integer> {
  static final String NAME = "run-member";

  private static final Duration ANY_TIME = Duration.ofDays(10_000);

  @Mixin private DataOption data = new DataOption();

  @Parameters(paramLabel = "NAME")
  private String name = "";

  private static final class Launcher implements MemberRun.Audience {
    @Override
    public void listening(Member member) {
      tell(MemberProcess.LISTENING);
    }

    @Override
    public void ready(Member member) {
      tell(MemberProcess.READY + member.upMillis());
      PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream());
      System.setOut(nowhere);
      System.setErr(nowhere);
    }

    @Override
    public void ending(boolean endPods) {
      // the log says so
    }

    @Override
    public boolean atTerminal() {
      return false;
    }
  }

  private static void tell(String line) {
    System.out.println(line);
    System.out.flush();
  }

  /** Members that start at the same time must not make an authority each. */
  private static ClusterCertificates certificates(
      DataDirectory directory, ClusterIdentity identity, Seat seat) throws IOException {
    DataDirectory.Lock lock = directory.lock();
    try {
      return Founder.certificates(directory, identity, seat);
    } finally {
      lock.close();
    }
  }

  @Override
  public Integer call() throws IOException {
    try {
      Preparation preparation = Preparation.begin();
      DataDirectory directory = data.directory();
      ClusterIdentity identity = directory.founded();
      Seat seat = identity.seat(name);
      ClusterSettings settings = SettingsReader.read(Invocation.settings());
      new MemberRun(directory, settings, identity, seat, certificates(directory, identity, seat))
          .run(preparation, new Launcher(), ANY_TIME);
      return 0;
    } catch (PlainFailure e) {
      tell((e instanceof BadInput ? MemberProcess.REFUSED : MemberProcess.FAILED) + e.getMessage());
      return e.exitCode();
    }
  }
}
