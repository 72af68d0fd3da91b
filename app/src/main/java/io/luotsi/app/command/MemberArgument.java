package io.luotsi.app.command;

import io.luotsi.app.PlainFailure;
import io.luotsi.app.directory.ClusterIdentity;
import io.luotsi.app.directory.DataDirectory;
import io.luotsi.app.directory.MemberDirectory;
import io.luotsi.app.directory.MemberRecord;
import io.luotsi.app.directory.Seat;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Which member of which cluster a command is about. */
final class MemberArgument {
  @Mixin private DataOption data = new DataOption();

  @Parameters(paramLabel = "NAME", description = "The member, by its node's name.")
  private String name = "";

  @Option(names = "--help", usageHelp = true, description = "Shows this.")
  private boolean help;

  DataDirectory directory() {
    return data.directory();
  }

  ClusterIdentity identity() {
    return directory().founded();
  }

  /**
   * @throws PlainFailure if there is no such member
   */
  Seat seat() {
    return identity().seat(name);
  }

  MemberDirectory member() {
    return directory().member(seat().name());
  }

  /**
   * @throws PlainFailure if there is no such member, or it does not run
   */
  MemberRecord running() {
    return member().running().orElseThrow(() -> new PlainFailure(name + " is not running"));
  }
}
