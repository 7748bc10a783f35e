package app.gigpigs.mauticsync.mautic;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Mautic's tables as the client reads them. */
class StatsClientTest {
    private final MauticSimulator simulator = MauticSimulator.start(SimulatorSettings.defaults());
    private final SimulatorSettings settings = SimulatorSettings.defaults();
    private final Mautic mautic = new Mautic(
            new MauticSettings(
                    simulator.baseUri(),
                    new Credentials.Client(settings.clientId(), settings.clientSecret()),
                    Duration.ofSeconds(5)),
            (time, why) -> {},
            () -> Instant.parse("2026-01-01T00:00:00Z"));
    private Instant now = Instant.parse("2026-11-24T10:00:00Z");
    private final StatsApi stats = mautic.stats();

    @BeforeEach
    void click_three_times() {
        simulator.clock(() -> now);
        long contact = simulator.addContact(Map.of("email", "one@example.test"));
        long stat = simulator.mails().sendToContact(simulator.mails().create("News", "Hello"), contact);
        for (int i = 0; i < 3; i++) {
            simulator.people().click(stat, "https://example.test/a?b=1");
            now = now.plusSeconds(60);
        }
    }

    @AfterEach
    void close() {
        mautic.close();
        simulator.close();
    }

    private List<Long> ids(Select select) {
        return stats.rows(select).stream().map(row -> row.number("id")).toList();
    }

    @Test
    void several_conditions_hold_together_and_the_order_is_as_asked_for() {
        Select hits = Select.from("page_hits");

        assertThat(ids(hits.by("id"))).containsExactly(1L, 2L, 3L);
        assertThat(ids(hits.byDescending("id").limit(2))).containsExactly(3L, 2L);
        assertThat(ids(hits.by("id").start(1))).containsExactly(2L, 3L);
        assertThat(ids(hits.where("source", "eq", "email").where("id", "gt", 1).where("id", "lte", 2)))
                .containsExactly(2L);
        assertThat(ids(hits.where("date_hit", "gte", "2026-11-24 10:01:00").by("id")))
                .containsExactly(2L, 3L);
        assertThat(ids(hits.whereIn("id", List.of(3L, 1L, 99L)).by("id"))).containsExactly(1L, 3L);
        assertThat(ids(hits.whereIn(
                        "id", LongStream.range(1_000_000, 1_000_500).boxed().toList())))
                .isEmpty();
    }

    @Test
    void values_are_text_times_are_utc_and_what_is_null_is_not_there() {
        Row hit = stats.rows(Select.from("page_hits").by("id")).get(0);

        assertThat(hit.time("date_hit")).isEqualTo(Instant.parse("2026-11-24T10:00:00Z"));
        assertThat(hit.text("url")).isEqualTo("https://example.test/a?b=1");
        assertThat(hit.number("email_id")).isEqualTo(1);
        assertThat(hit.text("page_id")).isNull();
        assertThat(hit.number("url")).isNull();
        assertThat(hit.time("url")).isNull();
    }

    @Test
    void an_error_with_status_200_is_a_rejection_with_mautics_message() {
        assertThatThrownBy(() -> stats.rows(Select.from("page_hits").where("nosuch", "eq", 1)))
                .isInstanceOf(MauticRejected.class)
                .hasMessageContaining("page_hits")
                .hasMessageContaining("Unknown column 'e.nosuch'");
        assertThatThrownBy(() -> stats.rows(Select.from("nosuch_table")))
                .isInstanceOf(MauticRejected.class)
                .hasMessage("Mautic does not show its table nosuch_table: it has no table of that name");
    }
}
