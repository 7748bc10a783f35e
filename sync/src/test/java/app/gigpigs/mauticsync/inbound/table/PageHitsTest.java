package app.gigpigs.mauticsync.inbound.table;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class PageHitsTest {
    private final Map<String, String> values = new HashMap<>(Map.of(
            "id", "5",
            "redirect_id", "3",
            "lead_id", "7",
            "email_id", "9",
            "source", "email",
            "source_id", "9",
            "url", "https://example.com/",
            "date_hit", "2026-03-01 12:00:00"));

    @Test
    void a_click_on_a_mail_that_was_deleted_since_is_the_same_click() {
        Row before = new Row(Map.copyOf(values));
        values.remove("email_id");
        Row after = new Row(Map.copyOf(values));

        assertThat(new PageHits().events(after))
                .isEqualTo(new PageHits().events(before))
                .containsOnlyKeys("click:5");
        assertThat(mail(after)).isEqualTo(mail(before)).isEqualTo(9);
    }

    @Test
    void a_visit_of_a_page_is_no_click() {
        values.remove("redirect_id");

        assertThat(new PageHits().events(new Row(values))).isEmpty();
    }

    private static long mail(Row row) {
        return new PageHits()
                .tableEvents(List.of(row))
                .get(0)
                .event()
                .apply(new ContactRef(7L, null, null))
                .details()
                .email()
                .id();
    }
}
