package io.luotsi.http.auth;

import java.util.ArrayList;
import java.util.List;

/**
 * Reads comma-separated values as RFC 4180 and Go have them: fields in quotation marks may hold
 * commas, line breaks and doubled quotation marks; empty lines are no records.
 */
final class Csv {
  private static final int END = -1;

  private final String text;
  private int at;
  private int line = 1;

  private Csv(String text) {
    this.text = text.startsWith("\uFEFF") ? text.substring(1) : text;
  }

  /**
   * @throws IllegalArgumentException if a quotation mark stands where none may; says the line
   */
  static List<List<String>> parse(String text) {
    return new Csv(text.replace("\r\n", "\n")).records();
  }

  private List<List<String>> records() {
    List<List<String>> records = new ArrayList<>();
    while (peek() != END) {
      if (peek() == '\n') {
        next();
      } else {
        records.add(record());
      }
    }
    return records;
  }

  private List<String> record() {
    List<String> fields = new ArrayList<>();
    fields.add(field());
    while (peek() == ',') {
      next();
      fields.add(field());
    }
    if (peek() == '\n') {
      next();
    }
    return fields;
  }

  private String field() {
    return peek() == '"' ? quoted() : bare();
  }

  private String bare() {
    StringBuilder field = new StringBuilder();
    while (peek() != END && peek() != ',' && peek() != '\n') {
      if (peek() == '"') {
        throw wrong("bare \" in non-quoted field");
      }
      field.append((char) next());
    }
    return field.toString();
  }

  private String quoted() {
    StringBuilder field = new StringBuilder();
    next();
    while (true) {
      int c = next();
      if (c == END) {
        throw wrong("extraneous or missing \" in quoted-field");
      }
      if (c != '"') {
        field.append((char) c);
      } else if (peek() == '"') {
        field.append((char) next());
      } else {
        break;
      }
    }
    if (peek() != END && peek() != ',' && peek() != '\n') {
      throw wrong("extraneous or missing \" in quoted-field");
    }
    return field.toString();
  }

  private int peek() {
    return at < text.length() ? text.charAt(at) : END;
  }

  private int next() {
    int c = peek();
    at++;
    if (c == '\n') {
      line++;
    }
    return c;
  }

  private IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException("parse error on line " + line + ": " + what);
  }
}
