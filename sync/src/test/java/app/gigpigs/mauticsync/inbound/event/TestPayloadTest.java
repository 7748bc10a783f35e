package app.gigpigs.mauticsync.inbound.event;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What the button "Send test payload" on a webhook's page posts, signed like any other: Mautic's sample files (mautic/mautic,
 * WebhookPayload), trimmed, with the time of the click beside them. Their contacts belong to no customer.
 */
class TestPayloadTest {
    private static final String CLICKED = "\"timestamp\":\"2026-11-24T08:00:00+00:00\"}";
    private static final String CHANGED =
            "{\"mautic.lead_channel_subscription_changed\":[{\"contact\":{\"id\":38186,\"points\":0,\"fields\":{\"core\":{\"email\":{\"value\":\"Test@email.com\"}},\"personal\":[]}},\"channel\":\"email\",\"old_status\":\"contactable\",\"new_status\":\"manual\",\"timestamp\":\"2017-12-01T00:05:18-06:00\"}],";
    private static final String OPENED =
            "{\"mautic.email_on_open\":{\"stat\":{\"id\":8,\"emailAddress\":\"email@formsubmit.com\",\"isRead\":true,\"dateRead\":\"2015-06-17T21:46:39+00:00\",\"lead\":{\"id\":26},\"email\":{\"id\":7,\"name\":\"Test\"}}},";

    private final InboundWorld world = new InboundWorld();

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                CHANGED + CLICKED,
                OPENED + CLICKED,
                "{\"mautic.lead_post_delete\":[[{\"id\":38186,\"contact\":{\"id\":null}}]]," + CLICKED,
                "{" + CLICKED
            })
    void mautics_test_payload_is_not_an_event_and_not_dead_lettered(String body) {
        CustomerId customer = world.customer(1, "someone@example.com");
        world.link(customer, 38186);

        assertThat(world.deliver(body)).isEqualTo(new InboxProcessor.Result(1, 0, 0, 0, 0));

        assertThat(world.events()).isEmpty();
        assertThat(world.wantsMails(customer)).isTrue();
        assertThat(world.one("select events_ignored || ' ' || coalesce(last_error, '-') from mautic_sync.inbox"))
                .isEqualTo("1 -");
    }

    @Test
    void the_same_items_without_the_time_of_a_click_are_taken_as_always() {
        world.deliver(CHANGED.substring(0, CHANGED.length() - 1) + "}");

        assertThat(world.events()).hasSize(1);
    }
}
