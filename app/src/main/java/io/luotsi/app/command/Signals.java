package io.luotsi.app.command;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/**
 * Signals of the operating system, told apart, which shutdown hooks cannot do. Through reflection,
 * because the compiler warns of {@code sun.misc.Signal} in a way that nothing can silence.
 */
final class Signals {
  private Signals() {}

  /**
   * Runs {@code action} on a thread of its own whenever the signal arrives, in place of what the
   * JVM would do. A signal that the parent process has us ignore stays ignored.
   *
   * @param name without SIG: {@code INT}, {@code TERM}
   */
  static void on(String name, Runnable action) {
    try {
      Class<?> signal = Class.forName("sun.misc.Signal");
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, arguments) -> {
                if (method.getName().equals("handle")) {
                  action.run();
                }
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException("cannot handle SIG" + name, e.getCause());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this JDK has no jdk.unsupported module", e);
    }
  }
}
