package io.luotsi.core.catalog.columns;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.luotsi.core.api.Json;
import io.luotsi.core.catalog.TableColumns.RowCondition;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PodColumnsTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void aRunningPodShowsItsWholeRow() {
    assertThat(
            cells(
                """
                {'metadata':{'name':'web','creationTimestamp':'2026-01-02T03:02:00Z'},
                 'spec':{'nodeName':'n1','containers':[{'name':'a'},{'name':'b'}],
                   'readinessGates':[{'conditionType':'x'},{'conditionType':'y'}]},
                 'status':{'phase':'Running','podIPs':[{'ip':'10.0.0.7'}],
                   'conditions':[{'type':'x','status':'True'},{'type':'Ready','status':'False'}],
                   'containerStatuses':[
                     {'name':'a','ready':true,'restartCount':2,'state':{'running':{}},
                      'lastState':{'terminated':{'finishedAt':'2026-01-02T03:03:05Z'}}},
                     {'name':'b','ready':false,'restartCount':0,'state':{'running':{}}}]}}\
                """))
        .containsExactly(
            "web", "1/2", "Running", "2 (60s ago)", "2m5s", "10.0.0.7", "n1", "<none>", "1/2");
  }

  @Test
  void aPodThatNobodyHasSeenYetIsPending() {
    assertThat(
            cells(
                """
                {'metadata':{'name':'p'},'spec':{'containers':[{'name':'a'}]},
                 'status':{'phase':'Pending'}}\
                """))
        .containsExactly(
            "p", "0/1", "Pending", "0", "<unknown>", "<none>", "<none>", "<none>", "<none>");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'waiting':{'reason':'ContainerCreating'}}           | ContainerCreating
          {'waiting':{'reason':'CrashLoopBackOff'}}            | CrashLoopBackOff
          {'terminated':{'reason':'Error','exitCode':1}}       | Error
          {'terminated':{'exitCode':3}}                        | ExitCode:3
          {'terminated':{'exitCode':137,'signal':9}}           | Signal:9
          {'terminated':{'reason':'Completed','exitCode':0}}   | Completed
          """)
  void aContainersStateIsThePodsStatus(String state, String status) {
    assertThat(
            status(
                """
                {'spec':{'containers':[{'name':'a'}]},'status':{'phase':'Running',
                  'containerStatuses':[{'name':'a','state':%s}]}}\
                """
                    .formatted(state)))
        .isEqualTo(status);
  }

  @Test
  void theFirstContainerThatHasAProblemIsTheOneShown() {
    assertThat(
            status(
                """
                {'status':{'phase':'Running','containerStatuses':[
                  {'state':{'waiting':{'reason':'ErrImagePull'}}},
                  {'state':{'waiting':{'reason':'CrashLoopBackOff'}}}]}}\
                """))
        .isEqualTo("ErrImagePull");
  }

  @ParameterizedTest
  @CsvSource({"True,Running", "False,NotReady"})
  void aPodOfWhichOneContainerHasCompletedIsStillRunning(String ready, String status) {
    assertThat(
            status(
                """
                {'status':{'phase':'Running','conditions':[{'type':'Ready','status':'%s'}],
                  'containerStatuses':[{'state':{'terminated':{'reason':'Completed'}}},
                    {'ready':true,'state':{'running':{}}}]}}\
                """
                    .formatted(ready)))
        .isEqualTo(status);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'running':{}}                                  | Init:1/2
          {'waiting':{'reason':'PodInitializing'}}        | Init:1/2
          {'waiting':{'reason':'CrashLoopBackOff'}}       | Init:CrashLoopBackOff
          {'terminated':{'exitCode':1,'reason':'Error'}}  | Init:Error
          {'terminated':{'exitCode':1}}                   | Init:ExitCode:1
          {'terminated':{'exitCode':137,'signal':9}}      | Init:Signal:9
          {'terminated':{'exitCode':0}}                   | PodInitializing
          """)
  void anInitContainerThatIsNotDoneIsShown(String state, String status) {
    assertThat(
            status(
                """
                {'spec':{'initContainers':[{'name':'i'},{'name':'j'}],'containers':[{'name':'a'}]},
                 'status':{'phase':'Pending','initContainerStatuses':[
                   {'name':'i','state':{'terminated':{'exitCode':0}}},{'name':'j','state':%s}],
                   'containerStatuses':[{'state':{'waiting':{'reason':'PodInitializing'}}}]}}\
                """
                    .formatted(state)))
        .isEqualTo(status);
  }

  @Test
  void aSidecarCountsAsAContainer() {
    assertThat(
            cells(
                    """
                    {'spec':{'initContainers':[{'name':'s','restartPolicy':'Always'}],
                       'containers':[{'name':'a'}]},
                     'status':{'phase':'Running',
                       'initContainerStatuses':[{'name':'s','started':true,'ready':true,
                         'restartCount':1,'state':{'running':{}}}],
                       'containerStatuses':[{'name':'a','ready':true,'restartCount':2,
                         'state':{'running':{}}}]}}\
                    """)
                .subList(1, 4))
        .containsExactly("2/2", "Running", "3");
  }

  @Test
  void restartsOfInitContainersAreForgottenOnceTheyAreDone() {
    assertThat(
            cells(
                    """
                    {'spec':{'initContainers':[{'name':'i'}],'containers':[{'name':'a'}]},
                     'status':{'phase':'Running',
                       'initContainerStatuses':[{'name':'i','restartCount':4,
                         'state':{'terminated':{'exitCode':0}},
                         'lastState':{'terminated':{'finishedAt':'2026-01-02T03:03:05Z'}}}],
                       'containerStatuses':[{'ready':true,'state':{'running':{}}}]}}\
                    """)
                .get(3))
        .isEqualTo("0");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      textBlock =
          """
          {'phase':'Running'}                              | Terminating
          {'phase':'Succeeded'}                            | Succeeded
          {'phase':'Running','reason':'NodeLost'}          | Unknown
          {'phase':'Failed','reason':'Evicted'}            | Evicted
          """)
  void aPodThatGoesSaysSoUnlessItHasEnded(String podStatus, String status) {
    assertThat(
            status(
                "{'metadata':{'deletionTimestamp':'2026-01-02T03:04:05Z'},'status':%s}"
                    .formatted(podStatus)))
        .isEqualTo(status);
  }

  @Test
  void aGatedPodSaysSo() {
    assertThat(
            status(
                """
                {'status':{'phase':'Pending','conditions':[
                  {'type':'PodScheduled','status':'False','reason':'SchedulingGated'}]}}\
                """))
        .isEqualTo("SchedulingGated");
  }

  @Test
  void aPodThatHasEndedIsACompletedRow() {
    assertThat(PodColumns.TABLE.conditions(object("{'status':{'phase':'Succeeded'}}")))
        .containsExactly(
            new RowCondition(
                "Completed", "True", "Succeeded", "The pod has completed successfully."));
    assertThat(PodColumns.TABLE.conditions(object("{'status':{'phase':'Running'}}"))).isEmpty();
  }

  private static String status(String pod) {
    return cells(pod).get(2);
  }

  private static List<String> cells(String pod) {
    return PodColumns.TABLE.cells(object(pod), NOW).stream().map(JsonNode::asText).toList();
  }

  private static ObjectNode object(String text) {
    return Json.readObject(text.replace('\'', '"').getBytes(StandardCharsets.UTF_8));
  }
}
