package app.gigpigs.mauticsync.mapping;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Mautic's names of countries and regions, and how people write them. Mautic takes only its own names, to the letter,
 * and its API does not tell them (seen on 5.1.0), so the list comes with this program. Pure after loading.
 */
public final class PlaceNames {
    /** Written form to names; more than one name is ambiguous. */
    private final Map<String, Set<String>> countries = new HashMap<>();
    /** Written form to country (null key: any) to names. */
    private final Map<String, Map<String, Set<String>>> states = new HashMap<>();

    private PlaceNames() {}

    /** Reads the lists from the class path. */
    public static PlaceNames load() {
        PlaceNames choices = new PlaceNames();
        for (String[] row : rows("mapping/mautic-choices.tsv")) {
            if (row[0].equals("country")) {
                choices.addCountry(row[1], row[1]);
            } else {
                choices.addState(row[2], row[2], row[1]);
            }
        }
        for (String[] row : rows("mapping/aliases.tsv")) {
            if (row[0].equals("country")) {
                choices.addCountry(row[1], row[2]);
            } else {
                choices.addState(row[1], row[2], row[3]);
            }
        }
        choices.addIsoCodes();
        return choices;
    }

    /** Mautic's name of a country, whatever usual way it is written in; empty when Mautic has none. */
    public Optional<String> country(String written) {
        return only(countries.getOrDefault(key(written), Set.of()));
    }

    /**
     * Mautic's name of a region. The country's own regions come first; without a country, or for a region that the
     * country does not have, the name must mean one region only (WA is in Australia and in the United States).
     *
     * @param country as written in the CRM, or null
     */
    public Optional<String> state(String written, @Nullable String country) {
        Map<String, Set<String>> byCountry = states.getOrDefault(key(written), Map.of());
        Optional<String> within = Optional.ofNullable(country)
                .flatMap(this::country)
                .flatMap(known -> only(byCountry.getOrDefault(known, Set.of())));
        if (within.isPresent()) {
            return within;
        }
        boolean abbreviation = written.strip().length() <= 3;
        boolean otherCountry = country != null && country(country).isPresent();
        if (abbreviation && otherCountry) {
            return Optional.empty(); // "NSW" in Germany is a mistake, not Australia
        }
        Set<String> anywhere = new LinkedHashSet<>();
        byCountry.values().forEach(anywhere::addAll);
        return only(anywhere);
    }

    private static Optional<String> only(Set<String> names) {
        return names.size() == 1 ? Optional.of(names.iterator().next()) : Optional.empty();
    }

    private void addCountry(String written, String name) {
        countries.computeIfAbsent(key(written), first -> new LinkedHashSet<>()).add(name);
    }

    private void addState(String written, String name, String country) {
        states.computeIfAbsent(key(written), first -> new HashMap<>())
                .computeIfAbsent(country, first -> new LinkedHashSet<>())
                .add(name);
    }

    private void addIsoCodes() {
        for (String code : Locale.getISOCountries()) {
            Locale locale = new Locale.Builder().setRegion(code).build();
            country(locale.getDisplayCountry(Locale.ENGLISH)).ifPresent(name -> {
                addCountry(code, name);
                addCountry(locale.getISO3Country(), name);
            });
        }
    }

    private static String key(String written) {
        return written.strip().replace(".", "").replaceAll("\\s+", " ").toLowerCase(Locale.ROOT);
    }

    private static List<String[]> rows(String resource) {
        try (InputStream in =
                        Objects.requireNonNull(PlaceNames.class.getClassLoader().getResourceAsStream(resource));
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
