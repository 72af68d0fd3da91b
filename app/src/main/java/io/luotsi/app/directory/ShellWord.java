package io.luotsi.app.directory;

import java.util.regex.Pattern;

/** Text that a person may paste into a shell and that the shell takes as one word. */
public final class ShellWord {
  private static final Pattern PLAIN = Pattern.compile("[\\w@%+=:,./-]+");

  private ShellWord() {}

  /** As it is where that is safe, else in single quotes. */
  public static String quote(Object value) {
    String text = value.toString();
    return PLAIN.matcher(text).matches() ? text : "'" + text.replace("'", "'\\''") + "'";
  }
}
