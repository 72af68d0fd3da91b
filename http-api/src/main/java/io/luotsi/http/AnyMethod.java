package io.luotsi.http;

import java.util.regex.Pattern;
import org.apache.pekko.http.impl.settings.ParserSettingsImpl;
import org.apache.pekko.http.javadsl.settings.ParserSettings;
import org.apache.pekko.http.scaladsl.model.HttpMethod;
import org.apache.pekko.http.scaladsl.model.RequestEntityAcceptance;
import scala.Function1;
import scala.Option;
import scala.runtime.AbstractFunction1;

/**
 * Requests by methods that nobody has heard of, which are requests all the same: somebody behind
 * says that there is no such method. Left to itself Pekko HTTP ends the connection over which one
 * comes, and all that goes on there, when it speaks HTTP/2.
 */
final class AnyMethod {
  /** What RFC 9110 calls a token. */
  private static final Pattern TOKEN = Pattern.compile("[!#$%&'*+.^_`|~0-9A-Za-z-]{1,64}");

  private AnyMethod() {}

  /** The same settings, by which any method is read. */
  static ParserSettings readBy(ParserSettings settings) {
    // Methods can be told by a function in no other way; the others stay as they are.
    ParserSettingsImpl all = (ParserSettingsImpl) settings;
    return all.copy(
        all.maxUriLength(),
        all.maxMethodLength(),
        all.maxResponseReasonLength(),
        all.maxHeaderNameLength(),
        all.maxHeaderValueLength(),
        all.maxHeaderCount(),
        all.maxContentLengthSetting(),
        all.maxToStrictBytes(),
        all.maxChunkExtLength(),
        all.maxChunkSize(),
        all.maxCommentParsingDepth(),
        all.uriParsingMode(),
        all.cookieParsingMode(),
        all.illegalHeaderWarnings(),
        all.ignoreIllegalHeaderFor(),
        all.errorLoggingVerbosity(),
        all.illegalResponseHeaderNameProcessingMode(),
        all.illegalResponseHeaderValueProcessingMode(),
        all.conflictingContentTypeHeaderProcessingMode(),
        all.headerValueCacheLimits(),
        all.includeTlsSessionInfoHeader(),
        all.includeSslSessionAttribute(),
        all.modeledHeaderParsing(),
        methods(),
        all.customStatusCodes(),
        all.customMediaTypes());
  }

  private static Function1<String, Option<HttpMethod>> methods() {
    return new AbstractFunction1<>() {
      @Override
      public Option<HttpMethod> apply(String name) {
        return TOKEN.matcher(name).matches()
            ? Option.apply(
                HttpMethod.custom(name, false, false, RequestEntityAcceptance.Expected$.MODULE$))
            : Option.empty();
      }
    };
  }
}
