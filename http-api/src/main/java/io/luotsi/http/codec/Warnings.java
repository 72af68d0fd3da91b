package io.luotsi.http.codec;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpHeader;

/**
 * The Warning headers of an answer: each text once, in order. If they are long altogether, long
 * ones are cut, and what still does not fit is left out.
 *
 * @see "Source: apiserver pkg/endpoints/filters/warning.go"
 */
public final class Warnings {
  /** Code points of all texts, from which on they are cut. */
  private static final int MOST_IN_ALL = 4 * 1024;

  /** Code points that are left of a text that is cut. */
  private static final int MOST_OF_ONE = 256;

  private Warnings() {}

  public static List<HttpHeader> headers(Collection<String> texts) {
    Set<String> all = new LinkedHashSet<>(texts);
    all.remove("");
    boolean cut = all.stream().mapToInt(Warnings::length).sum() > MOST_IN_ALL;
    List<HttpHeader> headers = new ArrayList<>(all.size());
    int written = 0;
    for (String text : all) {
      if (cut && written >= MOST_IN_ALL) {
        break;
      }
      String said = cut ? beginning(text) : text;
      written += length(said);
      headers.add(Replies.warning(said));
    }
    return headers;
  }

  private static int length(String text) {
    return text.codePointCount(0, text.length());
  }

  private static String beginning(String text) {
    return length(text) <= MOST_OF_ONE
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MOST_OF_ONE));
  }
}
