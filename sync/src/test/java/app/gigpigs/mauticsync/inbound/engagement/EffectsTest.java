package app.gigpigs.mauticsync.inbound.engagement;

import static app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest.unsubscribe;
import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.catchup.EmailNames;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import app.gigpigs.mauticsync.inbound.event.Recording;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest;
import app.gigpigs.mauticsync.mautic.Email;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class EffectsTest {
    private static final Instant AT = Instant.parse("2026-11-20T08:00:00Z");

    private final InboundWorld world = new InboundWorld();
    private final EventApplier applier = new EventApplier(CrmSides.of(CrmNames.DEFAULT));
    private final PendingEvents waiting = new PendingEvents(world.jdbi, CrmSides.of(CrmNames.DEFAULT));

    @AfterEach
    void close() {
        world.close();
    }

    private ApplyResult catchUp(Event.Recorded event) {
        return world.jdbi.inTransaction(handle -> applier.apply(handle, event, EventSource.CATCH_UP));
    }

    private static Event.Bounce bounce(long stat, long contact, String email) {
        return new Event.Bounce(
                stat, new EventDetails(new ContactRef(contact, null, email), new EmailRef(6, null, null), AT, "{}"));
    }

    private static String bounced(long contact, String email) {
        return unsubscribe(contact, email)
                .replace("\"unsubscribed\"", "\"bounced\"")
                .replace("\"reason\":1", "\"reason\":2");
    }

    /** An entry that names no mail, as the API makes it. */
    private static String withoutMail(String body) {
        return body.replace(",\"channelId\":6", "");
    }

    private String types() {
        return String.join(
                ",",
                Rows.of(
                        world.admin,
                        "select event_key || '=' || event_type from public.customer_email_engagement order by 1"));
    }

    @Test
    void a_bounce_without_an_address_counts_at_the_one_in_the_view_whatever_its_columns_are_called() {
        CustomerId customer = world.customer(1, "a@example.com");
        world.link(customer, 9);
        SmallCrm.execute(world.admin, """
                alter view public.customers_crm_v rename column id to "Customer Id";
                alter view public.customers_crm_v rename column email to primary_email
                """);
        CrmNames renamed =
                CrmNames.DEFAULT.with(new CrmNames.Person("Customer Id", "primary_email", "marketing_opt_in"));
        EventApplier other = new EventApplier(CrmSides.of(renamed));

        world.jdbi.useTransaction(handle -> other.apply(handle, bounce(1, 9, null), EventSource.CATCH_UP));

        assertThat(world.bounces(customer)).isEqualTo("1 true");
    }

    @Test
    void whitespace_around_an_address_is_ignored() {
        CustomerId customer = world.customer(1, "a@example.com\t");

        world.deliver(unsubscribe(9, "a@example.com"));
        catchUp(bounce(1, 9, "a@example.com"));

        assertThat(world.events()).containsExactly("bounce:1 bounce 1", "dnc:9:1 unsubscribe 1");
        assertThat(world.wantsMails(customer)).isFalse();
        assertThat(world.bounces(customer)).isEqualTo("1 true");
    }

    @Test
    void an_address_is_looked_up_in_an_index() {
        List<String> plan = world.admin.inTransaction(handle -> {
            handle.execute("set local enable_seqscan = off");
            return handle.createQuery("explain select from (" + new CustomerFinder(CrmNames.DEFAULT).addresses(handle)
                            + ") holder where holder.address = any(array['a@example.com', 'b@example.com'])")
                    .mapTo(String.class)
                    .list();
        });

        assertThat(plan).anyMatch(line -> line.contains("customer_emails_mautic_sync_"));
    }

    @Test
    void a_customer_who_is_opted_out_already_is_not_written_again() {
        CustomerId customer = world.customer(1, "a@example.com");
        world.admin.useHandle(handle -> handle.execute("update public.customer_profiles set marketing_opt_in = false"));
        String version = world.one("select xmin::text from public.customer_profiles");

        world.deliver(unsubscribe(9, "a@example.com"));

        assertThat(world.events()).containsExactly("dnc:9:1 unsubscribe 1");
        assertThat(world.wantsMails(customer)).isFalse();
        assertThat(world.one("select xmin::text from public.customer_profiles")).isEqualTo(version);
    }

    @Test
    void an_opt_in_after_an_unsubscribe_survives_the_same_event_delivered_again() {
        CustomerId customer = world.customer(1, "a@example.com");
        world.deliver(unsubscribe(9, "a@example.com"));
        world.admin.useHandle(handle -> handle.execute("update public.customer_profiles set marketing_opt_in = true"));

        world.deliver(unsubscribe(9, "a@example.com"));

        assertThat(world.wantsMails(customer)).isTrue();
    }

    @Test
    void webhooks_caused_by_our_own_writes_change_nothing() {
        CustomerId customer = world.customer(1, "a@example.com");
        String ours = unsubscribe(9, "a@example.com")
                .replace("\"unsubscribed\"", "\"manual\"")
                .replace("\"reason\":1", "\"reason\":3,\"comments\":\"" + Consent.OPTED_OUT.comment() + "\"");

        world.deliver(ours);

        assertThat(world.events()).isEmpty();
        assertThat(world.wantsMails(customer)).isTrue();
        world.deliver(ours.replace(Consent.OPTED_OUT.comment(), "wrote a letter"));
        assertThat(world.events()).containsExactly("dnc:9:3 unsubscribe 1");
        assertThat(world.wantsMails(customer)).isFalse();
    }

    @Test
    void the_third_bounce_flags_the_address_and_no_bounce_counts_twice() {
        CustomerId customer = world.customer(1, "A@example.com");
        CustomerId other = world.customer(2, "b@example.com");
        List<String> counted = new ArrayList<>();
        for (long stat = 1; stat <= 4; stat++) {
            assertThat(catchUp(bounce(stat, 9, "a@EXAMPLE.com"))).isEqualTo(ApplyResult.NEW);
            assertThat(catchUp(bounce(stat, 9, "a@EXAMPLE.com"))).isEqualTo(ApplyResult.KNOWN);
            counted.add(world.bounces(customer));
        }

        assertThat(counted).containsExactly("1 true", "2 true", "3 false", "4 false");
        assertThat(world.bounces(other)).isEqualTo("0 true");
    }

    @Test
    void a_webhooks_report_and_the_mail_found_later_are_one_bounce() {
        CustomerId customer = world.customer(1, "a@example.com");
        world.deliver(withoutMail(bounced(9, "a@example.com")));
        assertThat(types()).isEqualTo("dnc:9:2=bounce");
        assertThat(new BounceReports().open(world.jdbi, 10))
                .containsExactly(new BounceReports.Open("dnc:9:2", 9L, false));

        assertThat(catchUp(bounce(500, 9, "a@example.com"))).isEqualTo(ApplyResult.NEW);
        world.deliver(withoutMail(bounced(9, "a@example.com")));

        assertThat(types()).isEqualTo("bounce:500=bounce");
        assertThat(world.bounces(customer)).isEqualTo("1 true");
        assertThat(new BounceReports().open(world.jdbi, 10)).isEmpty();
        assertThat(world.one("select occurred_at at time zone 'UTC' from public.customer_email_engagement"))
                .isEqualTo("2026-11-20 08:00:00");
    }

    @Test
    void a_mail_found_before_the_webhook_came_is_one_bounce_with_it() {
        CustomerId customer = world.customer(1, "a@example.com");
        catchUp(bounce(500, 9, "a@example.com"));

        world.deliver(bounced(9, "a@example.com"));
        catchUp(bounce(501, 9, "a@example.com"));

        assertThat(types()).isEqualTo("bounce:500=bounce,bounce:501=bounce");
        assertThat(world.bounces(customer)).isEqualTo("2 true");
    }

    @Test
    void a_report_without_a_failed_mail_is_no_bounce_until_one_is_found() {
        CustomerId customer = world.customer(1, "a@example.com");
        world.deliver(withoutMail(bounced(9, "a@example.com")));

        world.jdbi.useTransaction(handle -> new BounceReports().noBounce(handle, "dnc:9:2"));
        assertThat(types()).isEqualTo("dnc:9:2=do_not_contact");
        assertThat(world.bounces(customer)).isEqualTo("0 true");

        catchUp(bounce(500, 9, "a@example.com"));
        assertThat(types()).isEqualTo("bounce:500=bounce");
        assertThat(world.bounces(customer)).isEqualTo("1 true");
    }

    @Test
    void catching_up_corrects_the_time_of_an_event_from_a_webhook() {
        world.deliver(unsubscribe(9, "a@example.com"));

        EventDetails row = new EventDetails(new ContactRef(9L, null, null), null, AT, "{}");
        assertThat(catchUp(new Event.Unsubscribe("dnc:9:1", Reason.UNSUBSCRIBED, row)))
                .isEqualTo(ApplyResult.KNOWN);

        assertThat(world.one("select occurred_at at time zone 'UTC' from public.customer_email_engagement"))
                .isEqualTo("2026-11-20 08:00:00");
    }

    @Test
    void events_of_unknown_contacts_are_linked_with_their_effects_when_the_customer_appears() {
        world.deliver(unsubscribe(9, "late@example.com"));
        catchUp(bounce(1, 9, "late@example.com"));
        catchUp(bounce(2, 9, "late@example.com"));
        world.deliver(InboxProcessorTest.opens(InboxProcessorTest.open(7, "late@example.com")));
        assertThat(waiting.process()).isZero();
        assertThat(world.events()).allMatch(event -> event.endsWith(" -"));

        CustomerId customer = world.customer(4, "Late@example.com");

        assertThat(waiting.process()).isEqualTo(4);
        assertThat(world.events()).hasSize(4).allMatch(event -> event.endsWith(" 4"));
        assertThat(world.wantsMails(customer)).isFalse();
        assertThat(world.bounces(customer)).isEqualTo("2 true");

        world.admin.useHandle(handle -> handle.execute("update public.customer_profiles set marketing_opt_in = true"));
        assertThat(waiting.process()).isZero();
        assertThat(world.wantsMails(customer)).as("effects are applied once").isTrue();
    }

    @Test
    void events_of_unknown_contacts_do_not_delay_others() {
        world.admin.useHandle(handle -> handle.execute("""
                with event as (
                  insert into public.customer_email_engagement (mautic_contact_id, event_type, occurred_at, event_key, source)
                  select 1000 + n, 'open', now(), 'many:' || n, 'catch_up' from generate_series(1, 10000) n
                  returning id
                )
                insert into mautic_sync.pending_event (event_id, email, waiting_for, effect_due)
                select id, 'nobody@example.com', 'customer', false from event
                """));
        world.deliver(unsubscribe(9, "late@example.com"));
        CustomerId customer = world.customer(4, "late@example.com");

        assertThat(waiting.process()).isEqualTo(1);

        assertThat(world.wantsMails(customer)).isFalse();
    }

    @Test
    void a_contact_that_is_linked_or_named_later_is_found_without_its_address() {
        CustomerId named = SmallCrm.id(5);
        world.deliver(unsubscribe(9, "someone@example.com"));
        world.deliver("""
                {"mautic.page_on_hit":[{"hit":{"id":3,"redirect":[],"source":"email","email":{"id":1},
                 "lead":{"id":10,"supabase_id":"%s"}}}]}
                """.formatted(named));
        CustomerId linked = world.customer(4, "other@example.com");
        world.customer(5, "third@example.com");
        world.link(linked, 9);

        assertThat(waiting.process()).isEqualTo(2);

        assertThat(world.events()).containsExactly("click:3 click 5", "dnc:9:1 unsubscribe 4");
        assertThat(world.wantsMails(linked)).isFalse();
    }

    @Test
    void an_address_of_two_customers_links_neither_and_opts_both_out_once() {
        CustomerId one = world.customer(1, "both@example.com");
        CustomerId two = world.customer(2, "both@example.com");

        world.deliver(unsubscribe(9, "both@example.com"));

        assertThat(world.events()).containsExactly("dnc:9:1 unsubscribe -");
        assertThat(world.wantsMails(one)).isFalse();
        assertThat(world.wantsMails(two)).isFalse();
        world.admin.useHandle(handle -> {
            handle.execute("delete from public.customer_profiles where id = ?", two);
            handle.execute("update public.customer_profiles set marketing_opt_in = true");
        });
        assertThat(waiting.process()).isEqualTo(1);
        assertThat(world.wantsMails(one)).as("the effect was applied before").isTrue();
    }

    @Test
    void a_deleted_customers_events_stay_without_a_customer() {
        CustomerId customer = world.customer(1, "a@example.com");
        world.deliver(unsubscribe(9, "a@example.com"));

        world.admin.useHandle(handle -> handle.execute("delete from public.customer_profiles where id = ?", customer));

        assertThat(world.events()).containsExactly("dnc:9:1 unsubscribe -");
        assertThat(waiting.process()).isZero();
    }

    @Test
    void names_that_a_payload_lacks_come_from_other_payloads_or_are_looked_up_once() {
        world.deliver(unsubscribe(9, "a@example.com"));
        List<Long> asked = new ArrayList<>();
        EmailNames names = new EmailNames(world.jdbi);

        assertThat(names.fill(id -> {
                    asked.add(id);
                    return Optional.of(new Email(id, "Spring", "Hello"));
                }))
                .isEqualTo(1);
        world.deliver(unsubscribe(10, "b@example.com"));
        names.fill(id -> {
            asked.add(id);
            return Optional.empty();
        });

        assertThat(asked).containsExactly(6L);
        assertThat(Rows.of(
                        world.admin,
                        "select campaign_name || ' ' || email_subject from public.customer_email_engagement"))
                .containsExactly("Spring Hello", "Spring Hello");
    }

    @Test
    void an_email_that_mautic_does_not_have_is_not_asked_for_again_the_same_day() {
        world.deliver(unsubscribe(9, "a@example.com"));
        List<Long> asked = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            new EmailNames(world.jdbi).fill(id -> {
                asked.add(id);
                return Optional.empty();
            });
        }

        assertThat(asked).containsExactly(6L);
    }

    @Test
    void the_views_show_the_engagement_of_each_customer_and_each_mail() {
        world.customer(1, "a@example.com");
        world.deliver(InboxProcessorTest.opens(
                InboxProcessorTest.open(1, "a@example.com"), InboxProcessorTest.open(2, "a@example.com")));
        world.deliver(Recording.of("email-click-2").body().replace("hook1@example.test", "a@example.com"));
        world.deliver(unsubscribe(9, "a@example.com"));
        catchUp(bounce(500, 9, "a@example.com"));

        assertThat(Rows.one(world.jdbi, """
                select concat_ws(' ', opens, clicks, unsubscribes, bounces, last_seen_at at time zone 'UTC')
                  from public.mautic_customer_engagement_v
                """)).isEqualTo("2 1 1 1 2026-11-23 23:50:44");
        assertThat(Rows.of(world.jdbi, """
                select concat_ws(' ', mautic_email_id, campaign_name, opens, people_who_opened, clicks, people_who_clicked,
                                 unsubscribes, bounces)
                  from public.mautic_campaign_engagement_v order by mautic_email_id
                """)).containsExactly("1 T1 2 2 1 1 0 0", "6 0 0 0 0 1 1");
    }
}
