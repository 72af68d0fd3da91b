package io.luotsi.core.flowcontrol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.luotsi.core.flowcontrol.FairShares.Claim;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

/** That shares are fair: what that means, for claims of every sort. */
class FairSharesTest {
  private static final Offset<Double> ROUNDING = within(1e-6);

  private static double sum(FairShares shares) {
    return shares.parts().stream().mapToDouble(part -> part).sum();
  }

  private static Claim any(Random random) {
    double lower = random.nextInt(3) == 0 ? 0 : random.nextInt(50);
    double target = lower + (random.nextInt(4) == 0 ? 0 : random.nextDouble(100));
    double upper = lower + (random.nextInt(4) == 0 ? 0 : random.nextDouble(150));
    return new Claim(lower, upper, target);
  }

  @Test
  void everyClaimGetsTheSameFractionUnlessABoundKeepsItFromIt() {
    Random random = new Random(1040);
    for (int round = 0; round < 10_000; round++) {
      List<Claim> claims = new ArrayList<>();
      for (int i = random.nextInt(9); i >= 0; i--) {
        claims.add(any(random));
      }
      double lowest = claims.stream().mapToDouble(Claim::lower).sum();
      double highest = claims.stream().mapToDouble(Claim::upper).sum();
      double sum = lowest + (highest - lowest) * random.nextDouble();

      FairShares shares = FairShares.divide(sum, claims);

      assertThat(sum(shares)).as("%s of %s", sum, claims).isEqualTo(sum, ROUNDING);
      for (int i = 0; i < claims.size(); i++) {
        Claim claim = claims.get(i);
        double part = shares.parts().get(i);
        double fair = shares.fraction() * claim.target();
        double bounded = Math.max(claim.lower(), Math.min(claim.upper(), fair));
        assertThat(part).as("%s of %s", sum, claims).isEqualTo(bounded, ROUNDING);
        assertThat(part).isBetween(claim.lower(), claim.upper());
      }
    }
  }

  @Test
  void whatNobodyBoundsGoesByTheTargets() {
    FairShares shares =
        FairShares.divide(90, List.of(new Claim(0, 600, 10), new Claim(0, 600, 20)));

    assertThat(shares.fraction()).isEqualTo(3, ROUNDING);
    assertThat(shares.parts()).containsExactly(30.0, 60.0);
  }

  @Test
  void aSumThatDoesNotFitGivesTheBounds() {
    List<Claim> claims = List.of(new Claim(2, 5, 3), new Claim(4, 6, 4));

    assertThat(FairShares.divide(1, claims).parts()).containsExactly(2.0, 4.0);
    assertThat(FairShares.divide(99, claims).parts()).containsExactly(5.0, 6.0);
    assertThat(FairShares.divide(7, List.of()).parts()).isEmpty();
  }

  @Test
  void aClaimWhoseBoundsCrossIsNone() {
    assertThatThrownBy(() -> new Claim(5, 4, 6)).hasMessageContaining("lower 5.0, upper 4.0");
    assertThatThrownBy(() -> new Claim(5, 6, 4)).hasMessageContaining("target 4.0");
  }
}
