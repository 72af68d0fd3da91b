package io.luotsi.core.conformance;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Behaviours of upstream's conformance suite that a test shows, under the suite's names; {@code
 * docs/conformance.md} names the test for each.
 */
@Retention(RetentionPolicy.SOURCE)
@Target(ElementType.METHOD)
public @interface Conformance {
  String[] value();
}
