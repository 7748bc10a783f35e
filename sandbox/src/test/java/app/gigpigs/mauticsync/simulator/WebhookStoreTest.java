package app.gigpigs.mauticsync.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Setting webhooks up, and which of our own calls come back through them. */
class WebhookStoreTest extends VersionedSimulator {
    @BeforeEach
    void startVersion5() {
        start(MauticVersion.V5_1);
    }

    private List<String> names() {
        return receiver.events().stream().map(WebhookReceiver.Event::trigger).toList();
    }

    private JsonNode webhook(List<String> triggers) throws Exception {
        return client.call(
                        "POST",
                        "/api/hooks/new",
                        Map.of(
                                "name",
                                "crm",
                                "webhookUrl",
                                receiver.uri().toString(),
                                "secret",
                                "s",
                                "triggers",
                                triggers))
                .get("hook");
    }

    @Test
    void patch_only_adds_triggers_and_put_replaces_them() throws Exception {
        long id = webhook(List.of(Triggers.OPEN)).get("id").asLong();

        JsonNode patched =
                client.call("PATCH", "/api/hooks/" + id + "/edit", Map.of("triggers", List.of(Triggers.HIT)));
        assertThat(patched.get("hook").get("triggers")).hasSize(2);
        Map<String, Object> whole = Map.of(
                "name",
                "crm",
                "webhookUrl",
                receiver.uri().toString(),
                "isPublished",
                true,
                "triggers",
                List.of(Triggers.HIT));
        JsonNode put = client.call("PUT", "/api/hooks/" + id + "/edit", whole);

        assertThat(put.get("hook").get("triggers")).hasSize(1);
        assertThat(client.get("/api/hooks/" + id)).isEqualTo(put);
    }

    @Test
    void unknown_triggers_are_accepted_and_never_sent() throws Exception {
        JsonNode webhook = webhook(List.of("mautic.email_on_click", "mautic.email_on_unsubscribe"));
        assertThat(webhook.get("triggers")).hasSize(2);
        long contact = mautic.addContact(Map.of("email", "one@example.test"));
        long stat = mautic.mails()
                .send(mautic.mails().create("News", "Hello"), List.of(contact))
                .get(0);

        mautic.people().click(stat, "https://example.test/a");
        mautic.people().unsubscribe(stat);

        assertThat(receiver.posts()).isEmpty();
    }

    @Test
    void a_deleted_webhook_receives_nothing_more() throws Exception {
        long id = webhook(List.of(Triggers.NEW)).get("id").asLong();
        client.call("DELETE", "/api/hooks/" + id + "/delete", Map.of());

        client.call("POST", "/api/contacts/new", Map.of("email", "one@example.test"));

        assertThat(receiver.posts()).isEmpty();
        assertThat(client.send("GET", "/api/hooks/" + id, "").statusCode()).isEqualTo(404);
    }

    @Test
    void our_own_writes_come_back_and_an_unchanged_one_does_not() throws Exception {
        webhook(List.of(Triggers.NEW, Triggers.UPDATED, Triggers.SUBSCRIPTION));
        List<Map<String, String>> batch = List.of(
                Map.of("email", "a@example.test"),
                Map.of("email", "b@example.test"),
                Map.of("email", "c@example.test"));
        client.call("POST", "/api/contacts/batch/new", batch);
        assertThat(receiver.posts()).hasSize(3);
        assertThat(names()).containsOnly(Triggers.NEW);
        receiver.clear();

        client.call("PATCH", "/api/contacts/1/edit", Map.of("email", "a@example.test"));
        assertThat(receiver.posts()).isEmpty();
        client.call(
                "PATCH",
                "/api/contacts/1/edit",
                Map.of("doNotContact", List.of(Map.of("channel", "email", "reason", 3))));

        assertThat(names()).containsExactly(Triggers.SUBSCRIPTION, Triggers.UPDATED);
        assertThat(receiver.events().get(0).payload().get("new_status").asText())
                .isEqualTo("manual");
    }

    @Test
    void the_links_in_an_email_do_what_the_methods_do() throws Exception {
        webhook(List.of(Triggers.OPEN, Triggers.HIT, Triggers.SUBSCRIPTION));
        long contact = mautic.addContact(Map.of("email", "one@example.test"));
        Mails mails = mautic.mails();
        MailStat stat = mails.stat(
                mails.send(mails.create("News", "Hello"), List.of(contact)).get(0));

        client.send("GET", "/email/" + stat.hash() + ".gif", "");
        client.send("GET", PublicPages.linkPath(stat, mails.redirect(stat.mail, "https://example.test/a?b=c")), "");
        client.send("GET", PublicPages.unsubscribePath(stat, MauticVersion.V5_1), "");
        client.send("GET", "/email/resubscribe/" + stat.hash(), "");
        client.send(
                "POST", PublicPages.unsubscribePath(stat, MauticVersion.V5_1) + "wrong", "List-Unsubscribe=One-Click");

        assertThat(names())
                .containsExactly(
                        Triggers.OPEN,
                        Triggers.HIT,
                        Triggers.SUBSCRIPTION,
                        Triggers.SUBSCRIPTION,
                        Triggers.SUBSCRIPTION);
        assertThat(receiver.events(Triggers.SUBSCRIPTION))
                .extracting(event -> event.get("new_status").asText())
                .containsExactly("unsubscribed", "contactable", "unsubscribed");
        assertThat(mails.clicks()).extracting(SimulatedClick::url).containsExactly("https://example.test/a?b=c");
        assertThat(client.send("GET", "/email/unknown.gif", "").statusCode()).isEqualTo(200);
    }

    @Test
    void a_segment_change_is_sent_only_if_the_membership_changed() throws Exception {
        webhook(List.of(Triggers.SEGMENT));
        mautic.addSegment("VIP", "vip", "[]");
        long contact = mautic.addContact(Map.of("email", "one@example.test"));

        client.call("POST", "/api/segments/1/contacts/add", Map.of("ids", List.of(contact, 999)));
        client.call("POST", "/api/segments/1/contacts/add", Map.of("ids", List.of(contact)));
        client.call("POST", "/api/segments/1/contact/" + contact + "/remove", Map.of());
        client.call("POST", "/api/segments/1/contact/" + contact + "/remove", Map.of());

        assertThat(receiver.events())
                .extracting(event -> event.payload().get("action").asText())
                .containsExactly("added", "removed");
    }

    @Test
    void a_slow_receiver_delays_the_call_that_caused_the_webhook() throws Exception {
        webhook(List.of(Triggers.NEW));
        receiver.waitsForRelease();
        Thread call = new Thread(() -> {
            try {
                client.call("POST", "/api/contacts/new", Map.of("email", "one@example.test"));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        });
        call.start();
        receiver.awaitDelivery();

        assertThat(call.isAlive()).isTrue();
        receiver.release();
        call.join(10_000);

        assertThat(call.isAlive()).isFalse();
    }
}
