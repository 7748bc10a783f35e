package app.gigpigs.mauticsync.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Differences of the versions that one exchange does not show, as seen on servers of the three. */
class VersionsTest extends VersionedSimulator {
    /** The webhook tells the new status in every version; only 7.0 stores it, under the old id, with a new time. */
    @ParameterizedTest
    @CsvSource({
        "V4_4, 3, 1, unsubscribed, 3",
        "V5_1, 3, 1, unsubscribed, 3",
        "V7_0, 3, 1, unsubscribed, 1",
        "V5_1, 2, 3, manual, 2",
        "V7_0, 2, 3, manual, 3",
        "V4_4, 1, 3, , 1",
        "V5_1, 1, 3, , 1",
        "V7_0, 1, 3, , 1",
        "V5_1, 3, 3, , 3",
        "V7_0, 3, 3, , 3"
    })
    void a_second_do_not_contact(MauticVersion version, int first, int second, String told, int stored)
            throws Exception {
        start(version);
        long contact = mautic.addContact(Map.of("email", "a@example.test"));
        doNotContact(contact, first);
        JsonNode before = row();
        now.updateAndGet(instant -> instant.plusSeconds(10));
        listenTo(Triggers.SUBSCRIPTION);

        doNotContact(contact, second);

        assertThat(receiver.events())
                .extracting(event -> event.payload().get("old_status").asText() + ">"
                        + event.payload().get("new_status").asText())
                .isEqualTo(told == null ? List.of() : List.of("contactable>" + told));
        assertThat(row().get("reason").asInt()).isEqualTo(stored);
        assertThat(row().get("id")).isEqualTo(before.get("id"));
        assertThat(row().get("date_added").equals(before.get("date_added"))).isEqualTo(stored == first);
    }

    @ParameterizedTest
    @EnumSource
    void the_unsubscribe_link_leaves_another_entry_and_tells_no_status(MauticVersion version) throws Exception {
        start(version);
        long contact = mautic.addContact(Map.of("email", "a@example.test"));
        long stat = mautic.mails().sendToContact(mautic.mails().create("E", "Hello"), contact);
        doNotContact(contact, 3);
        listenTo(Triggers.SUBSCRIPTION);

        mautic.people().unsubscribe(stat);

        assertThat(receiver.posts()).isEmpty();
        assertThat(row().get("reason").asText()).isEqualTo("3");
    }

    /** 4.4: the older one stays; webhooks tell points, the one that stays, and the other's end. */
    @Test
    void version_4_merges_the_contacts_of_an_edit() throws Exception {
        start(MauticVersion.V4_4);
        mautic.addContact(1, Map.of("email", "old@example.test", "supabase_id", "o", "city", "Oldtown"));
        now.updateAndGet(instant -> instant.plusSeconds(3));
        mautic.addContact(2, Map.of("email", "new@example.test", "supabase_id", "n", "points", 3));
        doNotContact(2, 1);
        listenTo(Triggers.POINTS, Triggers.UPDATED, Triggers.DELETED);

        JsonNode answer = client.call(
                "PATCH", "/api/contacts/2/edit", Map.of("email", "old@example.test", "firstname", "Patched"));

        assertThat(answer.get("contact").get("id").asLong()).isEqualTo(1);
        assertThat(mautic.contacts()).hasSize(1);
        SimulatedContact left = mautic.contacts().get(0);
        assertThat(List.of(left.text("firstname"), left.text("supabase_id"), left.text("city")))
                .containsExactly("Patched", "n", "Oldtown");
        assertThat(left.doNotContact()).isEmpty();
        assertThat(receiver.events())
                .extracting(WebhookReceiver.Event::trigger)
                .containsExactly(Triggers.POINTS, Triggers.UPDATED, Triggers.DELETED);
        assertThat(client.get("/api/contacts/2").get("contact").get("id").asLong())
                .isEqualTo(1);
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V4_4")
    void later_versions_reject_such_an_edit(MauticVersion version) throws Exception {
        start(version);
        mautic.addContact(1, Map.of("email", "old@example.test"));
        mautic.addContact(2, Map.of("email", "new@example.test"));

        int status = client.send("PATCH", "/api/contacts/2/edit", "{\"email\":\"old@example.test\"}")
                .statusCode();

        assertThat(status).isEqualTo(422);
        assertThat(mautic.contacts()).hasSize(2);
    }

    /** Two losers of one winner: 7.0 finds it under the one that was merged last. */
    @ParameterizedTest
    @CsvSource({"V4_4, '[404, 404]'", "V5_1, '[404, 404]'", "V7_0, '[404, 200]'"})
    void a_batch_by_two_losers_of_one_winner(MauticVersion version, String codes) throws Exception {
        start(version);
        for (long id = 1; id <= 3; id++) {
            mautic.addContact(id, Map.of("email", "c" + id + "@example.test"));
        }
        mautic.people().merge(2, 1);
        mautic.people().merge(3, 1);

        JsonNode answer = client.call(
                "PATCH",
                "/api/contacts/batch/edit",
                List.of(Map.of("id", 2, "city", "two"), Map.of("id", 3, "city", "three")));

        List<Integer> found = new ArrayList<>();
        answer.get("statusCodes").forEach(code -> found.add(code.asInt()));
        assertThat(found).hasToString(codes);
        assertThat(mautic.contacts().get(0).text("city")).isEqualTo(version == MauticVersion.V7_0 ? "three" : null);
    }

    @Test
    void version_7_never_changes_the_date_of_a_contact() throws Exception {
        start(MauticVersion.V7_0);
        long contact = mautic.addContact(Map.of("email", "a@example.test"));
        now.updateAndGet(instant -> instant.plusSeconds(10));

        JsonNode changed = client.call("PATCH", "/api/contacts/" + contact + "/edit", Map.of("city", "Perth"))
                .get("contact");

        assertThat(changed.get("dateModified").asText()).isEqualTo("2026-11-26T00:00:00+00:00");
    }

    /** By the date of the last change 7.0 finds new contacts and no changed ones, the others the other way round. */
    @ParameterizedTest
    @CsvSource({"V4_4, 1", "V5_1, 1", "V7_0, 2"})
    void contacts_by_the_date_of_their_change(MauticVersion version, long found) throws Exception {
        start(version);
        mautic.addContact(1, Map.of("email", "changed@example.test"));
        now.updateAndGet(instant -> instant.plusSeconds(10));
        mautic.setValue(1, "city", "Perth");
        mautic.addContact(2, Map.of("email", "new@example.test"));

        JsonNode answer = client.get("/api/contacts?where[0][col]=date_modified&where[0][expr]=gte"
                + "&where[0][val]=2026-11-26%2000%3A00%3A05&orderBy=date_modified&orderByDir=asc");

        assertThat(answer.get("contacts").fieldNames()).toIterable().containsExactly(String.valueOf(found));
        assertThat(client.get("/api/contacts?where[0][col]=date_added&where[0][expr]=gte"
                                + "&where[0][val]=2026-11-26%2000%3A00%3A05")
                        .get("contacts")
                        .fieldNames())
                .toIterable()
                .containsExactly("2");
    }

    @ParameterizedTest
    @CsvSource({"V4_4, false", "V5_1, true", "V7_0, true"})
    void there_are_segment_webhooks_since_5(MauticVersion version, boolean told) throws Exception {
        start(version);
        long contact = mautic.addContact(Map.of("email", "a@example.test"));
        mautic.addSegment("S", "s", "[]");
        listenTo(Triggers.SEGMENT);

        mautic.join("s", contact);

        assertThat(!receiver.posts().isEmpty()).isEqualTo(told);
    }

    private void listenTo(String... triggers) {
        mautic.webhooks().addWebhook(receiver.uri(), "s3cr3t-test", List.of(triggers));
    }

    private void doNotContact(long id, int reason) throws Exception {
        client.call(
                "POST", "/api/contacts/" + id + "/dnc/email/add", Map.of("reason", reason, "comments", "r" + reason));
    }

    private JsonNode row() throws Exception {
        return client.get("/api/stats/lead_donotcontact").get("stats").get(0);
    }
}
