package io.luotsi.http.metrics;

/** Bounds of histograms. */
final class Buckets {
  private Buckets() {}

  /**
   * @param first positive
   * @param factor of each bound to the one before it
   */
  static double[] exponential(double first, double factor, int number) {
    double[] bounds = new double[number];
    double bound = first;
    for (int i = 0; i < number; i++) {
      bounds[i] = bound;
      bound *= factor;
    }
    return bounds;
  }
}
