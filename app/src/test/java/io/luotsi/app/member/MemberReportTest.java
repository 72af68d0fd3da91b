package io.luotsi.app.member;

import static org.assertj.core.api.Assertions.assertThat;

import io.luotsi.core.api.Json;
import io.luotsi.persistence.raft.ClusterState;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberReportTest {
  private static final String ADDRESS = "pekko://luotsi@127.0.0.1:17445";

  /** Larger than a double can hold exactly. */
  private static final long UID = -8_123_456_789_012_345_677L;

  private static final MemberReport REPORT =
      new MemberReport(
          "node-1",
          MemberReport.CONTROL_PLANE,
          4711,
          ADDRESS,
          UID,
          true,
          3,
          new MemberReport.Decided(4, List.of(new ClusterState.Member(ADDRESS, UID))),
          List.of(new ClusterState.Member(ADDRESS, 2)),
          List.of("api", "node"),
          List.of(
              new MemberReport.Group(
                  0,
                  "leader",
                  "node-1",
                  7,
                  120,
                  119,
                  List.of(new MemberReport.Peer("node-2", 0), new MemberReport.Peer("node-3", 17)),
                  List.of("node-1", "node-2", "node-3"),
                  List.of("node-4"))),
          950,
          212);

  @Test
  void whatIsWrittenIsReadAgain() {
    assertThat(MemberReport.parse(Json.write(REPORT.json()))).isEqualTo(REPORT);
  }

  @Test
  void theNamesOnTheWireStayWhatTheyAre() {
    assertThat(REPORT.json().toString())
        .isEqualTo(
            """
            {"name":"node-1","role":"control-plane","pid":4711,\
            "address":"pekko://luotsi@127.0.0.1:17445","uid":-8123456789012345677,"up":true,\
            "incarnation":3,"decided":{"incarnation":4,"down":[\
            {"address":"pekko://luotsi@127.0.0.1:17445","uid":-8123456789012345677}]},\
            "unreachable":[{"address":"pekko://luotsi@127.0.0.1:17445","uid":2}],\
            "doing":["api","node"],"groups":[{"group":0,"role":"leader","leader":"node-1",\
            "term":7,"committed":120,"applied":119,"peers":[{"name":"node-2","lag":0},\
            {"name":"node-3","lag":17}],"voters":["node-1","node-2","node-3"],\
            "listeners":["node-4"]}],"startMillis":950,"residentMiB":212}\
            """);
  }

  @Test
  void aNewerMembersReportMaySayMore() {
    byte[] newer = Json.write(REPORT.json().put("mood", "fine"));
    assertThat(new String(newer, StandardCharsets.UTF_8)).contains("mood");
    assertThat(MemberReport.parse(newer)).isEqualTo(REPORT);
  }
}
