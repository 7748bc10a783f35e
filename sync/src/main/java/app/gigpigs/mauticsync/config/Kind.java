package app.gigpigs.mauticsync.config;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the value of a setting looks like: for the reader, the documentation and the schema of the YAML file. */
public sealed interface Kind {
    /** Short, for the documentation. */
    String description();

    /**
     * Any text.
     *
     * @param description what it is
     * @param pattern a regular expression for editors, or empty
     */
    record Text(String description, String pattern) implements Kind {}

    /** A text that is never shown. */
    record Secret(String description) implements Kind {}

    /** A whole number within limits. */
    record WholeNumber(int least, int most) implements Kind {
        @Override
        public String description() {
            return "a number from " + least + (most == Integer.MAX_VALUE ? "" : " to " + most);
        }
    }

    /** A whole number within limits, or {@code auto}. */
    record NumberOrAuto(int least, int most) implements Kind {
        @Override
        public String description() {
            return "`auto`, or a number from " + least + " to " + most;
        }
    }

    /** A time such as 90s or 2m. */
    record Time() implements Kind {
        @Override
        public String description() {
            return "a time";
        }
    }

    /** One of a few values. */
    record Choice(List<String> values) implements Kind {
        public Choice {
            values = List.copyOf(values);
        }

        /** The constants of an enum, in lower case and with hyphens. */
        public static Choice of(Enum<?>... constants) {
            return new Choice(Arrays.stream(constants).map(Choice::word).toList());
        }

        static String word(Enum<?> constant) {
            return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        @Override
        public String description() {
            return values.stream().map(value -> "`" + value + "`").collect(Collectors.joining(", "));
        }
    }
}
