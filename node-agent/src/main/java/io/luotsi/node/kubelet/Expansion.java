package io.luotsi.node.kubelet;

import java.util.Map;
import java.util.function.UnaryOperator;

/**
 * {@code $(NAME)} in commands, arguments and environment values. A name that is not known stays as
 * it is written; {@code $$} is a dollar sign, so {@code $$(NAME)} is never expanded.
 *
 * @see "Source: kubernetes third_party/forked/golang/expansion"
 */
final class Expansion {
  private Expansion() {}

  /** References to what is not there stay as they are. */
  static String expand(String text, Map<String, String> values) {
    return expand(text, name -> values.getOrDefault(name, "$(" + name + ")"));
  }

  /**
   * @param values what stands for a name
   */
  static String expand(String text, UnaryOperator<String> values) {
    StringBuilder out = new StringBuilder(text.length());
    int at = 0;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c != '$' || at + 1 == text.length()) {
        out.append(c);
        at++;
        continue;
      }
      char next = text.charAt(at + 1);
      int close = next == '(' ? text.indexOf(')', at + 2) : -1;
      if (next == '$') {
        out.append('$');
        at += 2;
      } else if (close >= 0) {
        out.append(values.apply(text.substring(at + 2, close)));
        at = close + 1;
      } else {
        out.append(c).append(next);
        at += 2;
      }
    }
    return out.toString();
  }
}
