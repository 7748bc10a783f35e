package app.gigpigs.mauticsync.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What failed deliveries do, as seen on servers of the three versions. */
class WebhookFailuresTest extends VersionedSimulator {
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "V7_0")
    void the_first_failed_answer_unpublishes_a_webhook_that_was_only_created(MauticVersion version) throws Exception {
        long webhook = startWithWebhook(version);
        receiver.answers(500);

        int status = create("one@example.test");

        assertThat(status).isEqualTo(500);
        assertThat(mautic.contacts()).as("it is written").hasSize(1);
        assertThat(mautic.webhooks().published(webhook)).isFalse();
        assertThat(create("two@example.test")).isEqualTo(201);
        assertThat(receiver.posts()).hasSize(1);
    }

    @Test
    void a_batch_ends_at_the_contact_whose_webhook_failed() throws Exception {
        startWithWebhook(MauticVersion.V5_1);
        receiver.answers(500);

        int status = client.send(
                        "POST",
                        "/api/contacts/batch/new",
                        "[{\"email\":\"a@example.test\"},{\"email\":\"b@example.test\"}]")
                .statusCode();

        assertThat(status).isEqualTo(500);
        assertThat(mautic.contacts()).hasSize(1);
    }

    @Test
    void the_second_broken_connection_unpublishes_a_webhook_that_was_only_created() throws Exception {
        long webhook = startWithWebhook(MauticVersion.V5_1);
        receiver.answers(WebhookReceiver.NO_RESPONSE);

        assertThat(create("one@example.test")).isEqualTo(201);
        assertThat(create("two@example.test")).isEqualTo(500);

        assertThat(mautic.webhooks().published(webhook)).isFalse();
    }

    @ParameterizedTest
    @EnumSource
    void a_changed_webhook_is_protected_for_two_days(MauticVersion version) throws Exception {
        long webhook = startWithWebhook(version);
        client.call("PATCH", "/api/hooks/" + webhook + "/edit", Map.of("name", "again"));
        receiver.answers(500);

        for (int i = 0; i < 130; i++) {
            assertThat(create("c" + i + "@example.test")).isEqualTo(201);
        }
        assertThat(mautic.webhooks().published(webhook)).isTrue();
        now.updateAndGet(instant -> instant.plus(Duration.ofDays(3)));

        assertThat(create("late@example.test")).isEqualTo(500);
        assertThat(mautic.webhooks().published(webhook)).isFalse();
    }

    @Test
    void one_success_keeps_a_new_webhook_until_the_51st_failure() throws Exception {
        long webhook = startWithWebhook(MauticVersion.V5_1);
        create("good@example.test");
        receiver.answers(500);

        for (int i = 0; i < 51; i++) {
            assertThat(create("c" + i + "@example.test")).isEqualTo(i < 50 ? 201 : 500);
        }

        assertThat(mautic.webhooks().published(webhook)).isFalse();
    }

    @ParameterizedTest
    @CsvSource({"V4_4, 201", "V5_1, 201", "V7_0, 500"})
    void status_410_unpublishes_at_once(MauticVersion version, int status) throws Exception {
        long webhook = startWithWebhook(version);
        create("good@example.test");
        receiver.answers(410);

        assertThat(create("one@example.test")).isEqualTo(status);
        assertThat(mautic.webhooks().published(webhook)).isFalse();
    }

    @Test
    void a_queue_of_7_sends_rejected_events_again_after_newer_ones() throws Exception {
        startWithWebhook(MauticVersion.V7_0);
        mautic.webhooks().mode(Webhooks.Mode.QUEUE);
        create("good@example.test");
        mautic.processWebhooks();
        receiver.clear();
        create("deliv62@example.test");
        create("deliv63@example.test");
        receiver.answers(500, 200);
        mautic.processWebhooks();
        create("newer@example.test");

        mautic.processWebhooks();
        now.updateAndGet(instant -> instant.plus(Duration.ofHours(1)));
        mautic.processWebhooks();

        assertThat(receiver.posts())
                .extracting(post -> emails(post.json()))
                .containsExactly(
                        List.of("deliv62@example.test", "deliv63@example.test"),
                        List.of("newer@example.test"),
                        List.of("deliv62@example.test", "deliv63@example.test"));
    }

    @Test
    void a_queue_of_7_waits_while_the_webhook_is_unhealthy() throws Exception {
        long webhook = startWithWebhook(MauticVersion.V7_0);
        mautic.webhooks().mode(Webhooks.Mode.QUEUE);
        create("one@example.test");
        receiver.answers(WebhookReceiver.NO_RESPONSE, WebhookReceiver.NO_RESPONSE, 200);
        mautic.processWebhooks();
        mautic.processWebhooks();
        receiver.clear();

        mautic.processWebhooks();
        assertThat(receiver.posts()).isEmpty();
        assertThat(mautic.webhooks().queued(webhook)).isEqualTo(1);
        now.updateAndGet(instant -> instant.plus(Duration.ofMinutes(5)));
        mautic.processWebhooks();

        assertThat(receiver.posts()).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"V5_1, 1", "V7_0, 0"})
    void version_7_sends_nothing_to_a_private_address_without_permission(MauticVersion version, int sent)
            throws Exception {
        startWithWebhook(version);
        mautic.webhooks().forbidPrivateAddresses();

        assertThat(create("one@example.test")).isEqualTo(201);

        assertThat(receiver.posts()).hasSize(sent);
        JsonNode log = client.get("/api/stats/webhook_logs").get("stats").get(0);
        assertThat(log.get("status_code").asText()).isEqualTo(sent == 1 ? "200" : "N/A");
    }

    /** A webhook that was only created, by the API. */
    private long startWithWebhook(MauticVersion version) throws Exception {
        start(version);
        return client.call(
                        "POST",
                        "/api/hooks/new",
                        Map.of(
                                "name",
                                "fresh",
                                "webhookUrl",
                                receiver.uri().toString(),
                                "secret",
                                "s",
                                "triggers",
                                List.of(Triggers.NEW)))
                .get("hook")
                .get("id")
                .asLong();
    }

    private int create(String email) throws Exception {
        return client.send("POST", "/api/contacts/new", "{\"email\":\"" + email + "\"}")
                .statusCode();
    }

    private static List<String> emails(JsonNode body) {
        return body.get(Triggers.NEW).findValues("email").stream()
                .map(field -> field.get("value").asText())
                .toList();
    }
}
