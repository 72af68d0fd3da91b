package io.luotsi.http.routes;

import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * What {@code /livez}, {@code /readyz} and {@code /healthz} look at, in the order in which they
 * tell it. Checks must answer at once; they are asked on the threads that serve requests.
 *
 * @param live whether the process does anything at all; also what {@code /healthz} says
 * @param ready whether it should get requests
 */
public record HealthChecks(List<Check> live, List<Check> ready) {
  /** Nothing but that the server answers. */
  public static final HealthChecks PING =
      new HealthChecks(
          List.of(new Check("ping", () -> true)), List.of(new Check("ping", () -> true)));

  public HealthChecks {
    live = List.copyOf(live);
    ready = List.copyOf(ready);
  }

  /**
   * @param name one segment of a path: {@code /readyz/NAME} asks for it alone
   */
  public record Check(String name, BooleanSupplier healthy) {}
}
