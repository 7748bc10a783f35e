package app.gigpigs.mauticsync.app;

import app.gigpigs.mauticsync.consent.ConsentSettings;
import app.gigpigs.mauticsync.consent.ConsentSettings.DeletedCustomers;
import app.gigpigs.mauticsync.consent.ConsentSettings.Reconsent;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The part of the configuration that is about consent. */
final class ConsentConfig {
    private final Function<String, Optional<String>> text;
    private final List<String> problems;

    ConsentConfig(Function<String, Optional<String>> text, List<String> problems) {
        this.text = text;
        this.problems = problems;
    }

    ConsentSettings settings() {
        ConsentSettings usual = ConsentSettings.DEFAULT;
        return new ConsentSettings(
                Optional.ofNullable(key()),
                choice(Config.DELETED_CUSTOMERS, usual.deleted(), DeletedCustomers.values()),
                choice(Config.RECONSENT, usual.reconsent(), Reconsent.values()));
    }

    private @Nullable HashKey key() {
        try {
            return text.apply(Config.HASH_KEY).map(HashKey::of).orElse(null);
        } catch (IllegalArgumentException e) {
            problems.add(Config.HASH_KEY + " " + e.getMessage());
            return null;
        }
    }

    private <E extends Enum<E>> E choice(String name, E otherwise, E[] choices) {
        Optional<String> chosen = text.apply(name);
        return chosen.flatMap(word -> Arrays.stream(choices)
                        .filter(one -> written(one).equals(word.toLowerCase(Locale.ROOT)))
                        .findFirst())
                .orElseGet(() -> {
                    chosen.ifPresent(wrong -> problems.add(name + " is \"" + wrong + "\"; it must be one of "
                            + Arrays.stream(choices).map(ConsentConfig::written).collect(Collectors.joining(", "))));
                    return otherwise;
                });
    }

    private static String written(Enum<?> choice) {
        return choice.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
