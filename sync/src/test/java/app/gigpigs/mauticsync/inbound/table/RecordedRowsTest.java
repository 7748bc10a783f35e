package app.gigpigs.mauticsync.inbound.table;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.Receiver;
import app.gigpigs.mauticsync.inbound.event.Recording;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.inbound.webhook.WebhookSignature;
import app.gigpigs.mauticsync.inbound.webhook.Wire;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every recorded webhook, posted as its bytes with its own signature: the rows that follow, value by value. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RecordedRowsTest {
    /** Key, type, customer, contact, mail, link and time, read off the recordings; all others have no customer. */
    private static final Map<String, String> ROWS = new TreeMap<>(Map.ofEntries(
            row("email-open-1", "open:1:1795477842 open 1 25 1 - 2026-11-23T23:50:42"),
            row("email-open-second-1", "open:1:1795477843 open 1 25 1 - 2026-11-23T23:50:43"),
            row("email-click-2", "click:1 click 1 25 1 https://example.test/shop?x=1&y=2 2026-11-23T23:50:44"),
            row("email-unsubscribe-1", "dnc:7:1 unsubscribe 1 25 1 - 2026-11-23T23:50:45"),
            row("email-unsubscribe-oneclick-1", "dnc:12:1 unsubscribe - 21081 1 - 2026-11-24T00:07:21"),
            row("unsub-then-bounce-unsub-1", "dnc:11:1 unsubscribe 3 21080 1 - 2026-11-24T00:07:19"),
            row("email-resubscribe-1", "resubscribe:21080:1795478841 resubscribe 3 21080 - - 2026-11-24T00:07:21"),
            row("email-bounce-1", "dnc:8:2 bounce 2 26 1 - 2026-11-23T23:52:00"),
            row("bounce-then-unsub-bounce-1", "dnc:10:2 bounce - 21079 1 - 2026-11-24T00:07:17"),
            row("contact-delete-1", "deleted:21073 contact_deleted - 21073 - - 2026-11-24T00:06:34"),
            row("dnc-api-add-reason-1-1", "dnc:4:1 unsubscribe 1 25 - - 2026-11-23T23:50:03"),
            row("dnc-api-add-reason-2-1", "dnc:5:2 bounce 1 25 - - 2026-11-23T23:50:04"),
            row("dnc-api-remove-reason-1-1", "resubscribe:25:1795477803 resubscribe 1 25 - - 2026-11-23T23:50:03"),
            row("dnc-api-remove-reason-3-1", "resubscribe:25:1795477806 resubscribe 1 25 - - 2026-11-23T23:50:06")));

    private final InboundWorld world = new InboundWorld();
    private final Receiver receiver;
    private final Wire wire;

    RecordedRowsTest() {
        world.customer(1, "hook1@example.test");
        world.customer(2, "bounce1@example.test");
        world.link(world.customer(3, "elsewhere@example.test"), 21080);
        List<String> secrets =
                recordings().stream().map(Recording::secret).distinct().toList();
        receiver = world.receiver(secrets.toArray(String[]::new));
        wire = new Wire(receiver.port());
    }

    @AfterAll
    void close() {
        receiver.close();
        world.close();
    }

    static List<Recording> recordings() {
        return Recording.all();
    }

    private static Map.Entry<String, String> row(String recording, String row) {
        return Map.entry(recording, row);
    }

    /** Empties the tables and gives every customer this opt-in value. */
    private void resetWithOptIn(String optIn) {
        SmallCrm.execute(world.admin, """
                truncate mautic_sync.inbox, mautic_sync.bounce_report, mautic_sync.bounced_mail, mautic_sync.pending_event, mautic_sync.email_name,
                         public.customer_email_engagement, mautic_sync.consent_ledger, mautic_sync.outbox;
                update public.customer_profiles set marketing_opt_in = %s
                """.formatted(optIn));
    }

    @ParameterizedTest
    @MethodSource("recordings")
    void a_recording_becomes_its_row_and_no_other(Recording recording) {
        resetWithOptIn("true");

        assertThat(wire.post(recording.bytes(), "Webhook-Signature: " + recording.signature()))
                .isEqualTo(204);
        InboxProcessor.Result result = world.run.run();

        String row = ROWS.get(recording.name());
        assertThat(rows()).isEqualTo(row == null ? List.of() : List.of(row));
        assertThat(result).isEqualTo(new InboxProcessor.Result(1, 0, 0, row == null ? 0 : 1, 0));
        assertThat(
                        Rows.of(
                                world.admin,
                                "select right(id::text, 1) from public.customer_profiles where not marketing_opt_in order by 1"))
                .isEqualTo(
                        row == null || !row.contains(" unsubscribe ") || row.contains(" - 21081")
                                ? List.of()
                                : List.of(row.split(" ")[2]));
    }

    private List<String> rows() {
        return Rows.of(world.admin, """
                select concat_ws(' ', event_key, event_type, coalesce(right(customer_id::text, 1), '-'), mautic_contact_id,
                         coalesce(mautic_email_id, '-'), coalesce(link_url, '-'),
                         to_char(occurred_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS'))
                  from public.customer_email_engagement
                """);
    }

    @Test
    void no_recorded_webhook_is_an_opt_in() {
        resetWithOptIn("false");

        for (Recording recording : recordings()) {
            wire.post(recording.bytes(), "Webhook-Signature: " + recording.signature());
            world.run.run();
            assertThat(world.one("select count(*) from public.customer_profiles where marketing_opt_in is not false"))
                    .as("after %s", recording)
                    .isEqualTo("0");
        }
        assertThat(world.events()).hasSize(ROWS.size());
    }

    @Test
    void a_row_is_named_for_each_recording_that_is_there() {
        assertThat(recordings().stream().map(Recording::name)).containsAll(ROWS.keySet());
    }

    @Test
    void a_signed_body_with_a_changed_byte_is_rejected() {
        Recording smallest = recordings().stream()
                .min(java.util.Comparator.comparing(recording -> recording.bytes().length))
                .orElseThrow();
        for (Recording recording : recordings()) {
            int step = recording.equals(smallest) ? 1 : 199;
            byte[] body = recording.bytes();
            assertThat(WebhookSignature.matches(body, recording.signature(), List.of(recording.secret())))
                    .isTrue();
            for (int at = 0; at < body.length; at += step) {
                body[at] ^= 1;
                assertThat(WebhookSignature.matches(body, recording.signature(), List.of(recording.secret())))
                        .as("%s with byte %d changed", recording, at)
                        .isFalse();
                body[at] ^= 1;
            }
        }
    }
}
