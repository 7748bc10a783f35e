package app.gigpigs.mauticsync.inbound.engagement;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpWorld;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpWorld.Person;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessor;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest;
import app.gigpigs.mauticsync.status.InboundStatus;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A change that the CRM rejects blocks no other customer, and is applied once the CRM accepts it. */
class RejectedEffectsTest {
    private static final String RAISES = "if new.id::text like '%0001' then raise exception 'no'; end if;";
    private static final String MAY_NOT = "insert into public.audit values (new.id);";

    private final InboundWorld world = new InboundWorld();
    private final PendingEvents waiting = new PendingEvents(world.jdbi, CrmSides.of(CrmNames.DEFAULT));

    @AfterEach
    void close() {
        world.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {RAISES, MAY_NOT})
    void an_opt_out_that_the_crm_rejects_is_retried_and_the_rest_of_its_delivery_is_applied(String trigger) {
        CustomerId rejected = world.customer(1, "a@example.com");
        CustomerId other = world.customer(2, "b@example.com");
        plant("customer_profiles", trigger);
        String both = InboxProcessorTest.unsubscribe(1, "a@example.com").strip().replaceFirst("]}$", ",")
                + InboxProcessorTest.unsubscribe(2, "b@example.com").strip().replaceFirst("^[^\\[]*\\[", "");

        InboxProcessor.Result result = world.deliver(both);

        assertThat(result.dead() + result.retried()).isZero();
        assertThat(world.events()).containsExactly("dnc:1:1 unsubscribe 1", "dnc:2:1 unsubscribe 2");
        assertThat(world.wantsMails(rejected)).isTrue();
        assertThat(world.wantsMails(other)).isEqualTo(trigger.equals(MAY_NOT));
        assertThat(waiting.process()).isZero();
        assertThat(InboundStatus.of(world.jdbi).message()).contains("that the CRM rejects");

        fix("customer_profiles");
        waiting.process();

        assertThat(world.wantsMails(rejected)).isFalse();
        assertThat(world.wantsMails(other)).isFalse();
        assertThat(InboundStatus.of(world.jdbi).message()).doesNotContain("that the CRM rejects");
    }

    @Test
    void of_two_customers_with_one_address_the_one_that_the_crm_accepts_is_opted_out() {
        CustomerId rejected = world.customer(1, "both@example.com");
        CustomerId other = world.customer(2, "both@example.com");
        plant("customer_profiles", RAISES);

        world.deliver(InboxProcessorTest.unsubscribe(9, "both@example.com"));

        assertThat(world.wantsMails(rejected)).isTrue();
        assertThat(world.wantsMails(other)).isFalse();
    }

    @Test
    void catching_up_continues_after_a_customer_whose_opt_out_the_crm_rejects() {
        try (CatchUpWorld mautic = new CatchUpWorld(world)) {
            Person ann = mautic.person(1);
            Person bob = mautic.person(2);
            long toBob = mautic.send(bob);
            mautic.mautic.people().unsubscribe(mautic.send(ann));
            mautic.mautic.people().unsubscribe(toBob);
            mautic.mautic.people().click(toBob, CatchUpWorld.LINK);
            plant("customer_profiles", RAISES);

            mautic.caughtUp();

            assertThat(world.wantsMails(ann.customer())).isTrue();
            assertThat(world.wantsMails(bob.customer())).isFalse();
            assertThat(world.events()).anyMatch(event -> event.startsWith("click:"));
        }
    }

    @Test
    void a_bounce_that_the_crm_rejects_is_retried_and_counted_once() {
        CustomerId customer = world.customer(1, "a@example.com");
        world.link(customer, 9);
        plant("customer_emails", "raise exception 'no';");
        EventDetails about = new EventDetails(
                new ContactRef(9L, null, "a@example.com"), null, Instant.parse("2026-11-20T08:00:00Z"), "{}");
        EventApplier applier = new EventApplier(CrmSides.of(CrmNames.DEFAULT));

        world.jdbi.useTransaction(handle -> applier.apply(handle, new Event.Bounce(1, about), EventSource.CATCH_UP));

        assertThat(world.bounces(customer)).isEqualTo("0 true");
        fix("customer_emails");
        waiting.process();
        assertThat(world.bounces(customer)).isEqualTo("1 true");
        waiting.process();
        assertThat(world.bounces(customer)).as("counted once").isEqualTo("1 true");
    }

    /** What fails is not the change of a customer, but the event's own row. */
    @Test
    void one_event_that_cannot_be_linked_leaves_the_others_linked() {
        for (int i = 1; i <= 9; i++) {
            world.deliver(InboxProcessorTest.unsubscribe(i, "p" + i + "@example.com"));
        }
        for (int i = 1; i <= 9; i++) {
            world.customer(i, "p" + i + "@example.com");
        }
        plant("customer_email_engagement", "if new.event_key like 'dnc:4:%' then raise exception 'no'; end if;");

        assertThat(waiting.process()).isEqualTo(8);

        assertThat(Rows.one(
                        world.jdbi,
                        "select count(*) from public.customer_email_engagement where customer_id is not null"))
                .isEqualTo("8");
        fix("customer_email_engagement");
        assertThat(waiting.process()).isEqualTo(1);
    }

    private void plant(String table, String body) {
        world.admin.useHandle(handle -> {
            handle.execute("create table if not exists public.audit (id uuid)");
            handle.execute("create function public.guard() returns trigger language plpgsql as 'begin "
                    + body.replace("'", "''") + " return new; end'");
            handle.execute("create trigger guard before update on public." + table
                    + " for each row execute function public.guard()");
        });
    }

    private void fix(String table) {
        world.admin.useHandle(handle -> handle.execute("drop trigger guard on public." + table));
    }
}
