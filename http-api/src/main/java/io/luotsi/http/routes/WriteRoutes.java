package io.luotsi.http.routes;

import io.luotsi.core.api.Json;
import io.luotsi.core.api.Outcome;
import io.luotsi.core.api.Rejection;
import io.luotsi.core.api.StoredObject;
import io.luotsi.core.apiserver.Api;
import io.luotsi.core.apiserver.Api.Body;
import io.luotsi.core.apiserver.Api.Deleted;
import io.luotsi.core.apiserver.Api.ListOptions;
import io.luotsi.core.apiserver.Api.Target;
import io.luotsi.core.apiserver.Api.WriteOptions;
import io.luotsi.core.apiserver.Api.Written;
import io.luotsi.core.apiserver.Statuses;
import io.luotsi.core.catalog.Verb;
import io.luotsi.core.client.ApiClient.PatchType;
import io.luotsi.http.codec.Accepted;
import io.luotsi.http.codec.BodyReader;
import io.luotsi.http.codec.DeletionAnswers;
import io.luotsi.http.codec.Encoding;
import io.luotsi.http.codec.PartialMetadata;
import io.luotsi.http.codec.Replies;
import io.luotsi.http.codec.RequestBytes;
import io.luotsi.http.codec.Warnings;
import io.luotsi.http.table.Tables;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** Create, update, patch, delete: bodies in, the object as it was left out. */
final class WriteRoutes {
  private static final String PATCH_MEDIA_TYPES =
      Arrays.stream(PatchType.values()).map(PatchType::mediaType).collect(Collectors.joining(", "));

  /** Subresources through which something is done, so that there is no object to answer. */
  private static final Set<String> ACTIONS = Set.of("binding", "eviction");

  private final Api api;
  private final RequestBytes bodies;
  private final InstantSource clock;

  WriteRoutes(Api api, RequestBytes bodies, InstantSource clock) {
    this.api = api;
    this.bodies = bodies;
    this.clock = clock;
  }

  private record Asked<T>(Accepted accepted, T options) {}

  CompletionStage<HttpResponse> create(Call call, Target target) {
    Outcome<Asked<WriteOptions>> asked =
        asked(call, target, Options.write(call, "CreateOptions"))
            .flatMap(ask -> shownAsIs(target, ask));
    return withObject(
        call,
        expected(target),
        asked,
        (ask, body) -> api.create(target, body, ask.options()),
        (ask, written) -> written(call, target, ask.accepted(), written, 201));
  }

  /** A question that is answered and never stored has nothing that a table would show. */
  private static Outcome<Asked<WriteOptions>> shownAsIs(Target target, Asked<WriteOptions> asked) {
    boolean isQuestion =
        target.type().verbs().equals(Set.of(Verb.CREATE)) && target.subresource().isEmpty();
    return isQuestion && asked.accepted().shape() == Accepted.Shape.TABLE
        ? Outcome.rejected(
            new Rejection.NotAcceptable(
                "the resource "
                    + target.type().groupResource()
                    + " does not support being converted to a Table"))
        : Outcome.done(asked);
  }

  CompletionStage<HttpResponse> update(Call call, Target target) {
    Outcome<Asked<WriteOptions>> asked = asked(call, target, Options.write(call, "UpdateOptions"));
    return withObject(
        call,
        expected(target),
        asked,
        (ask, body) -> api.update(target, body, ask.options()),
        (ask, written) ->
            written(call, target, ask.accepted(), written, written.created() ? 201 : 200));
  }

  CompletionStage<HttpResponse> patch(Call call, Target target) {
    String mediaType = BodyReader.essence(call.contentType());
    Optional<PatchType> type =
        Arrays.stream(PatchType.values()).filter(t -> t.mediaType().equals(mediaType)).findFirst();
    if (type.isEmpty()) {
      return Router.reply(Replies.rejected(BodyReader.unsupported(PATCH_MEDIA_TYPES)));
    }
    return switch (asked(call, target, Options.patch(call, type.get()))) {
      case Outcome.Rejected<Asked<WriteOptions>>(Rejection why) ->
          Router.reply(Replies.rejected(why));
      case Outcome.Done<Asked<WriteOptions>>(Asked<WriteOptions> ask) ->
          bodies
              .read(call.request().entity())
              .thenCompose(
                  bytes ->
                      switch (bytes.flatMap(b -> PatchText.read(b, type.get(), ask.options()))) {
                        case Outcome.Rejected<PatchText>(Rejection why) ->
                            Router.reply(Replies.rejected(why));
                        case Outcome.Done<PatchText>(PatchText patch) ->
                            patch(call, target, type.get(), ask, patch);
                      });
    };
  }

  private CompletionStage<HttpResponse> patch(
      Call call, Target target, PatchType type, Asked<WriteOptions> ask, PatchText patch) {
    return api.patch(target, type, patch.body(), call.query().flag("force"), ask.options())
        .thenApply(
            outcome ->
                respond(
                    outcome.map(patch::warn),
                    done ->
                        written(call, target, ask.accepted(), done, done.created() ? 201 : 200)));
  }

  CompletionStage<HttpResponse> delete(Call call, Target target) {
    return withDeleteOptions(
        call,
        target,
        (accepted, deletion) ->
            api.delete(target, deletion.options(), deletion.dryRun())
                .thenApply(
                    outcome ->
                        respond(outcome, done -> deleted(call, target, accepted, deletion, done))));
  }

  CompletionStage<HttpResponse> deleteCollection(Call call, Target target) {
    Outcome<ListOptions> selection = Options.list(call.query());
    return withDeleteOptions(
        call,
        target,
        (accepted, deletion) ->
            switch (selection) {
              case Outcome.Rejected<ListOptions>(Rejection why) ->
                  Router.reply(Replies.rejected(why));
              case Outcome.Done<ListOptions>(ListOptions options) ->
                  api.deleteCollection(target, options, deletion.options(), deletion.dryRun())
                      .thenApply(
                          outcome ->
                              respond(
                                  outcome,
                                  page ->
                                      ReadRoutes.objects(target.type(), page)
                                          .respond(accepted, page.items(), call.acceptsGzip())));
            });
  }

  private static <T> Outcome<Asked<T>> asked(Call call, Target target, Outcome<T> options) {
    return call.accepted(Accepted.OF_OBJECTS.of(target.type()))
        .flatMap(accepted -> options.map(o -> new Asked<>(accepted, o)));
  }

  /** The kind that a body must be. */
  private static BodyReader.Expected expected(Target target) {
    return BodyReader.Expected.at(target.type(), target.subresource());
  }

  @FunctionalInterface
  private interface Step<A, B, R> {
    R apply(A first, B second);
  }

  private CompletionStage<HttpResponse> withObject(
      Call call,
      BodyReader.Expected expected,
      Outcome<Asked<WriteOptions>> asked,
      Step<Asked<WriteOptions>, Body, CompletionStage<Outcome<Written>>> action,
      Step<Asked<WriteOptions>, Written, HttpResponse> answer) {
    return switch (asked) {
      case Outcome.Rejected<Asked<WriteOptions>>(Rejection why) ->
          Router.reply(Replies.rejected(why));
      case Outcome.Done<Asked<WriteOptions>>(Asked<WriteOptions> ask) ->
          switch (BodyReader.format(call.contentType())) {
            case Outcome.Rejected<BodyReader.Format>(Rejection why) ->
                Router.reply(Replies.rejected(why));
            case Outcome.Done<BodyReader.Format>(BodyReader.Format format) ->
                bodies
                    .read(call.request().entity())
                    .thenCompose(
                        bytes ->
                            switch (bytes.flatMap(b -> BodyReader.object(b, format, expected))) {
                              case Outcome.Rejected<Body>(Rejection why) ->
                                  Router.reply(Replies.rejected(why));
                              case Outcome.Done<Body>(Body body) ->
                                  action
                                      .apply(ask, body)
                                      .thenApply(
                                          outcome ->
                                              respond(outcome, done -> answer.apply(ask, done)));
                            });
          };
    };
  }

  private CompletionStage<HttpResponse> withDeleteOptions(
      Call call,
      Target target,
      Step<Accepted, Options.Deletion, CompletionStage<HttpResponse>> action) {
    return switch (call.accepted(Accepted.OF_OBJECTS.of(target.type()))) {
      case Outcome.Rejected<Accepted>(Rejection why) -> Router.reply(Replies.rejected(why));
      case Outcome.Done<Accepted>(Accepted accepted) ->
          bodies
              .read(call.request().entity())
              .thenCompose(
                  bytes ->
                      switch (bytes.flatMap(b -> deleteOptions(call, b))) {
                        case Outcome.Rejected<Options.Deletion>(Rejection why) ->
                            Router.reply(Replies.rejected(why));
                        case Outcome.Done<Options.Deletion>(Options.Deletion deletion) ->
                            action.apply(accepted, deletion);
                      });
    };
  }

  private static Outcome<Options.Deletion> deleteOptions(Call call, byte[] body) {
    if (body.length == 0) {
      return Options.delete(call.query(), Optional.empty());
    }
    return BodyReader.format(call.contentType())
        .flatMap(format -> DeleteOptionsBody.read(body, format))
        .flatMap(options -> Options.delete(call.query(), Optional.of(options)));
  }

  private static <T> HttpResponse respond(Outcome<T> outcome, Function<T, HttpResponse> whenDone) {
    return switch (outcome) {
      case Outcome.Done<T>(T done) -> whenDone.apply(done);
      case Outcome.Rejected<T>(Rejection why) -> Replies.rejected(why);
    };
  }

  private HttpResponse written(
      Call call, Target target, Accepted accepted, Written written, int code) {
    byte[] json =
        ACTIONS.contains(target.subresource())
            ? Json.write(Statuses.created())
            : shaped(target, written.object(), accepted);
    return Replies.of(
        code,
        HttpEntities.create(Replies.contentType(accepted), Encoding.encode(json, accepted)),
        Warnings.headers(written.warnings()));
  }

  private byte[] shaped(Target target, StoredObject object, Accepted accepted) {
    return switch (accepted.shape()) {
      case TABLE ->
          new Tables(Tables.columns(target), Tables.Include.METADATA, clock).single(object);
      case PARTIAL_METADATA, PARTIAL_METADATA_LIST -> PartialMetadata.of(object.json());
      case OBJECT, DISCOVERY_V2, DISCOVERY_V2_BETA1 -> object.json();
    };
  }

  private HttpResponse deleted(
      Call call, Target target, Accepted accepted, Options.Deletion asked, Deleted deleted) {
    // As upstream: only who asked for it is told that it takes time; others always got 200.
    int code = !deleted.gone() && asked.foregroundAsked() ? 202 : 200;
    if (!deleted.gone() || DeletionAnswers.object(target.type().groupResource())) {
      byte[] json = shaped(target, deleted.object(), accepted);
      return Replies.of(code, Replies.contentType(accepted), Encoding.encode(json, accepted));
    }
    return Replies.json(code, Statuses.deleted(target.type(), deleted.object()), accepted);
  }
}
