package app.gigpigs.mauticsync.inbound.catchup;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.InboundWorld;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpWorld.Person;
import app.gigpigs.mauticsync.inbound.engagement.PendingEvents;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.LeaseLostException;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.status.InboundStatus;
import app.gigpigs.mauticsync.testing.CrmSides;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.net.URLDecoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is read in Mautic's tables, compared with what its webhooks reported or would have reported. */
class CatchUpTest {
    private static InboundWorld crm;

    private final CatchUpWorld world = new CatchUpWorld(crm);

    @BeforeAll
    static void create() {
        crm = new InboundWorld();
    }

    @AfterAll
    static void drop() {
        crm.close();
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void what_webhooks_brought_is_not_counted_again() {
        world.listen();
        world.aBusyDay();
        world.deliver();
        List<String> rows = world.crm.events();

        CatchUpReport report = world.caughtUp();

        assertThat(world.crm.events().stream().filter(row -> !row.contains(" bounce ")))
                .containsExactlyElementsOf(
                        rows.stream().filter(row -> !row.contains(" bounce ")).toList());
        assertThat(report.message())
                .containsExactly(
                        "clicks: by webhook 1, by catch-up 0, missing 0",
                        "opens: by webhook 2, by catch-up 0, missing 0",
                        "unsubscribes: by webhook 1, by catch-up 0, missing 0",
                        "bounces: by webhook 1, by catch-up 0, missing 0");
    }

    @Test
    void catching_up_alone_gives_the_rows_that_webhooks_and_catching_up_give_together() {
        world.aBusyDay();
        world.caughtUp();
        new EmailNames(world.crm.jdbi).fill(world.client.emails()::byId);
        List<String> alone = rows(world);
        List<String> effects = effects(world);

        try (CatchUpWorld other = new CatchUpWorld(crm)) {
            other.now.set(world.now.get().minusSeconds(3));
            other.listen();
            other.aBusyDay();
            other.deliver();
            other.caughtUp();
            assertThat(alone).containsExactlyElementsOf(rows(other)).hasSize(5);
            assertThat(effects).containsExactlyElementsOf(effects(other));
        }
    }

    private static List<String> rows(CatchUpWorld world) {
        return Rows.of(world.crm.admin, """
                select concat_ws(' | ', event_key, event_type, customer_id, mautic_contact_id, mautic_email_id,
                                 campaign_name, email_subject, link_url, occurred_at)
                  from public.customer_email_engagement order by event_key
                """);
    }

    private static List<String> effects(CatchUpWorld world) {
        return Rows.of(world.crm.admin, """
                select concat_ws(' ', p.id, marketing_opt_in, bounce_count, is_valid)
                  from public.customer_profiles p join public.customer_emails e on e.customer_id = p.id order by p.id
                """);
    }

    @Test
    void a_second_time_changes_nothing() {
        world.aBusyDay();
        world.caughtUp();
        List<String> rows = rows(world);
        List<String> effects = effects(world);

        assertThat(world.caughtUp().added()).isZero();
        assertThat(CatchUpWorld.done(world.catchUp(CatchUpWorld.pages(2)).run(CatchUp.Extent.EVERYTHING, "command"))
                        .added())
                .isZero();

        assertThat(rows(world)).containsExactlyElementsOf(rows);
        assertThat(effects(world)).containsExactlyElementsOf(effects);
    }

    @ParameterizedTest
    @ValueSource(strings = {"page_hits", "email_stats_devices", "lead_donotcontact"})
    void a_row_that_was_committed_late_is_found_by_the_next_run(String table) {
        for (int i = 1; i <= 4; i++) {
            Person person = world.person(i);
            long stat = world.send(person);
            world.mautic.people().open(stat);
            world.mautic.people().click(stat, CatchUpWorld.LINK);
            world.mautic.people().unsubscribe(stat);
            world.wait(i == 2 ? Duration.ofHours(2) : Duration.ofSeconds(1));
        }
        world.mautic.holdBack(table, 3);
        world.caughtUp();
        assertThat(world.position(table)).as("what is old is done for good").isEqualTo("2");
        int before = world.crm.events().size();

        world.mautic.commit(table);
        CatchUpReport report = world.caughtUp();

        // The mail's own row had reported the open.
        assertThat(report.added()).isEqualTo(table.equals("email_stats_devices") ? 0 : 1);
        assertThat(world.crm.events()).hasSize(before + (int) report.added()).hasSize(12);
        assertThat(world.crm.wantsMails(SmallCrm.id(3))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"page_hits", "email_stats_devices", "lead_donotcontact"})
    void in_a_table_that_became_quiet_nothing_is_read_again_after_half_an_hour(String table) {
        world.aBusyDay();
        world.mautic.holdBack(table, 1);
        world.caughtUp();
        int before = world.crm.events().size();
        world.wait(Duration.ofMinutes(29));
        assertThat(world.caughtUp().added()).isZero();
        world.mautic.commit(table);
        world.wait(Duration.ofMinutes(2));

        CatchUpReport last = world.caughtUp();

        assertThat(world.crm.events()).hasSize(before + (int) last.added());
        assertThat(last.added()).as("committed late").isEqualTo(table.equals("email_stats_devices") ? 0 : 1);
        assertThat(read(last)).isPositive();
        letAnHourPass();
        world.wait(Duration.ofMinutes(31));
        world.caughtUp();
        // The newest second of the column last_opened is never sure to be complete: one mail, opened twice.
        assertThat(read(world.caughtUp())).isEqualTo(2);
    }

    /** Without mails that came back, which are few and read each time. */
    private static long read(CatchUpReport report) {
        return report.lines().entrySet().stream()
                .filter(line -> line.getKey() != CatchUpReport.Kind.BOUNCES)
                .mapToLong(line -> line.getValue().read())
                .sum();
    }

    /** By the database's clock. */
    private void letAnHourPass() {
        world.crm.admin.useHandle(
                handle -> handle.execute(
                        "update mautic_sync.catch_up_cursor set completed_at = completed_at - interval '61 minutes' where name not like '%.sweep'"));
    }

    @Test
    void opens_of_contacts_that_were_deleted_since_are_found_and_linked_by_their_address() {
        Person before = world.person(1);
        Person between = world.person(2);
        long first = world.send(before);
        long second = world.send(between);
        world.mautic.people().open(first);
        world.mautic.deleteContact(before.contact());
        world.caughtUp();
        assertThat(world.crm.events())
                .containsExactly("deleted:" + before.contact() + " contact_deleted 1", open(first) + " open 1");

        world.wait(Duration.ofMinutes(1));
        world.mautic.people().open(first);
        world.mautic.people().open(second);
        world.mautic.deleteContact(between.contact());
        CatchUpReport report = world.caughtUp();

        assertThat(report.added()).isEqualTo(3);
        assertThat(world.crm.events()).contains(open(first) + " open 1", open(second) + " open 2");
    }

    @Test
    void an_open_that_was_committed_after_a_later_one_was_read_is_found_by_the_next_run() {
        Person late = world.person(1);
        Person early = world.person(2);
        long slow = world.send(late);
        long quick = world.send(early);
        world.caughtUp();
        world.mautic.people().open(slow);
        String open = open(slow) + " open 1";
        world.wait(Duration.ofMinutes(1));
        world.mautic.people().open(quick);
        world.mautic.deleteContact(late.contact());
        world.mautic.deleteContact(early.contact());
        world.mautic.holdBack("email_stats", slow);
        world.caughtUp();
        assertThat(world.crm.events())
                .containsExactly(
                        "deleted:" + late.contact() + " contact_deleted 1",
                        "deleted:" + early.contact() + " contact_deleted 2",
                        open(quick) + " open 2");

        world.mautic.commit("email_stats");
        world.caughtUp();

        assertThat(world.crm.events()).hasSize(4).contains(open);
    }

    private String open(long stat) {
        return "open:" + stat + ":" + world.now.get().getEpochSecond();
    }

    @Test
    void an_open_of_a_mail_that_is_older_than_the_window_is_found_by_the_next_run() {
        long stat = world.send(world.person(1));
        world.caughtUp();
        world.wait(Duration.ofDays(60));
        world.mautic.people().open(stat);

        assertThat(world.caughtUp().added()).isEqualTo(1);

        assertThat(world.crm.events()).containsExactly(open(stat) + " open 1");
        assertThat(world.crm.one("select mautic_email_id from public.customer_email_engagement"))
                .isEqualTo(String.valueOf(world.email));
    }

    @Test
    void a_click_of_a_contact_that_was_deleted_since_is_still_its_customers() {
        Person person = world.person(1);
        long hit = world.mautic.people().click(world.send(person), CatchUpWorld.LINK);
        world.mautic.deleteContact(person.contact());

        world.caughtUp();

        assertThat(world.crm.events()).contains("click:" + hit + " click 1");
    }

    @Test
    void every_mail_that_came_back_counts_once_and_the_third_flags_the_address() {
        Person person = world.person(1);
        world.listen();
        for (int i = 1; i <= 3; i++) {
            long stat = world.send(person);
            world.mautic.people().bounce(stat);
            world.mautic.people().bounce(stat);
            world.deliver();
            world.caughtUp();
            world.caughtUp();
            assertThat(world.crm.bounces(person.customer())).isEqualTo(i + (i < 3 ? " true" : " false"));
        }
        assertThat(world.caughtUp().message()).contains("bounces: by webhook 1, by catch-up 2, missing 0");
    }

    @Test
    void a_mail_that_comes_back_long_after_it_was_sent_is_found_by_the_report_or_by_the_sweep() {
        Person reported = world.person(1);
        Person silent = world.person(2);
        long first = world.send(reported);
        long second = world.send(silent);
        world.caughtUp();
        world.wait(Duration.ofDays(60));
        world.listen();
        world.mautic.people().bounce(first);
        world.deliver();
        world.mautic.people().bounce(second);
        world.mautic.clearDoNotContact(silent.contact());

        world.caughtUp();
        assertThat(world.crm.events()).contains("bounce:" + first + " bounce 1").hasSize(1);
        world.letSweepsBeDue();
        world.caughtUp();

        assertThat(world.crm.events())
                .contains("bounce:" + second + " bounce 2")
                .hasSize(2);
        assertThat(world.crm.bounces(silent.customer())).isEqualTo("1 true");
    }

    @Test
    void a_bounce_set_over_the_api_without_a_returned_mail_is_not_counted() {
        Person person = world.person(1);
        world.mautic.doNotContact(person.contact(), 2);
        world.caughtUp();
        world.crm.admin.useHandle(
                handle -> handle.execute("update mautic_sync.bounce_report set seen_at = now() - interval '25 hours'"));

        world.caughtUp();

        assertThat(world.crm.events()).containsExactly("dnc:1:2 do_not_contact 1");
        assertThat(world.crm.bounces(person.customer())).isEqualTo("0 true");
        assertThat(world.crm.wantsMails(person.customer())).isTrue();
    }

    @Test
    void our_own_entry_is_not_an_event_and_a_removed_entry_is_not_an_opt_in() {
        Person ours = world.person(1);
        Person theirs = world.person(2);
        world.client.contacts().addDoNotContact(ours.contact(), 3, Consent.OPTED_OUT.comment());
        world.mautic.doNotContact(theirs.contact(), 3);
        world.caughtUp();
        world.mautic.clearDoNotContact(theirs.contact());
        world.letSweepsBeDue();

        world.caughtUp();

        assertThat(world.crm.events()).containsExactly("dnc:2:3 unsubscribe 2");
        assertThat(world.crm.wantsMails(ours.customer())).isTrue();
        assertThat(world.crm.wantsMails(theirs.customer())).isFalse();
    }

    @Test
    void mautics_own_time_of_an_unsubscribe_replaces_that_of_the_webhooks_queue() {
        Person person = world.person(1);
        world.listen();
        world.mautic.people().unsubscribe(world.send(person));
        world.deliver();
        world.crm.admin.useHandle(handle -> handle.execute(
                "update public.customer_email_engagement set occurred_at = occurred_at + interval '3 hours'"));

        world.caughtUp();

        assertThat(world.crm.one(
                        "select extract(epoch from occurred_at)::bigint::text from public.customer_email_engagement"))
                .isEqualTo(String.valueOf(world.now.get().getEpochSecond()));
    }

    @Test
    void an_email_that_mautic_rejects_blocks_no_other_and_is_retried_after_a_day() {
        Person person = world.person(1);
        long second = world.mautic.mails().create("Second", "Hello again");
        world.mautic.people().click(world.send(person), CatchUpWorld.LINK);
        world.mautic.people().click(world.mautic.mails().sendToContact(second, person.contact()), CatchUpWorld.LINK);
        world.caughtUp();
        world.mautic.faults().next("GET", "/api/emails/" + world.email, new Fault.Status(403, """
                        {"errors":[{"message":"You do not have access to the requested area/action.","code":403}]}
                        """));

        new EmailNames(world.crm.jdbi).fill(world.client.emails()::byId);
        new EmailNames(world.crm.jdbi).fill(world.client.emails()::byId);

        assertThat(
                        Rows.of(
                                world.crm.admin,
                                "select distinct campaign_name from public.customer_email_engagement where campaign_name is not null"))
                .containsExactly("Second");
    }

    @Test
    void an_opt_out_of_an_unknown_contact_takes_effect_when_the_customer_appears() {
        long contact = world.mautic.addContact(Map.of("email", "Later@Example.test"));
        long first = world.mautic.mails().sendToContact(world.email, contact);
        world.mautic.people().bounce(world.mautic.mails().sendToContact(world.email, contact));
        world.mautic.clearDoNotContact(contact);
        world.mautic.people().unsubscribe(first);
        world.mautic.people().click(first, CatchUpWorld.LINK);
        world.caughtUp();
        assertThat(world.crm.events()).hasSize(4).allMatch(row -> row.endsWith(" -"));

        CustomerId customer = world.crm.customer(7, "later@example.test");
        new PendingEvents(world.crm.jdbi, CrmSides.of(CrmNames.DEFAULT)).process();

        assertThat(world.crm.events()).hasSize(4).allMatch(row -> row.endsWith(" 7"));
        assertThat(world.crm.wantsMails(customer)).isFalse();
        assertThat(world.crm.bounces(customer)).isEqualTo("1 true");
    }

    @Test
    void a_table_that_mautic_rejects_fails_the_run_with_its_message_and_the_rest_is_read() {
        Person person = world.person(1);
        long hit = world.mautic.people().click(world.send(person), CatchUpWorld.LINK);
        world.mautic
                .faults()
                .next(
                        "GET",
                        "/api/stats/page_hits",
                        new Fault.Status(200, "{\"errors\":[{\"message\":\"Deadlock found\",\"code\":1213}]}"));

        CatchUpResult result = world.catchUp(CatchUpWorld.pages(10)).run(CatchUp.Extent.DUE, "schedule");

        assertThat(result).isInstanceOf(CatchUpResult.Failed.class);
        assertThat(((CatchUpResult.Failed) result).failure().message())
                .isEqualTo("Mautic does not show its table page_hits: Deadlock found");
        assertThat(world.position("page_hits")).isEqualTo("none");
        assertThat(world.crm.events()).hasSize(1).allMatch(row -> row.startsWith("open:"));
        assertThat(
                        world.crm.one(
                                "select status || ' ' || (error_details ->> 'error') from public.mautic_sync_logs where kind = 'catch_up'"))
                .isEqualTo("failed Mautic does not show its table page_hits: Deadlock found");
        world.caughtUp();
        assertThat(world.crm.events()).contains("click:" + hit + " click 1");
    }

    @Test
    void pending_events_of_webhooks_and_of_catching_up_are_reported() {
        Duration hour = Duration.ofHours(1);
        assertThat(InboundStatus.of(world.crm.jdbi).stale(hour, world.now.get()))
                .isFalse();
        assertThat(InboundStatus.of(world.crm.jdbi).message())
                .isEqualTo("Mautic's tables were not read to the end yet, no delivery pending");

        world.caughtUp();
        InboundStatus caughtUp = InboundStatus.of(world.crm.jdbi);
        assertThat(caughtUp.stale(hour, world.now.get())).isFalse();
        assertThat(caughtUp.stale(hour, world.now.get().plusSeconds(3700))).isTrue();

        world.crm.admin.useHandle(handle -> handle.execute("delete from mautic_sync.catch_up_cursor"));
        world.crm.store("{}");
        InboundStatus waiting = InboundStatus.of(world.crm.jdbi);
        assertThat(waiting.stale(hour, world.now.get())).isFalse();
        assertThat(waiting.stale(hour, world.now.get().plusSeconds(3700))).isTrue();
    }

    @Test
    void an_unreachable_mautic_ends_the_run_and_the_next_one_finds_all() {
        world.aBusyDay();
        for (int i = 0; i < 3; i++) {
            world.mautic.faults().next("GET", "/api/stats/page_hits", new Fault.HtmlPage(503));
        }

        assertThat(world.catchUp(CatchUpWorld.pages(10)).run(CatchUp.Extent.DUE, "schedule"))
                .isInstanceOf(CatchUpResult.Failed.class);

        world.caughtUp();
        assertThat(world.crm.events()).hasSize(5);
    }

    @Test
    void a_run_that_breaks_off_within_a_page_goes_on_behind_the_last_one() {
        Person person = world.person(1);
        long stat = world.send(person);
        for (int i = 0; i < 5; i++) {
            world.mautic.people().click(stat, CatchUpWorld.LINK);
        }
        world.wait(Duration.ofHours(3));
        long last = world.mautic.people().click(stat, CatchUpWorld.LINK);
        world.breakOn("click:4");

        assertThat(world.catchUp(CatchUpWorld.pages(2)).run(CatchUp.Extent.DUE, "schedule"))
                .isInstanceOfSatisfying(
                        CatchUpResult.Failed.class,
                        failed -> assertThat(failed.failure().line())
                                .startsWith("MS-403: the CRM rejects an event, SQLSTATE"));
        assertThat(world.position("page_hits")).isEqualTo("2");
        assertThat(world.crm.events().stream().filter(row -> row.startsWith("click:")))
                .hasSize(2);
        world.fix();
        world.mautic.clearRequests();
        world.catchUp(CatchUpWorld.pages(2)).run(CatchUp.Extent.DUE, "schedule");

        assertThat(world.crm.events().stream().filter(row -> row.startsWith("click:")))
                .hasSize(6)
                .contains("click:" + last + " click 1");
        assertThat(world.mautic.requests().stream()
                        .filter(request -> request.path().contains("page_hits"))
                        .filter(request ->
                                URLDecoder.decode(request.query(), UTF_8).contains("where[1][val]=0&")))
                .as("nothing of the first page is read again")
                .isEmpty();
    }

    @Test
    void a_process_that_lost_its_lease_writes_nothing_more() {
        try (Lease lease =
                Lease.acquire(world.crm.jdbi, CatchUp.KIND, time -> {}).orElseThrow()) {
            Cursors cursors = new Cursors(world.crm.jdbi, lease);
            cursors.complete("page_hits", 5);
            world.crm.admin.useHandle(handle -> handle.execute("update mautic_sync.lease set token = token + 1"));

            assertThatThrownBy(() -> cursors.complete("page_hits", 9)).isInstanceOf(LeaseLostException.class);
            assertThatThrownBy(() -> world.crm.jdbi.useTransaction(handle -> cursors.advance(handle, "page_hits", 9)))
                    .isInstanceOf(LeaseLostException.class);
        }
        assertThat(world.position("page_hits")).isEqualTo("5");
    }
}
