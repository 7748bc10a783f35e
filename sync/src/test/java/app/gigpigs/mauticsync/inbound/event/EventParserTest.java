package app.gigpigs.mauticsync.inbound.event;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EventParserTest {
    private static final Instant RECEIVED = Instant.parse("2026-12-01T10:00:00Z");

    private static List<Event> parse(String json) {
        try {
            return EventParser.parse(json.replace('\'', '"').getBytes(UTF_8), RECEIVED);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static Event one(String json) {
        List<Event> events = parse(json);
        assertThat(events).hasSize(1);
        return events.get(0);
    }

    private static Event.Recorded recorded(String json) {
        return (Event.Recorded) one(json);
    }

    @Test
    void several_types_and_many_items_come_in_one_delivery() {
        assertThat(parse("""
                        {'mautic.email_on_open':[{'stat':{'id':1,'lastOpened':'2026-11-23T23:50:42+00:00'}},
                                                 {'stat':{'id':2,'lastOpened':'2026-11-23T23:50:42+00:00'}}],
                         'mautic.page_on_hit':[{'hit':{'id':3,'redirect':[],'source':'email','email':{'id':1}}}],
                         'mautic.lead_post_save_update':[{}]}
                        """))
                .extracting(event -> event instanceof Event.Recorded each ? each.key() : "-")
                .containsExactly("open:1:1795477842", "open:2:1795477842", "click:3", "-");
    }

    @Test
    void numbers_as_text_lists_for_objects_and_unknown_keys_are_accepted() {
        Event.Recorded open = recorded("""
                {'mautic.email_on_open':{'3':{'stat':{'id':'0012','lastOpened':'2026-11-23 23:50:42','lead':[],'email':[],
                 'emailAddress':' a@example.com','new':{'key':[1]}}}}}
                """);

        assertThat(open.key()).isEqualTo("open:12:1795477842");
        assertThat(open.details().contact()).isEqualTo(new EventDetails.ContactRef(null, null, " a@example.com"));
        assertThat(open.details().email()).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'\"2026-11-23T23:50:42+00:00\"',2026-11-23T23:50:42Z",
        "'\"2026-11-24T00:50:42+01:00\"',2026-11-23T23:50:42Z",
        "'\"2026-11-24T00:50:42+0100\"',2026-11-23T23:50:42Z",
        "'\"2026-11-23 23:50:42\"',2026-11-23T23:50:42Z",
        "1795477842,2026-11-23T23:50:42Z",
        "'{\"date\":\"2026-11-23 23:50:42.000000\",\"timezone_type\":3,\"timezone\":\"UTC\"}',2026-11-23T23:50:42Z",
        "null,2026-12-01T10:00:00Z",
        "'[]',2026-12-01T10:00:00Z",
        "'\"yesterday\"',2026-12-01T10:00:00Z",
        "'\"0000-00-00 00:00:00\"',2026-12-01T10:00:00Z",
        "'\"+999999-01-01T00:00:00Z\"',2026-12-01T10:00:00Z",
        "99999999999999999999,2026-12-01T10:00:00Z"
    })
    void times_are_read_as_php_writes_them_and_nonsense_is_missing(String written, Instant read) {
        Event.Open open = (Event.Open) one("{'mautic.email_on_open':[{'stat':{'id':1,'lastOpened':" + written + "}}]}");

        assertThat(open.openedAt()).isEqualTo(read);
    }

    @Test
    void the_queues_time_is_used_only_when_the_event_has_none() {
        assertThat(((Event.Open) one("""
                {'mautic.email_on_open':[{'stat':{'id':1,'dateRead':'2026-11-23T23:50:42+00:00'},'timestamp':'2026-11-25T00:00:00+00:00'}]}
                """)).openedAt()).isEqualTo(Instant.parse("2026-11-23T23:50:42Z"));
        assertThat(((Event.Open) one(
                                "{'mautic.email_on_open':[{'stat':{'id':1},'timestamp':'2026-11-25T00:00:00+00:00'}]}"))
                        .openedAt())
                .isEqualTo(Instant.parse("2026-11-25T00:00:00Z"));
    }

    private static String changed(String status, String entry) {
        return """
                {'mautic.lead_channel_subscription_changed':[{'channel':'email','new_status':'%s','timestamp':'2026-11-25T00:00:00+00:00',
                 'contact':{'id':9,'doNotContact':[{'id':4,'channel':'sms','reason':1},%s]}}]}
                """.formatted(status, entry);
    }

    @Test
    void our_own_entry_is_ignored_and_an_entry_by_a_person_is_an_opt_out() {
        String entry = "{'id':5,'channel':'email','reason':3,'comments':'%s'}";

        assertThat(one(changed("manual", entry.formatted(Consent.OPTED_OUT.comment()))))
                .isInstanceOf(Event.Ignored.class);
        assertThat(recorded(changed("manual", entry.formatted("asked on the phone"))))
                .isInstanceOf(Event.Unsubscribe.class)
                .extracting(Event.Recorded::key)
                .isEqualTo("dnc:5:3");
    }

    @Test
    void a_status_of_a_later_version_is_decided_by_the_entry() {
        assertThat(recorded(changed("paused", "{'id':'5','channel':'email','reason':'4'}"))
                        .key())
                .isEqualTo("dnc:5:4");
        assertThat(one(changed("paused", "{}").replace("'reason':1", "'reason':0")))
                .isInstanceOf(Event.Unreadable.class);
    }

    @Test
    void another_channel_is_ignored() {
        assertThat(one(changed("unsubscribed", "{}").replace("'channel':'email'", "'channel':'sms'")))
                .isInstanceOf(Event.Ignored.class);
    }

    @Test
    void an_unsubscribe_without_its_entry_still_counts_and_is_the_same_when_sent_again() {
        String json = changed("unsubscribed", "[]").replace("'doNotContact'", "'other'");

        assertThat(recorded(json)).isInstanceOf(Event.Unsubscribe.class);
        assertThat(recorded(json).key()).isEqualTo(recorded(json).key()).contains("9");
    }

    @ParameterizedTest
    @CsvSource({"unsubscribe,unsubscribe,dnc:5:1", "bounce,bounce,dnc:5:2"})
    void the_original_designs_names_are_understood_about_a_contact(String name, String type, String key) {
        Event.Recorded event = recorded("""
                {'mautic.email_on_%s':[{'contact':{'id':9,'doNotContact':[{'id':5,'reason':%s}]}}]}
                """.formatted(name, key.substring(6)));

        assertThat(event.type()).isEqualTo(type);
        assertThat(event.key()).isEqualTo(key);
    }

    @ParameterizedTest
    @CsvSource({"unsubscribe,unsubscribe:77", "bounce,bounce:77"})
    void the_original_designs_names_are_understood_about_a_mail(String name, String key) {
        Event.Recorded event = recorded("""
                {'mautic.email_on_%s':[{'stat':{'id':77,'emailAddress':'a@example.com','email':{'id':2,'name':'N','subject':'S'}}}]}
                """.formatted(name));

        assertThat(event.key()).isEqualTo(key);
        assertThat(event.details().email()).isEqualTo(new EventDetails.EmailRef(2, "N", "S"));
    }

    @Test
    void the_original_designs_click_needs_no_redirect() {
        Event.Click click = (Event.Click)
                one("{'mautic.email_on_click':[{'hit':{'id':8,'url':'https://example.com/a','lead':{'id':9}}}]}");

        assertThat(click.key()).isEqualTo("click:8");
        assertThat(click.url()).isEqualTo("https://example.com/a");
    }

    @Test
    void a_contacts_fields_are_found_in_any_group_and_flat() {
        CustomerId id = CustomerId.parse("00000000-0000-4000-8000-000000000001");
        for (String contact : List.of(
                "{'id':9,'fields':{'core':{'email':{'value':'a@example.com'}},'social':[],'own':{'supabase_id':{'value':'"
                        + id + "'}}}}",
                "{'id':'9','email':'a@example.com','supabase_id':'" + id + "','fields':[]}")) {
            assertThat(recorded("{'mautic.lead_post_delete':[{'id':9,'contact':" + contact + "}]}")
                            .details()
                            .contact())
                    .isEqualTo(new EventDetails.ContactRef(9L, id, "a@example.com"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'mautic.email_on_open':[{}]}",
                "{'mautic.email_on_open':[null]}",
                "{'mautic.email_on_open':['x']}",
                "{'mautic.email_on_open':7}",
                "{'mautic.email_on_open':[{'stat':{'id':-1}}]}",
                "{'mautic.email_on_open':[{'stat':{'id':1e99}}]}",
                "{'mautic.email_on_open':[{'stat':{'id':99999999999999999999}}]}",
                "{'mautic.page_on_hit':[{'hit':{'email':{'id':1},'source':'email','redirect':[]}}]}",
                "{'mautic.lead_channel_subscription_changed':[{'new_status':'unsubscribed'}]}",
                "{'mautic.lead_post_delete':[{'contact':{'id':null}}]}"
            })
    void an_incomplete_event_of_a_known_type_is_reported_as_unreadable(String json) {
        assertThat(one(json)).isInstanceOf(Event.Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "null", "[]", "7", "{", "{\"a\":}", "\u0000", "<html>jane@example.com"})
    void a_body_that_is_not_a_json_object_is_rejected_without_quoting_it(String body) {
        assertThatThrownBy(() -> EventParser.parse(body.getBytes(UTF_8), RECEIVED))
                .isInstanceOf(IOException.class)
                .hasMessageNotContaining("jane");
    }

    @Test
    void a_payload_is_made_fit_for_postgres() {
        Event.Recorded open =
                recorded("{'mautic.email_on_open':[{'stat':{'id':1,'a\\u0000':'b\\u0000\\ud83c\\ud83c\\udf89'}}]}");

        assertThat(open.details().payload())
                .contains("a\uFFFD", "b\uFFFD\uFFFD\uD83C\uDF89")
                .doesNotContain("\\u0000");
    }
}
