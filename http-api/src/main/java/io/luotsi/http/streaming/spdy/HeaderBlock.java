package io.luotsi.http.streaming.spdy;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;

/**
 * Headers as SPDY/3.1 writes them: pairs, compressed with all those before in the same direction,
 * from a dictionary that both sides know.
 *
 * @see "Source: SPDY protocol draft 3.1, 2.6.10"
 */
final class HeaderBlock {
  /** Headers beyond this are nobody's whom we know, or a bomb. */
  static final int MOST_BYTES = 32 << 10;

  /** Words of the dictionary that stand in it behind their lengths. */
  private static final String WORDS =
      """
      options|head|post|put|delete|trace|accept|accept-charset|accept-encoding|accept-language|\
      accept-ranges|age|allow|authorization|cache-control|connection|content-base|\
      content-encoding|content-language|content-length|content-location|content-md5|\
      content-range|content-type|date|etag|expect|expires|from|host|if-match|if-modified-since|\
      if-none-match|if-range|if-unmodified-since|last-modified|location|max-forwards|pragma|\
      proxy-authenticate|proxy-authorization|range|referer|retry-after|server|te|trailer|\
      transfer-encoding|upgrade|user-agent|vary|via|warning|www-authenticate|method|get|status|\
      200 OK|version|HTTP/1.1|url|public|set-cookie|keep-alive|origin\
      """;

  /** What stands in it behind the words, as it is. */
  private static final String TEXT =
      """
      100101201202205206300302303304305306307402405406407408409410411412413414415416417502504505\
      203 Non-Authoritative Information204 No Content301 Moved Permanently400 Bad Request\
      401 Unauthorized403 Forbidden404 Not Found500 Internal Server Error501 Not Implemented\
      503 Service UnavailableJan Feb Mar Apr May Jun Jul Aug Sept Oct Nov Dec 00:00:00 \
      Mon, Tue, Wed, Thu, Fri, Sat, Sun, GMTchunked,text/html,image/png,image/jpg,image/gif,\
      application/xml,application/xhtml+xml,text/plain,text/javascript,publicprivatemax-age=gzip,\
      deflate,sdchcharset=utf-8charset=iso-8859-1,utf-,*,enq=0.\
      """;

  static final byte[] DICTIONARY = dictionary();

  private HeaderBlock() {}

  private static byte[] dictionary() {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    try {
      for (String word : WORDS.split("\\|")) {
        out.writeInt(word.length());
        out.write(word.getBytes(StandardCharsets.US_ASCII));
      }
      out.write(TEXT.getBytes(StandardCharsets.US_ASCII));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return bytes.toByteArray();
  }

  /** Of one direction of one connection. */
  static final class Reader implements AutoCloseable {
    private final Inflater inflater = new Inflater();

    /**
     * @return by name in small letters; of a name with several values the first
     * @throws IOException if it is no block of headers, or a larger one than we take
     */
    Map<String, String> read(byte[] block) throws IOException {
      try (DataInputStream in =
          new DataInputStream(new java.io.ByteArrayInputStream(inflate(block)))) {
        Map<String, String> headers = new LinkedHashMap<>();
        for (int left = in.readInt(); left > 0; left--) {
          String name = text(in).toLowerCase(Locale.ROOT);
          headers.putIfAbsent(name, text(in).split("\0", -1)[0]);
        }
        return headers;
      }
    }

    private static String text(DataInputStream in) throws IOException {
      int length = in.readInt();
      if (length < 0 || length > in.available()) {
        throw new IOException("malformed headers");
      }
      return new String(in.readNBytes(length), StandardCharsets.UTF_8);
    }

    private byte[] inflate(byte[] block) throws IOException {
      byte[] buffer = new byte[MOST_BYTES];
      inflater.setInput(block);
      try {
        int length = 0;
        while (!inflater.needsInput() && length < MOST_BYTES) {
          int count = inflater.inflate(buffer, length, MOST_BYTES - length);
          if (count == 0 && inflater.needsDictionary()) {
            inflater.setDictionary(DICTIONARY);
          } else if (count == 0) {
            break;
          }
          length += count;
        }
        if (!inflater.needsInput()) {
          throw new IOException("headers of more than " + MOST_BYTES + " bytes, or malformed");
        }
        return java.util.Arrays.copyOf(buffer, length);
      } catch (DataFormatException | IllegalArgumentException e) {
        throw new IOException("malformed headers", e);
      }
    }

    @Override
    public void close() {
      inflater.end();
    }
  }

  /** Of one direction of one connection. */
  static final class Writer implements AutoCloseable {
    private final Deflater deflater = new Deflater();

    Writer() {
      deflater.setDictionary(DICTIONARY);
    }

    /** A block of so many headers. */
    byte[] write(Map<String, String> headers) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      DataOutputStream out = new DataOutputStream(bytes);
      try {
        out.writeInt(headers.size());
        for (Map.Entry<String, String> header : headers.entrySet()) {
          text(out, header.getKey());
          text(out, header.getValue());
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return deflate(bytes.toByteArray());
    }

    private static void text(DataOutputStream out, String text) throws IOException {
      byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
      out.writeInt(bytes.length);
      out.write(bytes);
    }

    private byte[] deflate(byte[] plain) {
      byte[] buffer = new byte[1 << 10];
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      deflater.setInput(plain);
      int count;
      do {
        count = deflater.deflate(buffer, 0, buffer.length, Deflater.SYNC_FLUSH);
        bytes.write(buffer, 0, count);
      } while (count == buffer.length);
      return bytes.toByteArray();
    }

    @Override
    public void close() {
      deflater.end();
    }
  }
}
