package app.gigpigs.mauticsync.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The statistics API as a cursor sees it. */
class StatsTest {
    private static final String BY_ID =
            "&order[0][col]=id&order[0][dir]=asc&where[0][col]=id&where[0][expr]=gt&where[0][val]=";

    private final MauticSimulator mautic =
            MauticSimulator.start(SimulatorSettings.defaults().withVersion(MauticVersion.V5_1));
    private final SimulatorClient client = new SimulatorClient(mautic, SimulatorSettings.defaults());
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T10:00:00Z"));
    private long email;
    private long contact;
    private long stat;

    @BeforeEach
    void send_an_email() {
        mautic.clock(now::get);
        email = mautic.mails().create("News", "Hello");
        contact = mautic.addContact(Map.of("email", "one@example.test"));
        stat = mautic.mails().send(email, List.of(contact)).get(0);
    }

    @AfterEach
    void close() {
        mautic.close();
    }

    private List<String> ids(String table, String query) throws Exception {
        List<String> ids = new ArrayList<>();
        client.get("/api/stats/" + table + "?" + query)
                .get("stats")
                .forEach(row -> ids.add(row.get("id").asText()));
        return ids;
    }

    private JsonNode first(String table) throws Exception {
        return client.get("/api/stats/" + table).get("stats").path(0);
    }

    @Test
    void a_cursor_walks_a_hundred_thousand_rows_without_copying_them_each_time() throws Exception {
        Table<Integer> table =
                new Table<>(row -> row, Table.Columns.<Integer>none().with("id", row -> row));
        for (int i = 1; i <= 100_000; i++) {
            table.add(i);
        }
        long started = System.nanoTime();
        long seen = 0;
        for (int last = 0; last < 100_000; last += 100) {
            Answer page = table.answer(Query.of(
                    Map.of("where[0][col]", "id", "where[0][expr]", "gt", "where[0][val]", String.valueOf(last))));
            seen += new com.fasterxml.jackson.databind.ObjectMapper()
                    .readTree(page.body())
                    .get("stats")
                    .size();
        }

        assertThat(seen).isEqualTo(100_000);
        // A thousand pages; each scan of all rows alone would take longer than its share of this.
        assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void a_row_that_commits_late_appears_below_the_cursor() throws Exception {
        for (int i = 0; i < 3; i++) {
            mautic.people().click(stat, "https://example.test/a");
        }
        mautic.holdBack("page_hits", 2);
        assertThat(ids("page_hits", "limit=10" + BY_ID + "0")).containsExactly("1", "3");

        mautic.commit("page_hits");

        assertThat(ids("page_hits", "limit=10" + BY_ID + "0")).containsExactly("1", "2", "3");
        assertThat(ids("page_hits", "limit=10" + BY_ID + "3")).isEmpty();
    }

    @Test
    void deleting_a_contact_deletes_its_opens_and_keeps_its_sent_mails() throws Exception {
        mautic.people().open(stat);
        mautic.people().click(stat, "https://example.test/a");
        mautic.people().unsubscribe(stat);
        assertThat(ids("email_stats_devices", "")).hasSize(1);
        assertThat(ids("lead_donotcontact", "")).hasSize(1);

        mautic.deleteContact(contact);
        mautic.people().open(stat);

        assertThat(ids("email_stats_devices", "")).isEmpty();
        assertThat(ids("lead_donotcontact", "")).isEmpty();
        assertThat(first("email_stats").get("open_count").asText()).isEqualTo("2");
        assertThat(first("email_stats").has("lead_id")).as("NULL is left out").isFalse();
        assertThat(first("page_hits").get("email_id").asText()).isEqualTo(String.valueOf(email));
        assertThat(first("page_hits").has("lead_id")).isFalse();
    }

    @Test
    void a_removed_do_not_contact_entry_is_deleted_and_the_next_has_a_new_id() throws Exception {
        mautic.people().unsubscribe(stat);
        String before = first("lead_donotcontact").get("id").asText();

        mautic.people().resubscribe(stat);
        assertThat(ids("lead_donotcontact", "")).isEmpty();
        mautic.people().oneClickUnsubscribe(stat);

        assertThat(first("lead_donotcontact").get("id").asLong()).isGreaterThan(Long.parseLong(before));
    }

    @Test
    void the_total_is_that_of_the_filter_and_a_hundred_rows_are_the_usual_page() throws Exception {
        mautic.mails().send(email, java.util.Collections.nCopies(149, contact));

        JsonNode all = client.get("/api/stats/email_stats");
        JsonNode some = client.get("/api/stats/email_stats?limit=10" + BY_ID + "100");

        assertThat(all.get("total").asText()).isEqualTo("150");
        assertThat(all.get("stats")).hasSize(100);
        assertThat(some.get("total").asText()).isEqualTo("50");
        assertThat(some.get("stats")).hasSize(10);
        assertThat(some.get("stats").get(0).get("id").asText()).isEqualTo("101");
    }

    @Test
    void a_comparison_with_null_never_holds() throws Exception {
        String read = "where[0][col]=date_read&where[0][val]=2020-01-01&where[0][expr]=";
        assertThat(ids("email_stats", read + "gte")).isEmpty();
        assertThat(ids("email_stats", read + "lte")).isEmpty();

        mautic.people().open(stat);

        assertThat(ids("email_stats", read + "gte")).hasSize(1);
    }

    @Test
    void an_unknown_column_to_order_by_is_an_error_with_status_200() throws Exception {
        JsonNode answer = client.get("/api/stats/email_stats?order[0][col]=nosuch");

        assertThat(answer.has("stats")).isFalse();
        assertThat(answer.get("errors").get(0).get("message").asText()).contains("nosuch");
    }

    @Test
    void rows_come_in_the_order_asked_for() throws Exception {
        for (int i = 0; i < 3; i++) {
            now.updateAndGet(instant -> instant.minusSeconds(60));
            mautic.people().click(stat, "https://example.test/a");
        }

        assertThat(ids("page_hits", "order[0][col]=date_hit&order[0][dir]=asc")).containsExactly("3", "2", "1");
        assertThat(ids("page_hits", "order[0][col]=id&order[0][dir]=desc&limit=2"))
                .containsExactly("3", "2");
    }
}
