package io.luotsi.core.flowcontrol;

import java.util.List;
import java.util.stream.DoubleStream;

/**
 * Divides something among claims so that each gets the same fraction of what it aims at, unless one
 * of its bounds says otherwise. Pure.
 *
 * @param fraction of its target that every claim gets that no bound keeps from it; may be above 1
 * @param parts one for each claim, in their order
 * @see "Source: KEP-1040; apiserver pkg/util/flowcontrol conc_alloc.go"
 */
public record FairShares(double fraction, List<Double> parts) {
  /** A smaller target is treated as this, so that there is a fraction of it. */
  private static final double LEAST_TARGET = 0.001;

  /**
   * @param lower what it gets at least, not negative
   * @param upper what it gets at most, not below {@code lower}
   * @param target not below {@code lower}
   */
  public record Claim(double lower, double upper, double target) {
    public Claim {
      if (lower < 0 || upper < lower || target < lower) {
        throw new IllegalArgumentException(
            "no claim: lower %s, upper %s, target %s".formatted(lower, upper, target));
      }
      target = Math.max(target, LEAST_TARGET);
    }

    private double at(double fraction) {
      return Math.clamp(fraction * target, lower, upper);
    }
  }

  public FairShares {
    parts = List.copyOf(parts);
  }

  /**
   * @param sum to divide. Less than all lower bounds together is as if it were these, more than all
   *     upper ones as if it were those; all other sums the parts add up to.
   * @param claims any number, none too
   */
  public static FairShares divide(double sum, List<Claim> claims) {
    double fraction = fraction(sum, claims);
    return new FairShares(fraction, claims.stream().map(claim -> claim.at(fraction)).toList());
  }

  /** What is handed out grows with the fraction, in a straight line from one bound to the next. */
  private static double fraction(double sum, List<Claim> claims) {
    double[] bounds =
        claims.stream()
            .flatMapToDouble(
                claim -> DoubleStream.of(claim.lower / claim.target, claim.upper / claim.target))
            .sorted()
            .distinct()
            .toArray();
    for (int i = 0; i < bounds.length; i++) {
      if (total(bounds[i], claims) >= sum) {
        return i == 0 ? bounds[0] : between(bounds[i - 1], bounds[i], sum, claims);
      }
    }
    return bounds.length == 0 ? 0 : bounds[bounds.length - 1];
  }

  /**
   * Where the parts add up to {@code sum}: at more than {@code below} and at most {@code above}.
   */
  private static double between(double below, double above, double sum, List<Claim> claims) {
    double least = total(below, claims);
    return below + (above - below) * (sum - least) / (total(above, claims) - least);
  }

  private static double total(double fraction, List<Claim> claims) {
    return claims.stream().mapToDouble(claim -> claim.at(fraction)).sum();
  }
}
