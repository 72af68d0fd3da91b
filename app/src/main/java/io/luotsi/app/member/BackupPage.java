package io.luotsi.app.member;

import io.luotsi.http.routes.LocalPage;
import io.luotsi.persistence.raft.RaftMember;

/** All that the cluster holds, as a backup file. For administrators only: it has Secrets in it. */
public final class BackupPage {
  public static final String PATH = "/luotsi/backup";

  private BackupPage() {}

  static LocalPage of(MemberPlan plan, RaftMember raft) {
    return new LocalPage.Download(
        PATH, () -> raft.backup(plan.identity().uid(), System.currentTimeMillis()));
  }
}
