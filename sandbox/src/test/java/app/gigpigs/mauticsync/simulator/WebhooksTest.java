package app.gigpigs.mauticsync.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The simulator loses webhooks where Mautic 5.1.0 was seen to lose them, and nowhere else. */
@Tag("slow")
class WebhooksTest {
    private final MauticSimulator mautic =
            MauticSimulator.start(SimulatorSettings.defaults().withVersion(MauticVersion.V5_1));
    private final Webhooks webhooks = mautic.webhooks();
    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.parse("2026-11-24T10:00:00Z"));
    private WebhookReceiver receiver;
    private long webhook;
    private long contact;
    private long stat;

    @BeforeEach
    void send_an_email() throws IOException {
        receiver = new WebhookReceiver();
        mautic.clock(now::get);
        webhook = webhooks.addWebhook(
                receiver.uri(), "secret", List.of(Triggers.OPEN, Triggers.HIT, Triggers.SUBSCRIPTION, "mautic.nosuch"));
        contact = mautic.addContact(Map.of("email", "one@example.test"));
        stat = mautic.mails()
                .send(mautic.mails().create("News", "Hello"), List.of(contact))
                .get(0);
    }

    @AfterEach
    void close() {
        mautic.close();
        receiver.close();
    }

    private void open(int times) {
        for (int i = 0; i < times; i++) {
            now.updateAndGet(instant -> instant.plusSeconds(1));
            mautic.people().open(stat);
        }
    }

    private List<Integer> openCounts() {
        return receiver.events(Triggers.OPEN).stream()
                .map(event -> event.get("stat").get("openCount").asInt())
                .toList();
    }

    private List<Integer> sizes() {
        return receiver.posts().stream()
                .map(post -> post.json().path(Triggers.OPEN).size())
                .toList();
    }

    @Test
    void each_event_is_a_post_of_its_own_when_sent_at_once() {
        open(3);

        assertThat(sizes()).containsExactly(1, 1, 1);
        assertThat(openCounts()).containsExactly(1, 2, 3);
    }

    @Test
    void a_rejected_or_unanswered_immediate_webhook_is_lost() {
        receiver.answers(500, WebhookReceiver.NO_RESPONSE, 302, 200);

        open(4);
        receiver.clear();
        mautic.processWebhooks();

        assertThat(receiver.posts()).isEmpty();
    }

    @Test
    void a_queue_waits_and_goes_out_in_chunks_of_ten() {
        webhooks.mode(Webhooks.Mode.QUEUE);
        open(23);
        assertThat(receiver.posts()).isEmpty();
        assertThat(webhooks.queued(webhook)).isEqualTo(23);

        assertThat(mautic.processWebhooks()).isEqualTo(23);

        assertThat(sizes()).containsExactly(10, 10, 3);
        assertThat(openCounts()).startsWith(1, 2, 3).endsWith(22, 23);
        assertThat(receiver.events(Triggers.OPEN).get(0).get("timestamp").asText())
                .as("when it was queued")
                .isEqualTo("2026-11-24T10:00:01+00:00");
        assertThat(webhooks.queued(webhook)).isZero();
    }

    @Test
    void a_chunk_is_grouped_by_kind_of_event() {
        webhooks.mode(Webhooks.Mode.QUEUE);
        open(1);
        mautic.people().click(stat, "https://example.test/a");
        open(1);
        mautic.people().unsubscribe(stat);

        mautic.processWebhooks();

        JsonNode body = receiver.posts().get(0).json();
        assertThat(body.path(Triggers.OPEN)).hasSize(2);
        assertThat(body.path(Triggers.HIT)).hasSize(1);
        assertThat(body.path(Triggers.SUBSCRIPTION)).hasSize(1);
    }

    @Test
    void a_rejected_chunk_is_lost_and_stops_the_run() {
        webhooks.mode(Webhooks.Mode.QUEUE);
        open(25);
        receiver.answers(500, 200);

        assertThat(mautic.processWebhooks()).isEqualTo(10);
        assertThat(webhooks.queued(webhook)).isEqualTo(15);
        receiver.clear();
        mautic.processWebhooks();

        assertThat(openCounts()).startsWith(11).endsWith(25).hasSize(15);
    }

    @Test
    void events_of_a_broken_connection_are_sent_again_in_other_chunks() {
        webhooks.mode(Webhooks.Mode.QUEUE);
        open(3);
        receiver.answers(WebhookReceiver.NO_RESPONSE, 200);

        assertThat(mautic.processWebhooks()).isZero();
        byte[] first = receiver.posts().get(0).body();
        receiver.clear();
        open(4);
        mautic.processWebhooks();

        assertThat(sizes()).containsExactly(7);
        assertThat(openCounts()).containsExactly(1, 2, 3, 4, 5, 6, 7);
        assertThat(receiver.posts().get(0).body()).isNotEqualTo(first);
    }

    @Test
    void status_410_unpublishes_the_webhook_at_once() {
        receiver.answers(410);

        open(1);

        assertThat(webhooks.published(webhook)).isFalse();
        receiver.clear();
        open(1);
        assertThat(receiver.posts()).isEmpty();
    }

    @Test
    void a_hundred_failures_switch_a_webhook_off_that_was_not_touched_for_two_days() {
        receiver.answers(500);
        open(100);
        assertThat(webhooks.published(webhook)).as("it is new").isTrue();

        now.updateAndGet(instant -> instant.plus(Duration.ofDays(3)));
        open(1);

        assertThat(webhooks.published(webhook)).isFalse();
    }

    @Test
    void a_bounce_of_an_unsubscribed_contact_changes_the_row_and_sends_nothing() {
        mautic.people().unsubscribe(stat);
        receiver.clear();

        mautic.people().bounce(stat);

        assertThat(receiver.posts()).isEmpty();
        assertThat(mautic.mails().sent().get(0).failed()).isTrue();
        assertThat(mautic.contact(contact).doNotContact().get(0).reason()).isEqualTo(1);
    }

    @Test
    void an_unsubscribe_after_a_bounce_or_a_manual_opt_out_keeps_the_entry_and_sends_nothing() {
        for (int reason : List.of(2, 3)) {
            long other = mautic.addContact(Map.of("email", reason + "@example.test"));
            long mail = mautic.mails()
                    .send(mautic.mails().create("News", "Hello"), List.of(other))
                    .get(0);
            mautic.doNotContact(other, reason);
            receiver.clear();

            mautic.people().unsubscribe(mail);

            assertThat(receiver.posts()).isEmpty();
            assertThat(mautic.contact(other).doNotContact().get(0).reason()).isEqualTo(reason);
        }
    }

    @Test
    void a_campaign_leaves_out_contacts_with_a_do_not_contact_entry() {
        long email = mautic.mails().create("More", "Hello again");
        mautic.unsubscribe(contact);
        long other = mautic.addContact(Map.of("email", "two@example.test"));

        List<Long> sent = mautic.mails().send(email, List.of(contact, other, 999L));

        assertThat(sent).hasSize(1);
        assertThat(mautic.mails().sent()).last().extracting(SentMail::contactId).isEqualTo(other);
    }

    @Test
    void a_click_on_an_unopened_email_counts_as_an_open_too() {
        mautic.people().click(stat, "https://example.test/a");
        mautic.people().click(stat, "https://example.test/a");

        assertThat(openCounts()).containsExactly(1);
        assertThat(receiver.events(Triggers.HIT)).hasSize(2);
    }

    @Test
    void a_visit_without_an_email_has_another_source() {
        mautic.people().visit(contact, "https://example.test/home");

        JsonNode hit = receiver.events(Triggers.HIT).get(0).get("hit");
        assertThat(hit.get("source").asText("none")).isNotEqualTo("email");
        assertThat(hit.get("email").isNull()).isTrue();
    }

    @Test
    void deliveries_are_lost_duplicated_and_delayed_as_configured_and_the_same_for_a_seed() {
        List<List<Integer>> runs = new ArrayList<>();
        for (int run = 0; run < 2; run++) {
            receiver.clear();
            webhooks.networkFaults(42, new NetworkFaults(0.2, 0.2, 0.2));
            int before = mautic.mails().sent().get(0).opens().size();
            open(100);
            int late = webhooks.sendHeldBack();
            assertThat(late).isBetween(8, 35);
            runs.add(openCounts().stream().map(count -> count - before).toList());
        }

        Set<Integer> distinct = new LinkedHashSet<>(runs.get(0));
        assertThat(distinct.size()).as("some are lost").isBetween(60, 95);
        assertThat(runs.get(0).size()).as("some come twice").isGreaterThan(distinct.size());
        assertThat(runs.get(0))
                .as("some come late")
                .isNotEqualTo(runs.get(0).stream().sorted().toList());
        assertThat(runs.get(1)).isEqualTo(runs.get(0));
    }

    @Test
    void eighteen_thousand_emails_and_forty_thousand_events_fit_into_little_memory() {
        webhooks.mode(Webhooks.Mode.QUEUE);
        List<Long> audience = new ArrayList<>();
        for (int i = 0; i < 18_000; i++) {
            audience.add(mautic.addContact(Map.of("email", "c" + i + "@example.test", "firstname", "Name " + i)));
        }
        long idle = used();
        List<Long> sent = mautic.mails().send(mautic.mails().create("Big", "Hello"), audience);
        assertThat(sent).hasSize(18_000);
        sent.subList(0, 14_000).forEach(mautic.people()::open);
        sent.subList(0, 12_000).forEach(id -> mautic.people().click(id, "https://example.test/a"));
        sent.subList(0, 14_000).forEach(mautic.people()::open);

        assertThat(webhooks.queued(webhook)).isEqualTo(40_000);
        assertThat(used() - idle).as("bytes").isLessThan(120_000_000);
    }

    private static long used() {
        System.gc();
        Runtime runtime = Runtime.getRuntime();
        return runtime.totalMemory() - runtime.freeMemory();
    }
}
