package app.gigpigs.mauticsync.config;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Reads single values of the configuration; what is wrong with one is noted, and the reading goes on. */
public final class SettingReader {
    private final Map<String, String> environment;
    private final List<String> problems;
    private final UnaryOperator<String> meaning;

    /**
     * Notes mistakes in the given list.
     *
     * @param meaning what a missing variable is for, by its name
     */
    public SettingReader(Map<String, String> environment, List<String> problems, UnaryOperator<String> meaning) {
        this.environment = Map.copyOf(environment);
        this.problems = problems;
        this.meaning = meaning;
    }

    public int number(String name, int otherwise, int least, int most) {
        Integer number = parsed(name, text(name).orElse(String.valueOf(otherwise)), Integer::valueOf);
        if (number != null && (number < least || number > most)) {
            problems.add(name + " is " + number + "; it must be from " + least + " to " + most);
        }
        return number == null ? otherwise : number;
    }

    /** Takes 90s, 2m, 7d, 500ms or ISO-8601 (PT2M). */
    public Duration duration(String name, Duration otherwise) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            return otherwise;
        }
        return Durations.read(text.get()).orElseGet(() -> {
            problems.add(name + " is \"" + text.get() + "\"; write a time such as 90s, 2m or 500ms");
            return otherwise;
        });
    }

    public <T> @Nullable T parsed(String name, String text, Function<String, T> parser) {
        if (text.isEmpty()) {
            return null;
        }
        try {
            return parser.apply(text);
        } catch (NumberFormatException e) {
            problems.add(name + " is \"" + text + "\"; it must be a whole number");
        } catch (IllegalArgumentException e) {
            problems.add(name + " " + e.getMessage());
        }
        return null;
    }

    public String required(String name) {
        Optional<String> text = text(name);
        if (text.isEmpty()) {
            problems.add(name + " is not set; " + meaning.apply(name));
        }
        return text.orElse("");
    }

    public Optional<String> text(String name) {
        return Optional.ofNullable(environment.get(name)).map(String::strip).filter(value -> !value.isEmpty());
    }
}
