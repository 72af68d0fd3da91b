package io.luotsi.app;

import io.luotsi.app.command.LuotsiCommand;

/** Where {@code luotsi} starts. */
public final class Main {
  private Main() {}

  static void main(String[] arguments) {
    System.exit(LuotsiCommand.run(arguments));
  }
}
