package io.luotsi.persistence.carriage;

import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Answers that are given while a task runs, such as the outcomes of one batch: they leave when it
 * is done, each asker's in as few messages as may be. Not for several threads.
 */
final class AnswersTogether {
  private static final ScopedValue<AnswersTogether> TASK = ScopedValue.newInstance();

  private final Map<ActorRef<Carrier.Wire>, Bundle<Carrier.Answer>> bundles = new LinkedHashMap<>();

  private AnswersTogether() {}

  /** Runs the task, and sends what it has answered, also if it fails. */
  static void during(Runnable task) {
    AnswersTogether given = new AnswersTogether();
    try {
      ScopedValue.where(TASK, given).run(task);
    } finally {
      given.bundles.values().forEach(Bundle::flush);
    }
  }

  /** Answers when the task is done that this runs in, or at once if there is none. */
  static void answer(Carrier.Request request, Carrier.Result result) {
    Carrier.Answer answer = new Carrier.Answer(request.call(), request.resource(), result);
    ActorRef<Carrier.Wire> carrier = request.asker().carrier();
    if (!request.asker().readsBundles()) {
      carrier.tell(answer);
    } else if (TASK.isBound()) {
      TASK.get().add(carrier, answer);
    } else {
      during(() -> TASK.get().add(carrier, answer));
    }
  }

  private void add(ActorRef<Carrier.Wire> carrier, Carrier.Answer answer) {
    bundles
        .computeIfAbsent(
            carrier, ref -> new Bundle<>(answers -> ref.tell(new Carrier.Answers(answers))))
        .add(answer, answer.sizeBytes());
  }
}
