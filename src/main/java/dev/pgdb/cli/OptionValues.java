package dev.pgdb.cli;

import java.time.Duration;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** The forms that option values have. A value in another form is a mistake, never a default. */
final class OptionValues {
  private OptionValues() {}

  private static TypeConversionException wrong(String form, String value) {
    return new TypeConversionException("must be " + form + ", not '" + value + "'");
  }

  private static int number(String value, int least, int most, String form) {
    try {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    } catch (NumberFormatException e) {
      // told below, in the same words
    }
    throw wrong(form, value);
  }

  /** 0 to 65535. */
  static final class Port implements ITypeConverter<Integer> {
    private static final int MAX = 65535;

    @Override
    public Integer convert(String value) {
      return number(value, 0, MAX, "a port number from 0 to 65535");
    }
  }

  /** 1 or more; each is a thread. */
  static final class Workers implements ITypeConverter<Integer> {
    private static final int MAX = 1000;

    @Override
    public Integer convert(String value) {
      return number(value, 1, MAX, "a whole number from 1 to 1000");
    }
  }

  /** A duration as Kubernetes writes it: 90s, 10m, 1h30m. */
  static final class Period implements ITypeConverter<Duration> {
    private static final Pattern FORM =
        Pattern.compile("(?=\\d)(\\d{1,6}h)?(\\d{1,6}m)?(\\d{1,6}s)?");

    @Override
    public Duration convert(String value) {
      if (FORM.matcher(value).matches()) {
        Duration duration = Duration.parse("PT" + value);
        if (duration.isPositive()) {
          return duration;
        }
      }
      throw wrong("a duration longer than 0s, such as 90s, 10m or 1h30m", value);
    }
  }

  /** true or false, and no other word for them. */
  static final class TrueOrFalse implements ITypeConverter<Boolean> {
    @Override
    public Boolean convert(String value) {
      return switch (value) {
        case "true" -> true;
        case "false" -> false;
        default -> throw wrong("true or false", value);
      };
    }
  }

  /** The name of a namespace: a DNS label. */
  static final class Namespace implements ITypeConverter<String> {
    private static final Pattern FORM = Pattern.compile("[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    @Override
    public String convert(String value) {
      String name = value.strip();
      if (!FORM.matcher(name).matches()) {
        throw wrong("names of namespaces with commas between them, such as shop,billing", value);
      }
      return name;
    }
  }
}
