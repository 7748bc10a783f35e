package app.gigpigs.mauticsync.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;

/**
 * Reads settings. A wrong value is noted, the default is used in its place, and the reading goes on, so that all
 * mistakes can be told together.
 */
public final class SettingReader {
    private final Map<String, String> values;
    private final List<String> problems;

    /**
     * Reads these values.
     *
     * @param values by the name of the variable
     * @param problems where mistakes are noted
     */
    public SettingReader(Map<String, String> values, List<String> problems) {
        this.values = Map.copyOf(values);
        this.problems = problems;
    }

    /** Nothing is set. */
    public static SettingReader defaults() {
        return new SettingReader(Map.of(), new ArrayList<>());
    }

    public boolean isSet(Setting setting) {
        return text(setting).isPresent();
    }

    /** The value as it is written; empty when it is not set. */
    public Optional<String> text(Setting setting) {
        return Optional.ofNullable(values.get(setting.variable()))
                .map(String::strip)
                .filter(value -> !value.isEmpty());
    }

    /** The value of a setting that must be set; empty when it is not, which is noted. */
    public Optional<String> required(Setting setting) {
        Optional<String> text = text(setting);
        if (text.isEmpty()) {
            problem(setting, "is not set: " + setting.meaning());
        }
        return text;
    }

    /** A setting whose kind is a whole number. */
    public int number(Setting setting) {
        return parsed(setting, text -> wholeNumber(text, (Kind.WholeNumber) setting.kind()));
    }

    /** A setting whose kind is a whole number or auto; empty for auto. */
    public OptionalInt numberOrAuto(Setting setting) {
        Kind.NumberOrAuto limits = (Kind.NumberOrAuto) setting.kind();
        return parsed(
                setting,
                text -> text.equalsIgnoreCase("auto")
                        ? OptionalInt.empty()
                        : OptionalInt.of(wholeNumber(text, new Kind.WholeNumber(limits.least(), limits.most()))));
    }

    private static int wholeNumber(String text, Kind.WholeNumber limits) {
        int number;
        try {
            number = Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("is \"" + text + "\"; it must be a whole number", e);
        }
        if (number < limits.least() || number > limits.most()) {
            throw new IllegalArgumentException(
                    "is " + number + "; it must be from " + limits.least() + " to " + limits.most());
        }
        return number;
    }

    /** A time such as 90s, 2m, 7d, 500ms or ISO-8601 (PT2M). */
    public Duration duration(Setting setting) {
        return parsed(
                setting,
                text -> Durations.read(text)
                        .filter(time -> !time.isNegative())
                        .orElseThrow(() -> new IllegalArgumentException(
                                "is \"" + text + "\"; write a time such as 90s, 2m or 500ms")));
    }

    /** A setting whose kind is a choice between the constants of an enum. */
    public <E extends Enum<E>> E choice(Setting setting, Class<E> type) {
        return parsed(
                setting,
                text -> Arrays.stream(type.getEnumConstants())
                        .filter(constant -> Kind.Choice.word(constant).equals(text.toLowerCase(Locale.ROOT)))
                        .findFirst()
                        .orElseThrow(() -> new IllegalArgumentException("is \"" + text + "\"; it must be one of "
                                + String.join(", ", ((Kind.Choice) setting.kind()).values()))));
    }

    /**
     * The value of a setting that has a default.
     *
     * @param parser throws an IllegalArgumentException that goes on after the name of the variable
     */
    public <T> T parsed(Setting setting, Function<String, T> parser) {
        return given(setting, parser).orElseGet(() -> parser.apply(setting.byDefault()));
    }

    /**
     * The value of a setting without a default; empty when it is not set, or wrong, which is noted.
     *
     * @param parser throws an IllegalArgumentException that goes on after the name of the variable
     */
    public <T> Optional<T> given(Setting setting, Function<String, T> parser) {
        try {
            return text(setting).map(parser);
        } catch (IllegalArgumentException e) {
            problem(setting, String.valueOf(e.getMessage()));
            return Optional.empty();
        }
    }

    /** Notes a mistake, once; the text goes on after the name of the variable. */
    public void problem(Setting setting, String message) {
        String problem = setting.variable() + " " + message;
        if (!problems.contains(problem)) {
            problems.add(problem);
        }
    }
}
