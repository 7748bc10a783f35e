package app.gigpigs.mauticsync.inbound.engagement;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpReport;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpWorld;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpWorld.Person;
import app.gigpigs.mauticsync.inbound.catchup.ObservedOptOuts;
import app.gigpigs.mauticsync.inbound.inbox.InboxProcessorTest;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.LoggedLines;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** After Mautic was restored from a backup its ids continue from the backup, so that an id is issued again for another event. */
class ReissuedIdsTest {
    /** A contact that the restored Mautic lost. */
    private static final long LOST = 999;

    private static InboundWorld crm;
    private CatchUpWorld world;

    @BeforeAll
    static void create() {
        crm = new InboundWorld();
    }

    @AfterAll
    static void drop() {
        crm.close();
    }

    @BeforeEach
    void begin() {
        world = new CatchUpWorld(crm);
    }

    @AfterEach
    void close() {
        world.close();
    }

    /** Before the restoring, the lost contact had the entry with the id 1. */
    private void deliverStatusOfLostContact(String status, int reason) {
        crm.deliver(statusChange(status, reason, LOST));
    }

    private static String statusChange(String status, int reason, long contact) {
        return InboxProcessorTest.unsubscribe(contact, "somebody" + contact + "@example.test")
                .replace("\"unsubscribed\"", "\"" + status + "\"")
                .replace(
                        "\"doNotContact\":[{\"id\":" + contact + ",\"reason\":1",
                        "\"doNotContact\":[{\"id\":1,\"reason\":" + reason);
    }

    @Test
    void an_opt_out_with_a_reissued_id_is_applied_once_from_either_source() {
        deliverStatusOfLostContact("unsubscribed", 1);
        Person person = world.person(1);
        world.mautic.unsubscribe(person.contact());
        String own = "dnc:1-" + person.contact() + ":1 unsubscribe 1";

        CatchUpReport first = world.caughtUp();

        assertThat(crm.events()).containsExactlyInAnyOrder(own, "dnc:1:1 unsubscribe -");
        assertThat(crm.wantsMails(person.customer())).isFalse();
        assertThat(first.missing()).isZero();
        assertThat(crm.deliver(statusChange("unsubscribed", 1, person.contact()))
                        .events())
                .isZero();
        assertThat(crm.deliver(statusChange("unsubscribed", 1, LOST)).events()).isZero();
        answer(person);
        world.letSweepsBeDue();
        assertThat(world.caughtUp().added()).isZero();
        assertThat(crm.events()).containsExactlyInAnyOrder(own, "dnc:1:1 unsubscribe -");
        assertThat(
                        crm.one(
                                "select (occurred_at at time zone 'UTC')::text from public.customer_email_engagement where event_key = 'dnc:1:1'"))
                .as("the other one's time stays")
                .isEqualTo("2026-11-25 00:00:00");
    }

    @Test
    void a_webhook_with_a_reissued_entry_id_is_an_opt_out() {
        deliverStatusOfLostContact("unsubscribed", 1);
        Person person = world.person(1);
        world.mautic.unsubscribe(person.contact());

        crm.deliver(statusChange("unsubscribed", 1, person.contact()));

        assertThat(crm.wantsMails(person.customer())).isFalse();
        assertThat(world.caughtUp().added()).isZero();
        assertThat(crm.events()).hasSize(2);
    }

    @Test
    void a_response_with_a_reissued_entry_id_is_an_opt_out() {
        deliverStatusOfLostContact("unsubscribed", 1);
        Person person = world.person(1);
        world.mautic.unsubscribe(person.contact());

        answer(person);

        assertThat(crm.wantsMails(person.customer())).isFalse();
        assertThat(world.caughtUp().added()).isZero();
        assertThat(crm.events()).hasSize(2);
    }

    private void answer(Person person) {
        new ObservedOptOuts(crm.jdbi, CrmSides.of(CrmNames.DEFAULT), InstantSource.system())
                .apply(world.client.contacts().withIds(List.of(person.contact())));
    }

    @Test
    void a_bounce_with_a_reissued_id_is_kept() {
        deliverStatusOfLostContact("bounced", 2);
        Person person = world.person(1);
        world.mautic.doNotContact(person.contact(), 2);

        world.caughtUp();

        assertThat(crm.events())
                .containsExactlyInAnyOrder("dnc:1-" + person.contact() + ":2 bounce 1", "dnc:1:2 bounce -");
        world.letSweepsBeDue();
        assertThat(world.caughtUp().added()).isZero();
        assertThat(crm.events()).hasSize(2);
    }

    @ParameterizedTest
    @ValueSource(strings = {"page_hits", "email_stats_devices", "lead_donotcontact"})
    void a_table_that_ends_before_what_was_read_is_read_from_its_beginning_once(String table) {
        world.aBusyDay();
        world.caughtUp();
        int before = crm.events().size();
        setCursor(1_000, table);
        Person person = world.person(7);
        long mail = world.send(person);
        world.mautic.people().click(mail, CatchUpWorld.LINK);
        world.mautic.people().unsubscribe(mail);
        world.wait(Duration.ofHours(2));

        try (LoggedLines log = LoggedLines.of("inbound.catchup.TableReader")) {
            world.caughtUp();
            assertThat(log.lines())
                    .anyMatch(line -> line.startsWith("MS-407: Mautic's table " + table + " ends before"));
        }

        assertThat(crm.events()).hasSize(before + 3);
        assertThat(crm.wantsMails(person.customer())).isFalse();
        world.wait(Duration.ofHours(2));
        world.caughtUp();
        long position = Long.parseLong(world.position(table));
        assertThat(position).isBetween(1L, 100L);
        world.wait(Duration.ofHours(2));
        world.caughtUp();
        assertThat(world.position(table)).as("not read anew each time").isEqualTo(String.valueOf(position));
    }

    /** Sets the cursor of a table. */
    private void setCursor(long id, String table) {
        crm.admin.useHandle(handle -> handle.execute(
                "update mautic_sync.catch_up_cursor set position = ? where name in (?, ? || '.reached')",
                id,
                table,
                table));
    }
}
