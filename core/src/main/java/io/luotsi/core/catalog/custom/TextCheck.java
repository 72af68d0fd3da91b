package io.luotsi.core.catalog.custom;

import io.luotsi.core.catalog.custom.ValueCheck.ValueErrors;

/** What a schema says of texts: the first thing that is wrong is said, and the format. */
final class TextCheck {
  private TextCheck() {}

  static void check(ValueErrors errors, String text, ValueRules.Texts rules) {
    long length = text.codePointCount(0, text.length());
    if (rules.most().isPresent() && length > rules.most().getAsLong()) {
      errors.tooLong(rules.most().getAsLong());
    } else if (rules.least().isPresent() && length < rules.least().getAsLong()) {
      errors.invalid(text, "should be at least " + rules.least().getAsLong() + " chars long");
    } else if (rules.pattern().isPresent() && !rules.pattern().get().find(text)) {
      errors.invalid(text, "should match '" + rules.patternText() + "'");
    }
    if (!rules.format().isEmpty() && !Formats.fits(rules.format(), text)) {
      errors.type(rules.format(), text);
    }
  }
}
