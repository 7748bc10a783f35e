package app.gigpigs.mauticsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.consent.ledger.Statement;
import app.gigpigs.mauticsync.consent.ledger.Statement.Evidence;
import app.gigpigs.mauticsync.consent.ledger.Statement.Source;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.simulator.DoNotContactEntry;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What people see of consent, and what a named operator may change. */
class ConsentCommandTest {
    private static final String JANE = "jane@example.com";
    private static final Instant OUTAGE = Instant.parse("2026-11-20T08:00:00Z");

    @TempDir
    private Path folder;

    private final Scenario world = new Scenario();
    private Program program;

    @BeforeEach
    void configure() {
        program = new Program(world, folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void the_history_of_an_address_shows_what_was_said_and_who_ended_it() {
        CustomerId jane = synced(1, JANE);
        unsubscribe(JANE);
        SmallCrm.execute(
                world.jdbi,
                "update public.customer_email_engagement set email_subject = 'Hello' where event_type = 'unsubscribe'");
        optIn(jane, "true");
        assertThat(allow(JANE).code()).isZero();
        optIn(jane, "false");
        world.sync();

        Ended text = program.run("consent", " Jane@Example.com");
        JsonNode json = program.run("consent", JANE, "--json").json();

        assertThat(text.out())
                .startsWith("jane@example.com: is not mailed: opted_out\n")
                .contains("customer " + jane + " is opted out in the CRM's view")
                .contains("unsubscribed, from catch_up")
                .contains("evidence: customer " + jane + ", contact "
                        + world.contact(JANE).id() + ", event dnc:")
                .contains("mail Hello")
                .contains("by operator Bob Lee: she phoned")
                .contains("stands; CRM: done, Mautic: ");
        assertThat(json.at("/now/mailable").asBoolean()).isFalse();
        assertThat(json.at("/statements")).hasSize(2);
        assertThat(json.at("/statements/1/ended/operator").asText()).isEqualTo("Bob Lee");
        assertThat(json.at("/statements/1/ended/why").asText()).isEqualTo("she phoned");
        assertThat(json.at("/statements/0/ended").isNull()).isTrue();
        assertThat(program.run("consent", "nobody@example.com").out())
                .contains("may be mailed")
                .contains("neither the CRM nor the ledger knows the address");
        assertThat(program.run("consent", "jane").code()).isEqualTo(2);
    }

    @Test
    void the_statements_of_an_erased_person_are_found_by_the_address() {
        synced(1, JANE);
        unsubscribe(JANE);
        assertThat(program.run("erase", JANE, "--yes").code()).isZero();

        JsonNode json = program.run("consent", JANE, "--json").json();

        assertThat(json.at("/statements/0/reason").asText()).isEqualTo("unsubscribed");
        assertThat(json.at("/statements/0/times/erased").asBoolean()).isTrue();
        assertThat(json.at("/statements/0/shown/evidence/customer").isNull()).isTrue();
    }

    @Test
    void an_unsubscribe_is_ended_only_when_the_crm_has_an_opt_in_again() {
        CustomerId jane = synced(1, JANE);
        unsubscribe(JANE);

        Ended kept = allow(JANE);
        assertThat(kept.code()).isEqualTo(3);
        assertThat(kept.out()).contains(JANE + " stays as it is: customer " + jane + " is opted out in the CRM");
        assertThat(entries(JANE)).hasSize(1);

        optIn(jane, "true");
        Ended asked = program.answering("no\n", allowing(JANE));
        assertThat(asked.code()).isEqualTo(3);
        assertThat(asked.out())
                .contains("1 addresses would be mailed again; statements that would be ended: {unsubscribed=1}")
                .endsWith("Nothing was changed.\n");
        assertThat(entries(JANE)).hasSize(1);

        assertThat(allow(JANE).code()).isZero();
        assertThat(entries(JANE)).isEmpty();
        assertThat(Rows.one(
                        world.jdbi,
                        "select concat_ws('|', ended_by, ended_operator, ended_note) from mautic_sync.consent_ledger"))
                .isEqualTo("operator|Bob Lee|she phoned");
        world.sync();
        assertThat(world.status(jane, "synced_consent")).isEqualTo("mailable");
        assertThat(allow(JANE).out()).contains("nothing stands against it in the ledger");
    }

    @Test
    void an_opt_out_that_arrives_while_an_entry_is_removed_puts_it_back() {
        CustomerId jane = synced(1, JANE);
        unsubscribe(JANE);
        optIn(jane, "true");
        // As soon as the intent is stored, and before the entry is removed.
        SmallCrm.execute(world.jdbi, """
                create function public.opt_out_again() returns trigger language plpgsql as $$ begin
                  if new.mautic_state = 'removing' then update public.customer_profiles set marketing_opt_in = false; end if;
                  return null; end $$;
                create trigger opt_out_again after update on mautic_sync.consent_ledger
                  for each row execute function public.opt_out_again()
                """);

        Ended ended = allow(JANE);

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.out()).contains(JANE + " stays as it is: it must not be mailed all the same: ");
        assertThat(entries(JANE)).hasSize(1);
        assertThat(world.mautic.requests())
                .as("the entry was removed and put back")
                .anyMatch(request -> request.path().endsWith("/dnc/email/remove"));
        assertThat(Rows.of(world.jdbi, "select id::text from mautic_sync.consent_ledger where ended_at is not null"))
                .isEmpty();
    }

    @Test
    void an_entry_that_a_dead_process_had_removed_is_put_back_by_the_next_run() {
        synced(1, "somebody@example.com");
        // No customer's address, so that a run has no other reason to look at the contact.
        world.mautic.addContact(Map.of("email", JANE));
        state(JANE, Reason.UNSUBSCRIBED, OUTAGE);
        SmallCrm.execute(world.jdbi, "update mautic_sync.consent_ledger set mautic_state = 'removing'");

        world.sync();

        assertThat(entries(JANE)).hasSize(1);
    }

    @Test
    void a_complaint_needs_an_option_of_its_own() {
        synced(1, JANE);
        state(JANE, Reason.COMPLAINED, OUTAGE);
        world.deliverOptOuts();

        assertThat(allow(JANE).out()).contains("the person complained at 2026-11-20T08:00:00Z: --complaints");
        assertThat(entries(JANE)).hasSize(1);

        assertThat(program.run(with(allowing(JANE), "--yes", "--complaints")).code())
                .isZero();
        assertThat(entries(JANE)).isEmpty();
    }

    @Test
    void an_entry_that_the_ledger_does_not_know_is_not_removed() {
        synced(1, JANE);
        state(JANE, Reason.BOUNCED, OUTAGE);
        world.mautic.doNotContact(world.contact(JANE).id(), 1);

        Ended ended = allow(JANE);

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.out()).contains("has a do-not-contact entry with reason 1 that the ledger does not know");
        assertThat(entries(JANE)).hasSize(1);
        assertThat(Rows.one(world.jdbi, "select mautic_state from mautic_sync.consent_ledger"))
                .isEqualTo("pending");
    }

    @Test
    void the_bounces_of_an_outage_are_ended_together_and_no_others() {
        addresses();
        for (int i = 1; i <= 4; i++) {
            synced(i, "c" + i + "@example.com");
        }
        SmallCrm.execute(world.jdbi, """
                insert into public.customer_emails select id, email, 3, false from public.customer_profiles
                """);
        state("c1@example.com", Reason.BOUNCED, OUTAGE);
        state("c2@example.com", Reason.BOUNCED, OUTAGE.plusSeconds(3600));
        state("c3@example.com", Reason.BOUNCED, OUTAGE.plusSeconds(7200));
        state("c4@example.com", Reason.BOUNCED, OUTAGE);
        state("c4@example.com", Reason.UNSUBSCRIBED, OUTAGE);
        world.deliverOptOuts();

        Ended ended = program.run(
                "consent",
                "--allow",
                "--reason",
                "bounced",
                "--from",
                "2026-11-20T08:00:00Z",
                "--until",
                "2026-11-20T10:00:00Z",
                "--by",
                "Bob Lee",
                "--why",
                "our mail server was down",
                "--yes",
                "--json");

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.json().at("/addresses").asInt()).isEqualTo(2);
        assertThat(ended.json().at("/statements/bounced").asInt()).isEqualTo(2);
        assertThat(ended.json().at("/kept")).hasSize(1);
        assertThat(ended.json().at("/kept/0/why").asText()).startsWith("unsubscribed since");
        assertThat(
                        Rows.of(
                                world.jdbi,
                                "select email || ' ' || bounce_count || ' ' || is_valid from public.customer_emails order by 1"))
                .containsExactly(
                        "c1@example.com 0 true",
                        "c2@example.com 0 true",
                        "c3@example.com 3 false",
                        "c4@example.com 3 false");
        assertThat(entries("c1@example.com")).isEmpty();
        assertThat(entries("c3@example.com")).hasSize(1);
        assertThat(entries("c4@example.com")).hasSize(1);
    }

    @Test
    void a_first_bounce_that_made_no_statement_is_allowed_and_kept_as_ended() throws IOException {
        CustomerId jane = synced(1, JANE);
        world.mautic.doNotContact(world.contact(JANE).id(), 2);
        world.crm.set(jane, "suburb", "Perth");
        world.sync();
        Path list = Files.writeString(folder.resolve("list.txt"), "JANE@example.com\n\n");

        Ended ended = program.run(
                "consent", "--allow", "--file", list.toString(), "--by", "Bob Lee", "--why", "she phoned", "--yes");

        assertThat(ended.code()).as(ended.out() + ended.err()).isZero();
        assertThat(entries(JANE)).isEmpty();
        assertThat(Rows.one(
                        world.jdbi,
                        "select concat_ws('|', reason, source, ended_operator) from mautic_sync.consent_ledger"))
                .isEqualTo("bounced|operator|Bob Lee");
    }

    @Test
    void who_ends_a_statement_says_who_and_why_and_which() {
        for (List<String> wrong : List.of(
                List.of("consent", "--allow", JANE, "--yes"),
                List.of("consent", "--allow", JANE, "--by", "Bob", "--yes"),
                List.of("consent", "--allow", "--by", "Bob", "--why", "x", "--yes"),
                List.of("consent", "--allow", JANE, "--file", "x", "--by", "Bob", "--why", "x", "--yes"),
                List.of("consent", "--allow", "--reason", "bounced", "--by", "Bob", "--why", "x", "--yes"),
                List.of(
                        "consent",
                        "--allow",
                        "--reason",
                        "bounced",
                        "--from",
                        "today",
                        "--until",
                        "2026-11-24",
                        "--by",
                        "B",
                        "--why",
                        "x"),
                List.of("consent", "--allow", JANE, "--by", "Bob", "--why", "x", "--json"))) {
            Ended ended = program.run(wrong.toArray(String[]::new));
            assertThat(ended.code()).as(String.join(" ", wrong) + ended.err()).isEqualTo(2);
        }
    }

    @Test
    void everybody_who_is_not_mailed_is_counted_by_reason() {
        synced(1, "mailed@example.com");
        world.crm.add(2, Map.of("email", "no@example.com", "marketing_opt_in", "false"));
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_profiles (id, email, marketing_opt_in) values ('" + SmallCrm.id(3)
                        + "', 'null@example.com', null)");
        synced(4, "bounced@example.com");
        synced(5, "once@example.com");
        state("bounced@example.com", Reason.BOUNCED, OUTAGE);
        state("unlinked@example.com", Reason.BLOCKED, OUTAGE);
        world.mautic.doNotContact(world.contact("once@example.com").id(), 2);
        world.crm.set(SmallCrm.id(5), "suburb", "Perth");
        world.sync();

        JsonNode json = program.run("consent", "--json").json();

        assertThat(json.at("/notMailable").toString())
                .isEqualTo("{\"bounced\":1,\"bounced_in_mautic\":1,\"no_opt_in\":1,\"opted_out\":1}");
        assertThat(json.at("/addressesOfNobody").asInt()).isEqualTo(1);
        assertThat(program.run("status", "--json").json().at("/notMailable")).isEqualTo(json.at("/notMailable"));
        assertThat(program.run("status").out())
                .contains(
                        "Not mailed: 4 customers (bounced 1, bounced_in_mautic 1, no_opt_in 1, opted_out 1), and 1 addresses");
    }

    @Test
    void who_was_made_contactable_in_mautic_against_the_rule_asks_to_be_mailed_again() {
        CustomerId jane = synced(1, JANE);
        CustomerId bert = synced(2, "bert@example.com");
        unsubscribe(JANE);
        unsubscribe("bert@example.com");
        for (CustomerId one : List.of(jane, bert)) {
            SmallCrm.execute(
                    world.jdbi,
                    "insert into public.customer_email_engagement (customer_id, event_type, event_key, occurred_at, mautic_contact_id)"
                            + " values ('" + one + "', 'resubscribe', 'resubscribe:" + one
                            + "', now() + interval '1 hour', 7)");
        }
        SmallCrm.execute(
                world.jdbi,
                "update mautic_sync.consent_ledger set said_at = now() + interval '2 hours' where address = 'bert@example.com'");

        Ended text = program.run("consent");
        JsonNode json = program.run("consent", "--json").json();

        assertThat(text.out())
                .contains("1 people ask to be mailed again")
                .contains("customer " + jane + ", contact 7, asked at ")
                .contains("not mailed: unsubscribed")
                .doesNotContain("@");
        assertThat(json.at("/askingAgain")).hasSize(1);
        assertThat(program.run("status", "--json").json().at("/askingAgain").asInt())
                .isEqualTo(1);
    }

    @Test
    void explain_shows_which_mails_were_sent_after_the_opt_out() {
        synced(1, JANE);
        long news = world.mautic.mails().create("News", "Hello");
        world.mautic.mails().sendToContact(news, world.contact(JANE).id());
        state(JANE, Reason.UNSUBSCRIBED, Instant.parse("2020-01-01T00:00:00Z"));
        assertThat(program.run("explain", JANE).out()).contains("AFTER the opt-out of 2020-01-01T00:00:00Z");

        SmallCrm.execute(world.jdbi, "update mautic_sync.consent_ledger set said_at = now() + interval '1 year'");
        assertThat(program.run("explain", JANE).out())
                .contains("Mails sent, the latest first:")
                .doesNotContain("AFTER");
        assertThat(program.run("explain", JANE, "--json").json().at("/customers/0/mails"))
                .hasSize(1);
    }

    @Test
    void the_view_for_the_crm_shows_each_address_with_its_reason_and_since_when() {
        synced(1, "mailed@example.com");
        synced(2, JANE);
        world.crm.add(3, Map.of("email", "no@example.com", "marketing_opt_in", "false"));
        state(JANE, Reason.BOUNCED, OUTAGE.plusSeconds(60));
        state(JANE, Reason.UNSUBSCRIBED, OUTAGE);
        world.sync();

        assertThat(Rows.of(
                        world.jdbi,
                        "select concat_ws(' ', address, mailable, reason, case when reason = 'unsubscribed' then since at time zone 'UTC' end,"
                                + " since is null) from public.mautic_consent_v order by address"))
                .containsExactly(
                        "jane@example.com f unsubscribed 2026-11-20 08:00:00 f",
                        "mailed@example.com t t",
                        "no@example.com f opted_out f");
    }

    private CustomerId synced(int number, String email) {
        CustomerId id = world.crm.add(number, email);
        world.sync();
        return id;
    }

    /** By the link in a mail; its webhook is lost. */
    private void unsubscribe(String email) {
        world.mautic.doNotContact(world.contact(email).id(), 1);
        assertThat(program.run("catch-up").code()).isZero();
        assertThat(Rows.of(
                        world.jdbi,
                        "select reason from mautic_sync.consent_ledger where ended_at is null and address = ?",
                        email))
                .containsExactly("unsubscribed");
    }

    private void state(String address, Reason reason, Instant at) {
        world.jdbi.useTransaction(handle -> new ConsentLedger()
                .state(handle, List.of(new Statement(address, reason, Source.SES, at, Evidence.NONE))));
    }

    private void addresses() {
        SmallCrm.execute(
                world.jdbi,
                "create table public.customer_emails (customer_id uuid, email text, bounce_count int not null default 0, is_valid boolean not null default true)");
    }

    private void optIn(CustomerId customer, String value) {
        world.crm.set(customer, "marketing_opt_in", value);
    }

    private Ended allow(String email) {
        return program.run(with(allowing(email), "--yes"));
    }

    private static String[] allowing(String email) {
        return new String[] {"consent", "--allow", email, "--by", "Bob Lee", "--why", "she phoned"};
    }

    private static String[] with(String[] arguments, String... more) {
        return java.util.stream.Stream.of(arguments, more)
                .flatMap(java.util.Arrays::stream)
                .toArray(String[]::new);
    }

    private List<DoNotContactEntry> entries(String email) {
        return world.contact(email).doNotContact();
    }
}
