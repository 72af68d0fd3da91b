package io.luotsi.core.catalog.custom;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.luotsi.core.api.FieldError;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Checks values of custom kinds against the schema of their version, in upstream's words.
 *
 * <p>What is wrong with a value that an update leaves as it was is no reason to refuse the update:
 * the schema may have become stricter meanwhile.
 *
 * @see "Source: kube-openapi pkg/validation/validate; apiextensions-apiserver
 *     pkg/apiserver/validation"
 */
public final class ValueCheck {
  /** What a schema that says nothing allows: everything. */
  public static final ValueCheck NOTHING = new ValueCheck(ValueRules.of(MissingNode.getInstance()));

  private static final JsonNode UNKNOWN = MissingNode.getInstance();

  private final ValueRules rules;

  private ValueCheck(ValueRules rules) {
    this.rules = rules;
  }

  /**
   * @throws IllegalArgumentException if a pattern in the schema is no regular expression
   */
  public static ValueCheck of(JsonNode schema) {
    return schema.isObject() ? new ValueCheck(ValueRules.of(schema)) : NOTHING;
  }

  /**
   * @param path of the value, empty for a whole object
   * @return all that is wrong
   */
  public List<FieldError> check(String path, JsonNode value) {
    return new Walk(path).value("", value, UNKNOWN, rules).errors();
  }

  /**
   * @param before what the value was
   * @return all that is wrong with what is not as it was
   */
  public List<FieldError> checkUpdate(String path, JsonNode value, JsonNode before) {
    return new Walk(path).value("", value, before, rules).errors();
  }

  /**
   * What one schema says of one value.
   *
   * @param matches how many of its rules the value was held to; of several alternatives that all
   *     fail, the one that knew most of the value is the one to speak of
   */
  private record Verdict(List<FieldError> errors, int matches) {
    boolean fits() {
      return errors.isEmpty();
    }
  }

  /** One check under way. */
  private static final class Walk {
    private final String prefix;

    Walk(String prefix) {
      this.prefix = prefix;
    }

    private Verdict value(String path, JsonNode value, JsonNode before, ValueRules rules) {
      ValueErrors errors = new ValueErrors(prefix, path);
      int matches = 1;
      if (value.isNull()) {
        if (!rules.types().isEmpty() && !rules.nullable()) {
          errors.type(String.join(",", rules.types()), "null");
        }
        allowed(errors, value, rules);
        return new Verdict(errors.all(), matches);
      }
      type(errors, value, rules);
      matches += junctors(errors, path, value, rules.junctors());
      if (value.isTextual()) {
        TextCheck.check(errors, value.textValue(), rules.texts());
      } else if (value.isNumber()) {
        NumberCheck.check(errors, value, rules);
      } else if (value.isArray()) {
        matches += items(errors, path, value, before, rules);
      }
      allowed(errors, value, rules);
      if (value.isObject()) {
        matches += fields(errors, path, value, before, rules);
      }
      // What was there already, and as wrong, may stay.
      return !errors.all().isEmpty() && before.equals(value) && !isTypeOfObject(path)
          ? new Verdict(List.of(), matches)
          : new Verdict(errors.all(), matches + (errors.all().isEmpty() ? 1 : 0));
    }

    private boolean isTypeOfObject(String path) {
      return prefix.isEmpty() && (path.equals("kind") || path.equals("apiVersion"));
    }

    private static void type(ValueErrors errors, JsonNode value, ValueRules rules) {
      if (rules.types().isEmpty()) {
        return;
      }
      String is = typeOf(value);
      boolean fits =
          rules.types().contains(is)
              || is.equals("integer") && rules.types().contains("number")
              || is.equals("number")
                  && rules.types().contains("integer")
                  && value.doubleValue() == Math.rint(value.doubleValue())
                  && Math.abs(value.doubleValue()) < 1L << 53;
      if (!fits) {
        errors.type(String.join(",", rules.types()), is);
      }
    }

    private static String typeOf(JsonNode value) {
      return switch (value.getNodeType()) {
        case STRING -> "string";
        case NUMBER -> value.isIntegralNumber() && value.canConvertToLong() ? "integer" : "number";
        case BOOLEAN -> "boolean";
        case ARRAY -> "array";
        case OBJECT -> "object";
        case NULL, MISSING, BINARY, POJO -> "null";
      };
    }

    private static void allowed(ValueErrors errors, JsonNode value, ValueRules rules) {
      if (rules.allowed().isEmpty()) {
        return;
      }
      for (JsonNode one : rules.allowed()) {
        if (one.equals(value)
            || one.isNumber() && value.isNumber() && one.doubleValue() == value.doubleValue()) {
          return;
        }
      }
      errors.notSupported(value, rules.allowed());
    }

    private int junctors(
        ValueErrors errors, String path, JsonNode value, ValueRules.Junctors junctors) {
      int matches = 1;
      if (!junctors.anyOf().isEmpty()) {
        matches += anyOf(errors, path, value, junctors.anyOf());
      }
      if (!junctors.oneOf().isEmpty()) {
        matches += oneOf(errors, path, value, junctors.oneOf());
      }
      if (!junctors.allOf().isEmpty()) {
        matches += allOf(errors, path, value, junctors.allOf());
      }
      if (junctors.not().isPresent() && value(path, value, UNKNOWN, junctors.not().get()).fits()) {
        errors.composite("must not validate the schema (not)");
      }
      return matches;
    }

    private int anyOf(ValueErrors errors, String path, JsonNode value, List<ValueRules> any) {
      Optional<Verdict> best = Optional.empty();
      for (ValueRules one : any) {
        Verdict verdict = value(path, value, UNKNOWN, one);
        if (verdict.fits()) {
          return verdict.matches();
        }
        best = better(best, verdict);
      }
      errors.composite("must validate at least one schema (anyOf)");
      errors.all().addAll(best.orElseThrow().errors());
      return best.orElseThrow().matches();
    }

    private int oneOf(ValueErrors errors, String path, JsonNode value, List<ValueRules> one) {
      Optional<Verdict> best = Optional.empty();
      Optional<Verdict> first = Optional.empty();
      int fitting = 0;
      for (ValueRules each : one) {
        Verdict verdict = value(path, value, UNKNOWN, each);
        if (verdict.fits()) {
          fitting++;
          first = first.or(() -> Optional.of(verdict));
        } else {
          best = better(best, verdict);
        }
      }
      if (fitting == 1) {
        return first.orElseThrow().matches();
      }
      errors.composite(
          "must validate one and only one schema (oneOf). "
              + (fitting == 0 ? "Found none valid" : "Found " + fitting + " valid alternatives"));
      if (fitting == 0) {
        best.ifPresent(verdict -> errors.all().addAll(verdict.errors()));
      }
      return 1;
    }

    private static Optional<Verdict> better(Optional<Verdict> best, Verdict verdict) {
      return best.isEmpty() || verdict.matches() > best.get().matches()
          ? Optional.of(verdict)
          : best;
    }

    private int allOf(ValueErrors errors, String path, JsonNode value, List<ValueRules> all) {
      int fitting = 0;
      int matches = 0;
      for (ValueRules one : all) {
        Verdict verdict = value(path, value, UNKNOWN, one);
        fitting += verdict.fits() ? 1 : 0;
        matches += verdict.matches();
        errors.all().addAll(verdict.errors());
      }
      if (fitting != all.size()) {
        errors.composite(
            "must validate all the schemas (allOf)" + (fitting == 0 ? ". None validated" : ""));
      }
      return matches;
    }

    private int items(
        ValueErrors errors, String path, JsonNode list, JsonNode before, ValueRules rules) {
      int matches = 1;
      if (rules.items().isPresent()) {
        for (int i = 0; i < list.size(); i++) {
          JsonNode was = counterpart(list.get(i), before, rules.listKeys());
          Verdict verdict = value(path + "[" + i + "]", list.get(i), was, rules.items().get());
          matches += verdict.matches();
          errors.all().addAll(verdict.errors());
        }
      }
      ValueRules.Sizes sizes = rules.sizes();
      if (sizes.leastItems().isPresent() && list.size() < sizes.leastItems().getAsLong()) {
        errors.invalid(
            list.size(), "should have at least " + sizes.leastItems().getAsLong() + " items");
      }
      if (sizes.mostItems().isPresent() && list.size() > sizes.mostItems().getAsLong()) {
        errors.tooMany(list.size(), sizes.mostItems().getAsLong());
      }
      if (sizes.unique() && hasTwins(list)) {
        errors.invalid("", "shouldn't contain duplicates");
      }
      return matches;
    }

    private static boolean hasTwins(JsonNode list) {
      Set<JsonNode> seen = new HashSet<>();
      for (JsonNode item : list) {
        if (!seen.add(item)) {
          return true;
        }
      }
      return false;
    }

    /** Which item it was before; nobody knows in lists whose items have no keys. */
    private static JsonNode counterpart(JsonNode item, JsonNode before, List<String> keys) {
      if (!keys.isEmpty()) {
        for (JsonNode old : before) {
          if (keys.stream().allMatch(key -> old.path(key).equals(item.path(key)))) {
            return old;
          }
        }
      }
      return UNKNOWN;
    }

    private int fields(
        ValueErrors errors, String path, JsonNode object, JsonNode before, ValueRules rules) {
      int matches = 1;
      ValueRules.Sizes sizes = rules.sizes();
      int count = object.size();
      if (sizes.leastProperties().isPresent() && count < sizes.leastProperties().getAsLong()) {
        errors.invalid(
            count, "should have at least " + sizes.leastProperties().getAsLong() + " properties");
      }
      if (sizes.mostProperties().isPresent() && count > sizes.mostProperties().getAsLong()) {
        errors.tooMany(count, sizes.mostProperties().getAsLong());
      }
      for (Map.Entry<String, JsonNode> field : object.properties()) {
        String name = field.getKey();
        ValueRules known = rules.properties().get(name);
        if (known == null && rules.closed()) {
          errors.forbidden(name);
        }
        Optional<ValueRules> of = known == null ? rules.additional() : Optional.of(known);
        if (of.isPresent()) {
          String at = path.isEmpty() ? name : path + "." + name;
          Verdict verdict = value(at, field.getValue(), before.path(name), of.get());
          matches += verdict.matches();
          errors.all().addAll(verdict.errors());
        }
      }
      for (String name : rules.required()) {
        if (!object.has(name)) {
          errors.required(name);
        }
      }
      return matches;
    }
  }

  /** What is wrong with a value, in a list of its own that grows. */
  static final class ValueErrors {
    private final List<FieldError> errors = new ArrayList<>(0);
    private final String prefix;
    private final String path;

    ValueErrors(String prefix, String path) {
      this.prefix = prefix;
      this.path = path;
    }

    List<FieldError> all() {
      return errors;
    }

    private String field(String name) {
      return prefix.isEmpty() || name.isEmpty() ? nobody(prefix + name) : prefix + "." + name;
    }

    /** As Go prints a path that there is none of. */
    private static String nobody(String field) {
      return field.isEmpty() ? "<nil>" : field;
    }

    /**
     * @param value as it is to be printed
     * @param what the value should be, do or have
     */
    void invalid(Object value, String what) {
      errors.add(FieldError.invalid(field(path), value, path + " in body " + what));
    }

    void type(String expected, String value) {
      FieldError worded =
          FieldError.invalid(
              field(path),
              value,
              path + " in body must be of type " + expected + ": \"" + value + "\"");
      errors.add(
          new FieldError(
              FieldError.Type.TYPE_INVALID, worded.field(), worded.badValue(), worded.detail()));
    }

    void tooLong(long most) {
      errors.add(FieldError.tooLong(field(path), Math.toIntExact(Math.min(most, 1L << 30))));
    }

    void tooMany(int count, long most) {
      errors.add(FieldError.tooMany(field(path), count, most));
    }

    void notSupported(JsonNode value, List<JsonNode> allowed) {
      List<String> words = allowed.stream().map(ValueErrors::word).toList();
      Object shown = value.isTextual() ? value.textValue() : value.isNull() ? "null" : value;
      errors.add(FieldError.notSupported(field(path), shown, words));
    }

    private static String word(JsonNode value) {
      return value.isTextual() ? value.textValue() : value.toString();
    }

    void required(String name) {
      errors.add(FieldError.required(field(path.isEmpty() ? name : path + "." + name), ""));
    }

    void forbidden(String name) {
      errors.add(
          FieldError.invalid(
              field(path), name, path + "." + name + " in body is a forbidden property"));
    }

    /** What upstream says without a field. */
    void composite(String what) {
      errors.add(FieldError.invalid(nobody(prefix), "", "\"" + path + "\" " + what));
    }
  }
}
