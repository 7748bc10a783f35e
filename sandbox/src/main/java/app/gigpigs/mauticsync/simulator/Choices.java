package app.gigpigs.mauticsync.simulator;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** The names that a version accepts in the fields country and state. The resource holds those of 5.1. */
record Choices(Set<String> countries, Set<String> regions) {
    private static final Map<String, String> IN_7_0 = Map.of("Turkey", "Türkiye", "Fukusima", "Fukushima");

    private static final Map<String, String> IN_4_4 = Map.ofEntries(
            Map.entry("Eswatini", "Swaziland"),
            Map.entry("La Réunion", "Réunion"),
            Map.entry("Val-d'Oise", "Val d'Oise"),
            Map.entry("Baden-Württemberg", "Baden-Wuerttemberg"),
            Map.entry("Thüringen", "Thueringen"),
            Map.entry("Niederösterreich", "Niederosterreich"),
            Map.entry("Oberösterreich", "Oberosterreich"),
            Map.entry("Uttarakhand", "Uttaranchal"),
            Map.entry("Genève", "Geneva"),
            Map.entry("Graubünden", "Graubunden"),
            Map.entry("Neuchâtel", "Neuchatel"),
            Map.entry("St. Gallen", "Sankt Gallen"),
            Map.entry("Zürich", "Zurich"));

    /** Country and region. */
    private static final Set<String> NOT_IN_4_4 = Set.of(
            "Argentina La Rioja",
            "France Guadeloupe",
            "France Guyane",
            "France Haute-Marne",
            "France Martinique",
            "France Mayotte",
            "France Nord",
            "Switzerland Jura");

    private static final Map<MauticVersion, Choices> ALL = new EnumMap<>(MauticVersion.class);

    static {
        for (MauticVersion version : MauticVersion.values()) {
            ALL.put(version, new Choices(new HashSet<>(), new HashSet<>()));
        }
        load();
    }

    static Choices of(MauticVersion version) {
        return Objects.requireNonNull(ALL.get(version));
    }

    private static void load() {
        try (var in = Objects.requireNonNull(
                        Choices.class.getClassLoader().getResourceAsStream("simulator/choices.tsv"));
                var reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            reader.lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .forEach(row -> ALL.forEach((version, choices) -> choices.add(version, row)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void add(MauticVersion version, String[] row) {
        if (row[0].equals("country")) {
            countries.add(name(version, row[1]));
        } else if (known(version, row[1], row[2])) {
            regions.add(name(version, row[2]));
        }
    }

    private static String name(MauticVersion version, String name) {
        return switch (version) {
            case V4_4 -> IN_4_4.getOrDefault(name, name);
            case V5_1 -> name;
            case V7_0 -> IN_7_0.getOrDefault(name, name);
        };
    }

    private static boolean known(MauticVersion version, String country, String region) {
        return version != MauticVersion.V4_4
                || (!country.equals("Liechtenstein") && !NOT_IN_4_4.contains(country + " " + region));
    }
}
