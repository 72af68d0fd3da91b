package io.luotsi.http.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class AuditLogTest {
  @TempDir private Path folder;

  private final AtomicInteger written = new AtomicInteger();
  private final AtomicInteger lost = new AtomicInteger();

  private AuditLog open(Path file, long bytes, int backups) {
    return AuditLog.open(
        file,
        new AuditLog.Rotation(bytes, backups),
        new AuditLog.Tally() {
          @Override
          public void written() {
            written.incrementAndGet();
          }

          @Override
          public void lost(int events) {
            lost.addAndGet(events);
          }
        });
  }

  private static byte[] line(int number) {
    return "line %03d".formatted(number).getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void filesStayBelowTheirSizeAndTheOldestGoes() throws IOException {
    Path file = folder.resolve("log/audit.log");
    try (AuditLog log = open(file, 45, 2)) { // five lines of nine bytes
      for (int i = 0; i < 23; i++) {
        log.write(line(i));
      }
    }

    assertThat(Files.readString(file)).isEqualTo("line 020\nline 021\nline 022\n");
    assertThat(Files.readString(folder.resolve("log/audit.log.1"))).startsWith("line 015\n");
    assertThat(Files.readString(folder.resolve("log/audit.log.2")))
        .startsWith("line 010\n")
        .endsWith("line 014\n");
    assertThat(folder.resolve("log/audit.log.3")).doesNotExist();
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
    assertThat(written).hasValue(23);
    assertThat(lost).hasValue(0);
  }

  @Test
  void aFileThatIsThereIsGoneOnWith() throws IOException {
    Path file = folder.resolve("audit.log");
    for (int i = 0; i < 2; i++) {
      try (AuditLog log = open(file, 1_000, 1)) {
        log.write(line(i));
      }
    }
    assertThat(Files.readString(file)).isEqualTo("line 000\nline 001\n");
  }

  @Test
  void whatCannotBeWrittenIsCountedAndNobodyWaits() throws IOException {
    Path blocked = folder.resolve("file");
    Files.writeString(blocked, "in the way of a folder");
    try (AuditLog log = open(blocked.resolve("audit.log"), 1_000, 1)) {
      for (int i = 0; i < 20_000; i++) {
        log.write(line(i));
      }
      assertThat(lost.get()).isGreaterThan(5_000); // the queue holds 10,000
    }
    assertThat(written).hasValue(0);
  }
}
