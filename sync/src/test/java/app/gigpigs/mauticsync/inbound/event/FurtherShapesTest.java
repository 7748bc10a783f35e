package app.gigpigs.mauticsync.inbound.event;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.inbox.Inbox;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.testing.Rows;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Webhooks that a Mautic may send and that were not recorded, made from recordings and from Mautic's sources. */
class FurtherShapesTest {
    private final InboundWorld world = new InboundWorld();
    private final CustomerId customer = world.customer(1, "hook1@example.test");

    @AfterEach
    void close() {
        world.close();
    }

    private static String inner(String recording) {
        String body = Recording.of(recording).body();
        return body.substring(1, body.length() - 1);
    }

    private static String item(String recording) {
        String body = Recording.of(recording).body();
        return body.substring(body.indexOf('[') + 1, body.lastIndexOf(']'));
    }

    private static String changed(String contact) {
        return "{\"mautic.lead_channel_subscription_changed\":[{\"channel\":\"email\",\"new_status\":\"unsubscribed\",\"old_status\":\"contactable\",\"timestamp\":\"2026-11-24T08:00:00+00:00\",\"contact\":"
                + contact + "}]}";
    }

    @Test
    void a_queues_delivery_of_ten_events_of_five_types_newest_first_gives_all_of_them() {
        String newestFirst = "{\"mautic.email_on_open\":[" + item("email-open-second-1") + "," + item("email-open-1")
                + "],"
                + inner("email-unsubscribe-1") + "," + inner("email-click-2") + "," + inner("email-send-1") + ","
                + inner("points-1") + "," + inner("segment-add-1") + "}";

        InboxProcessor.Result result = world.deliver(newestFirst);

        assertThat(result).isEqualTo(new InboxProcessor.Result(1, 0, 0, 4, 0));
        assertThat(world.events())
                .containsExactly(
                        "click:1 click 1",
                        "dnc:7:1 unsubscribe 1",
                        "open:1:1795477842 open 1",
                        "open:1:1795477843 open 1");
        assertThat(world.wantsMails(customer)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"mautic.form_on_submit\":[{\"submission\":{\"id\":1,\"ipAddress\":{},\"form\":{\"id\":2,\"name\":\"F\"},\"lead\":{\"id\":25},\"results\":{\"email\":\"hook1@example.test\"}},\"timestamp\":\"2026-11-24T08:00:00+00:00\"}]}",
                "{\"mautic.sms_on_send\":[{\"smsId\":1,\"contact\":{\"id\":25},\"content\":\"hi\",\"timestamp\":\"2026-11-24T08:00:00+00:00\"}]}",
                "{\"mautic.company_post_save\":[{\"company\":{\"id\":1,\"fields\":[]},\"timestamp\":\"2026-11-24T08:00:00+00:00\"}]}",
                "{\"mautic.company_post_delete\":[{\"company\":{\"id\":null},\"id\":7,\"timestamp\":\"2026-11-24T08:00:00+00:00\"}]}",
                "{\"mautic.lead_company_change\":[{\"added\":true,\"contact\":{\"id\":25},\"company\":{\"id\":1},\"timestamp\":\"2026-11-24T08:00:00+00:00\"}]}",
                "{\"mautic.lead_list_change\":[{\"contact\":{\"id\":25},\"segment\":{\"id\":1,\"alias\":\"vip\"},\"action\":\"added\"}]}",
                "{\"mautic.lead_points_change\":[{\"contact\":{\"id\":25},\"points\":{\"old_points\":0,\"new_points\":3}}]}",
                "{\"mautic.something_of_a_plugin\":{\"at\":\"all\"}}",
                "{\"mautic.lead_channel_subscription_changed\":[]}",
                "{}"
            })
    void a_delivery_without_events_for_the_crm_is_done_and_stores_no_row(String body) {
        assertThat(world.deliver(body)).isEqualTo(new InboxProcessor.Result(1, 0, 0, 0, 0));
        assertThat(world.events()).isEmpty();
        assertThat(world.wantsMails(customer)).isTrue();
    }

    @Test
    void a_mail_with_html_of_two_megabytes_and_escapes_is_taken_with_its_name() {
        String html = "<p>caf\\u00e9 \\ud83d\\ude00 <\\/p>".repeat(60_000);
        String body = Recording.of("email-open-1")
                .body()
                .replaceFirst("\"name\":\"T1\"", "\"name\":\"Fr\\\\u00fchling \\\\/ \\\\ud83d\\\\ude00\"")
                .replaceFirst("\"customHtml\":(null|\"(?:[^\"\\\\]|\\\\.)*\")", "\"was\":1");
        body = body.replaceFirst("\"stat\":\\{", "\"stat\":{\"customHtml\":\"" + html.replace("\\", "\\\\") + "\",");
        assertThat(body.length()).isGreaterThan(1_500_000);

        assertThat(world.deliver(body).events()).isEqualTo(1);

        assertThat(world.one("select campaign_name from public.customer_email_engagement"))
                .isEqualTo("Fr\u00fchling / \ud83d\ude00");
    }

    @Test
    void an_open_without_a_contact_is_the_customers_with_the_stats_address() {
        world.deliver(
                "{\"mautic.email_on_open\":[{\"stat\":{\"id\":5,\"emailAddress\":\"HOOK1@example.test\",\"lead\":null,\"lastOpened\":null,\"dateRead\":null,\"email\":null},\"timestamp\":\"2026-11-24T08:00:00+00:00\"}]}");

        assertThat(world.events()).containsExactly("open:5:1795507200 open 1");
    }

    @Test
    void a_click_with_a_full_redirect_and_without_a_contact_is_stored_without_a_customer() {
        world.deliver(
                "{\"mautic.page_on_hit\":[{\"hit\":{\"id\":9,\"dateHit\":\"2026-11-24 08:00:00\",\"url\":\"https:\\/\\/example.test\\/\\u00e9\",\"redirect\":{\"id\":3,\"url\":\"x\"},\"page\":null,\"source\":\"email\",\"email\":{\"id\":1},\"lead\":null}}]}");

        assertThat(world.events()).containsExactly("click:9 click -");
        assertThat(world.one("select link_url from public.customer_email_engagement"))
                .isEqualTo("https://example.test/\u00e9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // another channel's entry first; entries as an object, as PHP writes lists with gaps; ids as text
                "{\"id\":25,\"fields\":{\"core\":{\"email\":{\"value\":\"hook1@example.test\"}}},\"doNotContact\":[{\"id\":1,\"reason\":3,\"channel\":\"sms\"},{\"id\":2,\"reason\":1,\"channel\":\"email\"}]}",
                "{\"id\":25,\"fields\":{\"core\":{\"email\":{\"value\":\"hook1@example.test\"}}},\"doNotContact\":{\"1\":{\"id\":2,\"reason\":1,\"channel\":\"email\"}}}",
                "{\"id\":\"25\",\"fields\":{\"core\":{\"email\":{\"value\":\"hook1@example.test\"}}},\"doNotContact\":[{\"id\":\"2\",\"reason\":\"1\",\"channel\":\"email\",\"channelId\":\"6\"}]}",
                // a flat contact, as email_on_send has it
                "{\"id\":25,\"email\":\"hook1@example.test\",\"doNotContact\":[{\"id\":2,\"reason\":1,\"channel\":\"email\"}]}"
            })
    void an_opt_out_is_read_from_every_form_of_a_contact(String contact) {
        world.deliver(changed(contact));

        assertThat(world.events()).containsExactly("dnc:2:1 unsubscribe 1");
        assertThat(world.wantsMails(customer)).isFalse();
    }

    @Test
    void an_opt_out_of_a_contact_without_fields_is_applied_by_its_id() {
        world.link(customer, 25);

        world.deliver(changed("{\"id\":25,\"fields\":[],\"doNotContact\":[]}"));

        assertThat(world.wantsMails(customer)).isFalse();
    }

    @Test
    void an_opt_out_without_a_contact_is_dead_lettered() {
        world.deliver(changed("null"));

        assertThat(world.inbox.counts()).containsEntry(Inbox.State.DEAD, 1L);
    }

    @Test
    void the_same_event_twice_in_one_delivery_is_one_event() {
        String no = item("email-unsubscribe-1");

        assertThat(world.deliver("{\"mautic.lead_channel_subscription_changed\":[" + no + "," + no + "]}"))
                .isEqualTo(new InboxProcessor.Result(1, 0, 0, 1, 1));
        assertThat(Rows.of(world.admin, "select event_key from public.customer_email_engagement"))
                .isEqualTo(List.of("dnc:7:1"));
    }
}
