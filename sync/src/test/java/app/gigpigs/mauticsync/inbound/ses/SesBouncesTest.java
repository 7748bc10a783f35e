package app.gigpigs.mauticsync.inbound.ses;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.engagement.ApplyResult;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier;
import app.gigpigs.mauticsync.inbound.engagement.EventSource;
import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import app.gigpigs.mauticsync.inbound.event.SentMail;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SesBouncesTest {
    private static final String HASH = "6b04d1572404c573296790";
    private static final Instant SENT = Instant.parse("2026-11-20T07:58:00Z");

    private static InboundWorld crm;

    private final EventApplier applier = new EventApplier(CrmSides.of(CrmNames.DEFAULT));
    private CustomerId customer = new CustomerId("00000000-0000-0000-0000-000000000000");
    private int messages;

    @BeforeAll
    static void open() {
        crm = new InboundWorld();
    }

    @AfterAll
    static void close() {
        crm.close();
    }

    @BeforeEach
    void reset() {
        crm.empty();
        customer = crm.customer(1, "a@example.com");
    }

    /** A message of SNS with this content arrives and is processed. */
    private InboxProcessor.Result ses(String message) {
        crm.inbox.addOnce("id-" + ++messages, SesBody.of(message).orElseThrow(), Map.of());
        return crm.run.run();
    }

    private static String permanent(String mail) {
        return SesMessages.bounce("Permanent", "General", mail, "a@example.com");
    }

    private static String full(String mail) {
        return SesMessages.bounce("Transient", "MailboxFull", mail, "a@example.com");
    }

    /** Mautic's row of a failed mail, which catch-up finds. */
    private static Event.Bounce stat(long id, long email, Instant sent, String hash) {
        return new Event.Bounce(
                id,
                new SentMail(null, hash, sent),
                new EventDetails(
                        new ContactRef(9L, null, "a@example.com"),
                        new EmailRef(email, null, null),
                        sent.plusSeconds(200),
                        "{}"));
    }

    private ApplyResult mautic(Event.Recorded event) {
        return crm.jdbi.inTransaction(handle -> applier.apply(handle, event, EventSource.CATCH_UP));
    }

    /** A do-not-contact entry, as a webhook brings it. */
    private static String entry(long id, String comment, String channelId) {
        return """
                {"mautic.lead_channel_subscription_changed":[{"channel":"email","new_status":"bounced",
                 "timestamp":"2026-11-20T08:01:00+00:00","contact":{"id":9,"fields":{"core":{"email":{"value":"A@example.com"}}},
                 "doNotContact":[{"id":%d,"reason":2,"comments":"%s","channel":"email","channelId":%s}]}}]}
                """.formatted(id, comment, channelId);
    }

    private static List<String> rows() {
        return Rows.of(crm.admin, """
                select event_type || ' ' || source from public.customer_email_engagement order by event_key
                """);
    }

    @ParameterizedTest
    @CsvSource({
        "Permanent, General, 1 false, bounce",
        "Permanent, NoEmail, 1 false, bounce",
        "Permanent, Suppressed, 1 false, bounce",
        "Permanent, OnAccountSuppressionList, 1 false, bounce",
        "Transient, MailboxFull, 1 true, bounce",
        "Transient, General, 0 true, soft_bounce",
        "Transient, MessageTooLarge, 0 true, soft_bounce",
        "Transient, ContentRejected, 0 true, soft_bounce",
        "Transient, AttachmentRejected, 0 true, soft_bounce",
        "Undetermined, Undetermined, 0 true, soft_bounce",
        "Something, New, 0 true, soft_bounce"
    })
    void the_kind_of_a_bounce_decides_what_it_counts(String type, String subType, String count, String event) {
        for (String shape : List.of(SesMessages.NOTIFICATION, SesMessages.EVENT)) {
            String headers = SesMessages.header("X-EMAIL-ID", "6");
            String mail = SesMessages.mail("m-1", "2026-11-20T07:59:00.000Z", headers, "a@example.com");

            ses(SesMessages.bounceIn(shape, type, subType, mail, "a@example.com"));

            assertThat(crm.bounces(customer)).isEqualTo(count);
            assertThat(rows()).containsExactly(event + " ses");
            assertThat(crm.wantsMails(customer)).isTrue();
        }
        assertThat(crm.one("select occurred_at at time zone 'UTC' || ' ' || mautic_email_id"
                        + " from public.customer_email_engagement"))
                .isEqualTo("2026-11-20 08:00:00.123 6");
    }

    @Test
    void three_full_mailboxes_make_an_address_invalid() {
        List<String> counted = new ArrayList<>();
        for (int i = 1; i <= 3; i++) {
            ses(full("m-" + i));
            counted.add(crm.bounces(customer));
        }

        assertThat(counted).containsExactly("1 true", "2 true", "3 false");
    }

    @ParameterizedTest
    @CsvSource({
        "abuse, true",
        "fraud, true",
        "virus, true",
        "auth-failure, true",
        "other, true",
        "'', true",
        "not-spam, false"
    })
    void a_complaint_is_an_opt_out_unless_it_says_the_opposite(String kind, boolean optedOut) {
        for (String shape : List.of(SesMessages.NOTIFICATION, SesMessages.EVENT)) {
            ses(SesMessages.complaint(shape, kind, "m-1", "Jane <A@Example.com>"));

            assertThat(crm.wantsMails(customer)).isEqualTo(!optedOut);
            assertThat(rows()).isEqualTo(optedOut ? List.of("complaint ses") : List.of());
            assertThat(crm.bounces(customer)).isEqualTo("0 true");
        }
    }

    @Test
    void the_unsubscribe_link_of_ses_is_an_opt_out_when_it_is_for_all_topics() {
        ses(SesMessages.subscription("{\"unsubscribeAll\":false,\"topicSubscriptionStatus\":[]}", "a@example.com"));
        assertThat(crm.wantsMails(customer)).isTrue();

        ses(SesMessages.subscription("{\"unsubscribeAll\":true}", "a@example.com"));
        assertThat(crm.wantsMails(customer)).isFalse();
        assertThat(rows()).containsExactly("unsubscribe ses");
    }

    @Test
    void a_message_may_be_about_several_recipients() {
        CustomerId second = crm.customer(2, "b@example.com");
        CustomerId third = crm.customer(3, "c@example.com");
        String message = SesMessages.bounce("Permanent", "General", "m-1", "a@example.com", "B@example.com ");

        InboxProcessor.Result first = ses(message);
        InboxProcessor.Result again = ses(message);

        assertThat(first.events() + " " + again.events() + " " + again.known()).isEqualTo("2 0 2");
        assertThat(crm.bounces(customer)).isEqualTo("1 false");
        assertThat(crm.bounces(second)).isEqualTo("1 false");
        assertThat(crm.bounces(third)).isEqualTo("0 true");
    }

    @Test
    void the_same_feedback_in_another_message_counts_once() {
        ses(full("m-1"));
        ses(full("m-1"));
        ses(full("m-1").replace("feedback-of-m-1", "another-feedback"));

        assertThat(crm.bounces(customer)).isEqualTo("1 true");
        assertThat(rows()).containsExactly("bounce ses");
    }

    @Test
    void a_second_report_of_a_mail_that_says_permanent_makes_the_address_invalid_and_counts_no_more() {
        ses(full("m-1"));
        ses(permanent("m-1").replace("feedback-of-m-1", "another-feedback"));

        assertThat(crm.bounces(customer)).isEqualTo("1 false");
        crm.admin.useHandle(handle -> handle.execute("update public.customer_emails set is_valid = true"));
        ses(permanent("m-1").replace("feedback-of-m-1", "third-feedback"));
        assertThat(crm.bounces(customer)).as("somebody corrected the flag").isEqualTo("1 true");
    }

    @Test
    void a_message_that_is_not_understood_waits_for_a_person() {
        ses(
                "{\"notificationType\":\"Bounce\",\"bounce\":{\"bounceType\":\"Permanent\"},\"mail\":{\"messageId\":\"m-1\"}}");
        ses(SesMessages.bounce("Permanent", "General", "m-2", "nobody"));

        assertThat(crm.one("select count(*) || ' ' || max(last_error) from mautic_sync.inbox where state = 'dead'"))
                .isEqualTo("2 1 of 1 events could not be read: a bounce without recipient or ids");
    }

    @Test
    void only_what_concerns_the_recipient_is_kept() {
        String headers =
                SesMessages.header("X-EMAIL-ID", "6") + "," + SesMessages.header("Subject", "A private matter");
        String mail = SesMessages.mail("m-1", "2026-11-20T07:59:00.000Z", headers, "a@example.com", "b@example.com");

        ses(SesMessages.bounceIn(SesMessages.EVENT, "Permanent", "General", mail, "a@example.com"));

        assertThat(crm.one("select convert_from(body, 'UTF8') from mautic_sync.inbox"))
                .contains("X-EMAIL-ID", "550 5.1.1")
                .doesNotContain("A private matter", "b@example.com", "jane@example.com");
    }

    /** In both orders, and whatever told of it again. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "SES entry stat",
                "SES stat entry",
                "entry SES stat",
                "entry stat SES",
                "stat SES entry",
                "stat entry SES"
            })
    void one_mail_counts_once_in_any_order_of_those_who_tell_of_it(String order) {
        for (String named : List.of("null", "6")) {
            reset();
            for (int round = 0; round < 2; round++) {
                for (String who : order.split(" ")) {
                    tell(who, named);
                }
            }

            assertThat(crm.bounces(customer)).as(named).isEqualTo("1 true");
            assertThat(crm.events()).as(named).containsExactly("bounce:500 bounce 1");
            assertThat(crm.one("select string_agg(state, ' ') from mautic_sync.bounce_report"))
                    .isEqualTo("counted");
            crm.admin.useHandle(handle -> handle.execute("truncate public.customer_profiles cascade"));
        }
    }

    private void tell(String who, String named) {
        switch (who) {
            case "SES" -> ses(full("m-1"));
            case "entry" -> crm.deliver(entry(3, "", named));
            default -> mautic(stat(500, 6, SENT, HASH));
        }
    }

    @Test
    void two_mails_to_one_address_count_twice_in_any_order() {
        ses(full("m-1"));
        mautic(stat(501, 7, SENT.plusSeconds(1800), "other0000000000"));
        ses(full("m-2").replace("07:59:00.000Z", "08:29:00.000Z"));
        mautic(stat(500, 6, SENT, HASH));
        crm.deliver(entry(3, "", "6"));
        crm.deliver(entry(4, "", "7"));

        assertThat(crm.bounces(customer)).isEqualTo("2 true");
        assertThat(crm.events()).containsExactly("bounce:500 bounce 1", "bounce:501 bounce 1");
    }

    @Test
    void headers_tell_which_mail_it_was_against_all_times() {
        String link = "<https://m.example.org/email/unsubscribe/" + HASH + "/a/b>";
        String mail = SesMessages.mail(
                "m-1", "2026-10-01T07:59:00.000Z", SesMessages.header("List-Unsubscribe", link), "a@example.com");
        mautic(stat(501, 6, Instant.parse("2026-10-01T07:58:00Z"), "other0000000000"));
        mautic(stat(500, 6, SENT, HASH));

        ses(SesMessages.bounceIn(SesMessages.EVENT, "Transient", "MailboxFull", mail, "a@example.com"));

        assertThat(crm.bounces(customer)).isEqualTo("2 true");
        assertThat(crm.one("select mautic_stat_id::text from mautic_sync.bounced_mail where ses_message_id = 'm-1'"))
                .isEqualTo("500");
    }

    @Test
    void another_email_is_another_mail() {
        String mail = SesMessages.mail(
                "m-1", "2026-11-20T07:59:00.000Z", SesMessages.header("X-Email-Id", "8"), "a@example.com");
        mautic(stat(500, 6, SENT, HASH));

        ses(SesMessages.bounceIn(SesMessages.EVENT, "Transient", "MailboxFull", mail, "a@example.com"));

        assertThat(crm.bounces(customer)).isEqualTo("2 true");
    }

    @Test
    void a_mail_of_long_ago_is_another_mail() {
        mautic(stat(500, 6, SENT.minus(Duration.ofDays(3)), HASH));

        ses(full("m-1"));

        assertThat(crm.bounces(customer)).isEqualTo("2 true");
    }

    @Test
    void what_amazon_calls_permanent_makes_the_address_invalid_though_mautic_told_of_the_mail_before() {
        mautic(stat(500, 6, SENT, HASH));
        assertThat(crm.bounces(customer)).isEqualTo("1 true");

        ses(permanent("m-1"));

        assertThat(crm.bounces(customer)).isEqualTo("1 false");
    }

    @Test
    void an_entry_with_a_mail_counts_where_mautics_row_of_the_mail_never_fails() {
        crm.deliver(entry(3, "smtp; 452", "6"));

        assertThat(crm.bounces(customer)).isEqualTo("1 true");
        assertThat(crm.events()).containsExactly("dnc:3:2 bounce 1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "6"})
    void an_entry_that_says_hard_makes_the_address_invalid_at_once(String named) {
        crm.deliver(entry(3, "HARD: AWS: General: smtp; 550 5.1.1 user unknown", named));

        assertThat(crm.bounces(customer)).isEqualTo("1 false");
        mautic(stat(500, 6, SENT, HASH));
        ses(permanent("m-1"));
        assertThat(crm.bounces(customer)).isEqualTo("1 false");
        assertThat(crm.events()).containsExactly("bounce:500 bounce 1");
    }

    @Test
    void an_entry_that_says_hard_counts_no_more_than_what_it_is_about() {
        ses(full("m-1"));

        crm.deliver(entry(3, "HARD: AWS: General: 550", "6"));

        assertThat(crm.bounces(customer)).isEqualTo("1 false");
    }

    @Test
    void an_entry_that_says_complaint_is_an_opt_out_and_no_bounce() {
        crm.deliver(entry(3, "complaint", "6"));

        assertThat(crm.wantsMails(customer)).isFalse();
        assertThat(crm.bounces(customer)).isEqualTo("0 true");
        assertThat(crm.events()).containsExactly("dnc:3:2 complaint 1");
    }

    @Test
    void events_of_an_address_without_a_customer_take_effect_once_when_the_customer_appears() {
        PendingEvents waiting = new PendingEvents(crm.jdbi, CrmSides.of(CrmNames.DEFAULT));
        ses(SesMessages.bounce("Transient", "MailboxFull", "m-1", "late@example.com"));
        ses(SesMessages.bounce("Permanent", "General", "m-1", "late@example.com")
                .replace("feedback-of", "more"));
        ses(SesMessages.bounce("Transient", "General", "m-2", "late@example.com"));
        ses(SesMessages.complaint(SesMessages.EVENT, "abuse", "m-1", "late@example.com"));
        assertThat(waiting.process()).isZero();

        CustomerId late = crm.customer(4, "Late@example.com");

        assertThat(waiting.process()).isEqualTo(3);
        assertThat(crm.bounces(late)).isEqualTo("1 false");
        assertThat(crm.wantsMails(late)).isFalse();
        ses(SesMessages.bounce("Permanent", "General", "m-1", "late@example.com")
                .replace("feedback-of", "again"));
        assertThat(waiting.process()).isZero();
        assertThat(crm.bounces(late)).isEqualTo("1 false");
    }

    @Test
    void an_address_of_two_customers_is_counted_and_opted_out_for_both_once() {
        CustomerId second = crm.customer(2, "A@example.com");

        ses(permanent("m-1"));
        ses(permanent("m-1").replace("feedback-of", "again"));
        ses(SesMessages.complaint(SesMessages.EVENT, "abuse", "m-2", "a@example.com"));

        assertThat(crm.bounces(customer)).isEqualTo("1 false");
        assertThat(crm.bounces(second)).isEqualTo("1 false");
        assertThat(crm.wantsMails(customer)).isFalse();
        assertThat(crm.wantsMails(second)).isFalse();
    }

    @Test
    void a_flag_that_the_crm_rejects_is_tried_until_it_takes_it() {
        PendingEvents waiting = new PendingEvents(crm.jdbi, CrmSides.of(CrmNames.DEFAULT));
        mautic(stat(500, 6, SENT, HASH));
        crm.admin.useHandle(handle -> handle.execute(
                "alter table public.customer_emails add constraint always_valid check (is_valid) not valid"));
        ses(permanent("m-1"));
        assertThat(crm.bounces(customer)).isEqualTo("1 true");
        crm.admin.useHandle(
                handle -> handle.execute("alter table public.customer_emails drop constraint always_valid"));

        assertThat(waiting.process()).isEqualTo(1);

        assertThat(crm.bounces(customer)).isEqualTo("1 false");
    }
}
