package app.gigpigs.mauticsync.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PlaceNamesTest {
    private static final PlaceNames CHOICES = PlaceNames.load();

    @ParameterizedTest
    @CsvSource({
        "Australia,Australia",
        "AU,Australia",
        "australia,Australia",
        "' AUSTRALIA ',Australia",
        "AUS,Australia",
        "UK,United Kingdom",
        "U.K.,United Kingdom",
        "GB,United Kingdom",
        "USA,United States",
        "U.S.A.,United States",
        "Viet Nam,Vietnam",
        "VN,Vietnam",
        "Russian Federation,Russia",
        "NZ,New Zealand",
        "Curaçao,Curaçao",
        "CI,Ivory Coast"
    })
    void a_country_is_known_by_its_usual_names(String written, String name) {
        assertThat(CHOICES.country(written)).contains(name);
    }

    @ParameterizedTest
    @CsvSource({"Atlantis", "XX", "-"})
    void an_unknown_country_is_left_out(String written) {
        assertThat(CHOICES.country(written)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "NSW,AU,New South Wales", "nsw,,New South Wales", "N.S.W.,Australia,New South Wales", "WA,AU,Western Australia",
        "WA,USA,Washington", "NT,Canada,Northwest Territories", "Victoria,australia,Victoria", "otago,NZ,Otago",
        "new south wales,,New South Wales", "ON,CA,Ontario", "Kent,UK,Kent"
    })
    void a_state_is_known_within_its_country(String written, String country, String name) {
        assertThat(CHOICES.state(written, country)).contains(name);
    }

    @ParameterizedTest
    @CsvSource({"WA,", "NT,", "XX,AU", "NSW,Germany"})
    void an_ambiguous_or_unknown_state_is_left_out(String written, String country) {
        assertThat(CHOICES.state(written, country)).isEmpty();
    }

    @Test
    void only_names_that_mautic_accepts_are_ever_given() throws IOException {
        Set<String> countries = accepted("country", 1);
        Set<String> regions = accepted("region", 2);
        for (String[] alias : rows("mapping/aliases.tsv")) {
            assertThat(alias[0].equals("country") ? countries : regions)
                    .as(alias[1])
                    .contains(alias[2]);
        }
    }

    @Test
    void nearly_every_iso_country_has_a_name_in_mautic() {
        List<String> without = Arrays.stream(Locale.getISOCountries())
                .filter(code -> CHOICES.country(code).isEmpty())
                .toList();
        assertThat(without).containsExactlyInAnyOrder("AS", "CC", "CX", "FO", "IO", "NF", "SX", "TF", "UM");
    }

    private static Set<String> accepted(String kind, int column) throws IOException {
        return rows("mapping/mautic-choices.tsv").stream()
                .filter(row -> row[0].equals(kind))
                .map(row -> row[column])
                .collect(Collectors.toSet());
    }

    private static List<String[]> rows(String resource) throws IOException {
        try (var in =
                Objects.requireNonNull(PlaceNamesTest.class.getClassLoader().getResourceAsStream(resource))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> line.split("\t", -1))
                    .toList();
        }
    }
}
