package app.gigpigs.mauticsync.explain;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.net.URI;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What explain shows of one person. */
class ExplainerTest {
    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    private Explainer.Explanation explain(String email) {
        return world.with(client -> explain(client).email(email));
    }

    private Explainer explain(Mautic client) {
        return new Explainer(
                world.jdbi,
                client,
                new CustomerInspector(
                        world.jdbi,
                        client,
                        Scenario.settings().mapping(),
                        new ErasureRegister(Scenario.settings().consent().key())));
    }

    private Explainer.Person only(String email) {
        Explainer.Explanation explanation = explain(email);
        assertThat(explanation.customers()).hasSize(1);
        return explanation.customers().get(0);
    }

    private List<String> next(String email) {
        return only(email).view().next();
    }

    private static CustomerView.FieldView field(Explainer.Person person, String alias) {
        return person.view().now().fields().stream()
                .filter(field -> field.alias().equals(alias))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void a_field_is_shown_from_the_crm_to_what_mautic_holds_now() {
        CustomerId customer = world.crm.add(
                1, Map.of("email", "a@example.com", "country", "AU", "suburb", "Perth", "customer_segments", "{vip}"));
        world.sync();
        world.mautic.setValue(world.contact("a@example.com").id(), "city", "Hobart");
        world.crm.set(customer, "country", "NZ");
        world.crm.set(customer, "last_order_date", "2026-01-02T03:04:05+00:00");

        Explainer.Person person = only("A@Example.com ");

        assertThat(field(person, "country"))
                .isEqualTo(new CustomerView.FieldView(
                        "country",
                        "NZ",
                        "New Zealand",
                        "Australia",
                        new CustomerView.FieldView.Value("Australia", true)));
        assertThat(field(person, "city").mautic()).isEqualTo(new CustomerView.FieldView.Value("Hobart", true));
        assertThat(field(person, "last_order_date").crm()).isEqualTo("2026-01-02T03:04:05Z");
        assertThat(person.view().now().segments())
                .isEqualTo(Map.of("crm", Set.of("vip"), "sent", Set.of("vip"), "mautic", Set.of("vip")));
        assertThat(person.view().status().sentAt()).isNotNull();
        assertThat(person.view().next())
                .containsExactly(
                        "update contact " + person.view().status().contactId(),
                        "country: \"Australia\" -> \"New Zealand\"",
                        "last_order_date: (blank) -> \"2026-01-02T03:04:05+00:00\"");
    }

    @Test
    void what_the_next_run_would_do_is_shown_in_every_case() {
        world.crm.add(1, "new@example.com");
        assertThat(next("new@example.com").get(0)).isEqualTo("create a contact");
        long free = world.mautic.addContact(Map.of("email", "new@example.com"));
        assertThat(next("new@example.com").get(0)).isEqualTo("match and update contact " + free);
        world.crm.add(2, "twin@example.com");
        world.mautic.addContact(Map.of("email", "twin@example.com"));
        world.mautic.addContact(Map.of("email", "twin@example.com"));
        assertThat(next("twin@example.com").get(0)).startsWith("be rejected: contacts");
        CustomerId removed = world.crm.add(4, "removed@example.com");

        world.sync();

        assertThat(next("new@example.com")).containsExactly("nothing: it did not change since it was sent");
        assertThat(next("twin@example.com").get(0))
                .startsWith("nothing, Mautic rejected it: tried again when it changes, on retry, or after 20");
        world.crm.set(removed, "in_view", "false");
        assertThat(next("removed@example.com").get(0)).startsWith("take it out of our segments");
        world.crm.set(removed, "in_view", "true");
        world.mautic.deleteContact(world.contact("removed@example.com").id());
        world.crm.set(removed, "suburb", "Perth");
        assertThat(next("removed@example.com").get(0)).endsWith("was deleted: create a contact");
        SmallCrm.execute(
                world.jdbi,
                "update public.mautic_sync_status set in_flight_until = now() + interval '1 hour' where customer_id = '"
                        + removed + "'");
        assertThat(next("removed@example.com").get(0)).startsWith("wait: a write may still be running");
        SmallCrm.execute(world.jdbi, "update public.mautic_sync_status set in_flight_until = null");
        CustomerId shares = world.crm.add(3, "New@example.com");
        assertThat(explain("new@example.com").customers())
                .anySatisfy(person -> assertThat(person.view().next())
                        .containsExactly("skip it: shares its e-mail address with customer " + SmallCrm.id(1)));
        world.sync();
        assertThat(world.with(client -> explain(client).customer(shares))
                        .customers()
                        .get(0)
                        .view()
                        .next())
                .containsExactly(
                        "nothing, it stays skipped: shares its e-mail address with customer " + SmallCrm.id(1));
    }

    @Test
    void consent_is_shown_with_its_reasons() {
        CustomerId yes = world.crm.add(1, Map.of("email", "a@example.com", "marketing_opt_in", "true"));
        CustomerId no = world.crm.add(2, Map.of("email", "a@example.com", "marketing_opt_in", "false"));
        world.sync();

        Explainer.Person owner = explain("a@example.com").customers().get(0);

        assertThat(owner.view().customer()).isEqualTo(yes);
        assertThat(owner.consent())
                .containsExactly(
                        "CRM: opted in",
                        "CRM: customer " + no + " has the same address and opted out, which applies to both",
                        "Mautic: do-not-contact, set by this program: opted out in the CRM",
                        "Mautic: its field marketing_opt_in is false");
        assertThat(field(owner, "marketing_opt_in").wouldSend()).isEqualTo("false");
        world.mautic.clearDoNotContact(world.contact("a@example.com").id());
        assertThat(explain("a@example.com").customers().get(0).consent())
                .anyMatch(message -> message.startsWith("DANGER: opted out in the CRM, but Mautic may mail"));
    }

    @Test
    void a_persons_own_unsubscribe_and_the_latest_events_are_shown() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        world.sync();
        world.mautic.doNotContact(world.contact("a@example.com").id(), 1);
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_email_engagement (customer_id, event_type, occurred_at, email_subject)"
                        + " select uuid '" + customer
                        + "', 'open', timestamptz '2026-01-01 00:00:00+00' + i * interval '1 day', 'Mail ' || i from generate_series(1, 25) i"
                        + " union all select '" + customer + "', 'unsubscribe', '2026-02-01T00:00:00Z', null"
                        + " union all select '" + customer + "', 'bounce', '2025-12-02T00:00:00Z', null"
                        + " union all select '" + customer + "', 'resubscribe', '2025-12-01T00:00:00Z', null");

        Explainer.Person person = only("a@example.com");

        assertThat(person.consent())
                .contains("engagement: unsubscribed at 2026-02-01T00:00:00Z")
                .anyMatch(message -> message.startsWith("Mautic: do-not-contact, unsubscribed by the person"));
        assertThat(person.events()).hasSize(22);
        assertThat(person.events().subList(19, 22))
                .as("consent is never left out")
                .extracting(EngagementTimeline.Event::type)
                .containsExactly("open", "bounce", "resubscribe");
        assertThat(person.eventsLeftOut()).isEqualTo(6);
        assertThat(person.events().get(1).mail()).isEqualTo("Mail 25");
    }

    @Test
    void bounces_and_the_flag_of_each_address_are_shown_if_the_crm_has_them() {
        CustomerId customer = world.crm.add(1, "a@example.com");
        assertThat(only("a@example.com").view().now().addresses()).isEmpty();
        SmallCrm.execute(
                world.jdbi,
                "create table public.customer_emails (customer_id uuid, email text, bounce_count int, is_valid boolean);"
                        + " insert into public.customer_emails values ('" + customer
                        + "', 'a@example.com', 3, false), ('"
                        + customer + "', 'b@example.com', null, true), (gen_random_uuid(), 'a@example.com', 9, true)");

        assertThat(only("a@example.com").view().now().addresses().stream().map(EmailAddresses.Mailbox::message))
                .containsExactly(
                        "a@example.com: 3 bounces, flagged as invalid: must not be mailed",
                        "b@example.com: no bounces");
    }

    @Test
    void an_address_known_only_to_mautic_is_shown_and_an_unknown_one_is_empty() {
        long contact = world.mautic.addContact(Map.of("email", "only@example.com"));
        world.mautic.doNotContact(contact, 2);

        Explainer.Explanation explanation = explain("only@example.com");

        assertThat(explanation.customers()).isEmpty();
        assertThat(explanation.contacts()).hasSize(1);
        assertThat(explanation.contacts().get(0).contactId()).isEqualTo(contact);
        assertThat(explanation.contacts().get(0).consent().get(0)).contains("an e-mail bounced");
        assertThat(explain("nobody@example.com"))
                .isEqualTo(new Explainer.Explanation(List.of(), List.of(), null, null));
    }

    @Test
    void a_mautic_that_is_down_leaves_the_crms_side() {
        world.crm.add(1, "a@example.com");
        world.sync();
        MauticSettings down = new MauticSettings(
                URI.create("http://127.0.0.1:1"), world.mauticSettings().credentials(), Duration.ofSeconds(5));
        try (Mautic client = new Mautic(down, (time, why) -> {}, InstantSource.system())) {
            Explainer.Explanation explanation = explain(client).email("a@example.com");

            assertThat(explanation.mauticProblem()).contains("127.0.0.1:1");
            Explainer.Person person = explanation.customers().get(0);
            assertThat(field(person, "email").sent()).isEqualTo("a@example.com");
            assertThat(person.view().now().contact()).isNull();
            assertThat(person.view().now().segments()).doesNotContainKey("mautic");
            assertThat(person.view().next()).containsExactly("nothing: it did not change since it was sent");
        }
    }
}
