package app.gigpigs.mauticsync.inbound.event;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.testing.Rows;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real Mautic 5.1.0 sent, and the rows it must become. */
class RecordedWebhooksTest {
    private final InboundWorld world = new InboundWorld();
    private CustomerId customer;

    @BeforeEach
    void aCustomerWithTheRecordingsAddress() {
        customer = world.customer(1, "Hook1@Example.test ");
    }

    @AfterEach
    void close() {
        world.close();
    }

    private InboxProcessor.Result deliver(String recording) {
        return world.deliver(Recording.of(recording).body());
    }

    @Test
    void an_open_has_its_own_time_the_mail_and_the_customer() {
        deliver("email-open-second-1");

        assertThat(world.events()).containsExactly("open:1:1795477843 open 1");
        assertThat(world.one("""
                select concat_ws('|', source, occurred_at at time zone 'UTC', mautic_email_id, campaign_name, email_subject,
                       mautic_contact_id, raw_payload -> 'stat' ->> 'openCount', raw_payload ->> 'timestamp')
                  from public.customer_email_engagement
                """))
                .isEqualTo(
                        "webhook|2026-11-23 23:50:43|1|T1|Hi {contactfield=firstname}|25|2|2026-11-23T23:50:43+00:00");
    }

    @ParameterizedTest
    @ValueSource(strings = {"email-open-1", "email-click-2", "email-unsubscribe-1"})
    void only_the_identifiers_of_mail_and_contact_are_kept_with_the_event(String recording) {
        deliver(recording);

        assertThat(world.one("""
                select concat_ws(' ', coalesce(p #>> '{contact,id}', p #>> '{stat,lead,id}', p #>> '{hit,lead,id}'),
                       coalesce(contact #>> '{fields,core,email,value}', '-'),
                       (select count(*) from jsonb_object_keys(contact #> '{fields,core}')))
                  from (select raw_payload as p, coalesce(raw_payload -> 'contact', raw_payload #> '{stat,lead}',
                               raw_payload #> '{hit,lead}') as contact
                          from public.customer_email_engagement) kept
                """)).isEqualTo("25 hook1@example.test 2");
        assertThat(world.one("select raw_payload::text from public.customer_email_engagement"))
                .doesNotContain("customHtml", "plainText", "dynamicContent", "headers", "lastname", "label")
                .hasSizeLessThan(3_000);
    }

    @Test
    void two_opens_of_one_mail_are_two_events() {
        deliver("email-open-1");
        deliver("email-open-second-1");

        assertThat(world.events()).containsExactly("open:1:1795477842 open 1", "open:1:1795477843 open 1");
    }

    @Test
    void a_page_hit_from_a_mail_is_a_click_with_its_link() {
        deliver("email-click-2");

        assertThat(world.events()).containsExactly("click:1 click 1");
        assertThat(world.one("select link_url || ' ' || campaign_name from public.customer_email_engagement"))
                .isEqualTo("https://example.test/shop?x=1&y=2 T1");
    }

    @Test
    void the_same_hit_from_a_visited_page_or_another_source_is_no_click() {
        String click = Recording.of("email-click-2").body();
        world.deliver(click.replace("\"redirect\":[]", "\"redirect\":null"));
        world.deliver(click.replace("\"redirect\":[],", ""));
        world.deliver(click.replace("\"source\":\"email\"", "\"source\":\"page\""));
        world.deliver(click.replace("\"page\":null", "\"page\":{\"id\":3}"));

        assertThat(world.events()).isEmpty();
        assertThat(world.inbox.counts()).containsEntry(Inbox.State.PROCESSED, 4L);
    }

    @ParameterizedTest
    @CsvSource({
        "email-unsubscribe-1,dnc:7:1,hook1@example.test",
        "email-unsubscribe-oneclick-1,dnc:12:1,",
        "unsub-then-bounce-unsub-1,dnc:11:1,",
        "dnc-api-add-reason-1-1,dnc:4:1,hook1@example.test"
    })
    void an_unsubscribe_is_an_opt_out_of_every_customer_with_the_address(String recording, String key, String email) {
        String body = Recording.of(recording).body();
        CustomerId other = world.customer(2, "other@example.test");
        CustomerId sharing = world.customer(3, "HOOK1@EXAMPLE.TEST");
        if (email == null) {
            body = body.replaceAll("\"value\":\"[^\"]*@example.test\"", "\"value\":\"hook1@example.test\"");
        }

        world.deliver(body);

        assertThat(world.events()).containsExactly(key + " unsubscribe -");
        assertThat(world.wantsMails(customer)).isFalse();
        assertThat(world.wantsMails(sharing)).isFalse();
        assertThat(world.wantsMails(other)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"email-bounce-1", "bounce-then-unsub-bounce-1"})
    void a_bounce_that_names_the_mail_counts_at_once(String recording) {
        String body = Recording.of(recording)
                .body()
                .replaceAll("\"value\":\"[^\"]*@example.test\"", "\"value\":\"hook1@example.test\"");

        world.deliver(body);
        world.deliver(body);

        assertThat(Rows.of(world.admin, "select event_type from public.customer_email_engagement"))
                .containsExactly("bounce");
        assertThat(world.bounces(customer)).isEqualTo("1 true");
        assertThat(world.wantsMails(customer)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = "dnc-api-add-reason-2-1")
    void a_bounce_that_names_no_mail_asks_for_a_look_up_before_it_counts(String recording) {
        deliver(recording);

        assertThat(Rows.of(world.admin, "select event_type from public.customer_email_engagement"))
                .containsExactly("bounce");
        assertThat(world.one("select count(*) from mautic_sync.bounce_report where state = 'open'"))
                .isEqualTo("1");
        assertThat(world.bounces(customer)).isEqualTo("0 true");
        assertThat(world.wantsMails(customer)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"email-resubscribe-1", "dnc-api-remove-reason-1-1", "dnc-api-remove-reason-3-1"})
    void a_resubscription_is_recorded_and_is_not_an_opt_in(String recording) {
        world.admin.useHandle(handle -> handle.execute("update public.customer_profiles set marketing_opt_in = false"));

        deliver(recording);

        assertThat(Rows.of(world.admin, "select event_type from public.customer_email_engagement"))
                .containsExactly("resubscribe");
        assertThat(world.wantsMails(customer)).isFalse();
    }

    @Test
    void a_deletion_is_recorded_and_deletes_nothing() {
        world.link(customer, 21073);

        deliver("contact-delete-1");

        assertThat(world.events()).containsExactly("deleted:21073 contact_deleted 1");
        assertThat(world.one("select count(*) from public.mautic_sync_status where mautic_contact_id = 21073"))
                .isEqualTo("1");
        assertThat(world.wantsMails(customer)).isTrue();
    }

    @Test
    void all_recordings_one_after_the_other_and_all_again_give_each_event_once() {
        for (Recording recording : Recording.all()) {
            world.deliver(recording.body());
        }
        List<String> once = world.events();
        for (Recording recording : Recording.all()) {
            InboxProcessor.Result again = world.deliver(recording.body());
            assertThat(again.events()).as(recording.name()).isZero();
        }

        assertThat(world.events()).isEqualTo(once);
        assertThat(once).hasSize(14);
        assertThat(world.inbox.counts())
                .containsEntry(Inbox.State.PROCESSED, 2L * Recording.all().size())
                .containsEntry(Inbox.State.DEAD, 0L);
    }
}
