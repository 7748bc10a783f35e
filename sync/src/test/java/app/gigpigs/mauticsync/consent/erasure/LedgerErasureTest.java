package app.gigpigs.mauticsync.consent.erasure;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.app.OwnedTables;
import app.gigpigs.mauticsync.consent.delivery.Outbox;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger.EndedBy;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.consent.ledger.Statement;
import app.gigpigs.mauticsync.consent.ledger.Statement.Evidence;
import app.gigpigs.mauticsync.consent.ledger.Statement.Source;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an erasure leaves in the ledger and the outbox, and what a reversal gives back. */
class LedgerErasureTest {
    private static final String ANNA = "anna@example.com";
    private static final Instant SAID = Instant.parse("2026-03-04T05:06:07Z");

    @TempDir
    private Path folder;

    private final Scenario world = new Scenario();
    private final ConsentLedger ledger = new ConsentLedger();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void of_an_erased_persons_statements_a_hash_is_left_and_the_reasons_and_times() {
        CustomerId anna = optedOut(1, ANNA);
        state(new Statement(
                ANNA, Reason.UNSUBSCRIBED, Source.WEBHOOK, SAID, new Evidence(anna, 77L, "dnc:5", "a note")));
        state(new Statement("bert@example.com", Reason.BLOCKED, Source.IMPORT, SAID, Evidence.noted("line 2")));
        world.jdbi.useTransaction(handle -> new Outbox().addresses(handle, Set.of(ANNA, "bert@example.com")));
        endAll(ANNA, "anna phoned");

        erase(ANNA);

        assertThat(Rows.of(world.jdbi, """
                        select concat_ws(' ', reason, address, customer_id, mautic_contact_id, event_key, note, ended_note,
                                         last_error, length(address_hash), said_at at time zone 'UTC')
                          from mautic_sync.consent_ledger where address_hash is not null and reason = 'unsubscribed'
                        """)).containsExactly("unsubscribed 32 2026-03-04 05:06:07");
        assertThat(Rows.of(world.jdbi, "select l::text from mautic_sync.consent_ledger l"))
                .noneMatch(row -> row.contains(ANNA) || row.contains(anna.toString()) || row.contains("phoned"))
                .anyMatch(row -> row.contains("bert@example.com") && row.contains("line 2"));
        assertThat(Rows.of(world.jdbi, "select address from mautic_sync.outbox where kind = 'address'"))
                .containsExactly("bert@example.com");
    }

    @Test
    void the_preview_shows_the_numbers_that_are_then_deleted_and_changes_nothing() {
        CustomerId anna = optedOut(1, ANNA);
        world.sync();
        SmallCrm.execute(
                world.jdbi,
                "update public.mautic_sync_logs set error_details = jsonb_build_object('message', 'customer " + anna
                        + " failed')");
        String before = everything();

        Erasure.Findings found = erasure().look(ANNA);

        assertThat(everything()).isEqualTo(before);
        Erasure.Receipt receipt = erase(ANNA);
        assertThat(receipt.removed().rows())
                .isEqualTo(found.rows())
                .containsKeys("mautic_sync.consent_ledger", "public.mautic_sync_status", "texts");
        assertThat(receipt.removed().contactIds()).isEqualTo(found.contacts()).hasSize(1);
    }

    @Test
    void an_opt_out_of_before_the_erasure_counts_again_after_its_reversal() {
        CustomerId anna = world.crm.add(1, ANNA);
        for (String event : List.of("dnc:1", "dnc:2")) {
            state(new Statement(ANNA, Reason.UNSUBSCRIBED, Source.WEBHOOK, SAID, new Evidence(anna, 77L, event, null)));
        }
        erase(ANNA);
        world.crm.delete(anna);
        world.crm.add(2, ANNA);
        assertThat(consent(ANNA)).isEqualTo(Consent.MAILABLE);

        assertThat(reversal().look(ANNA).statements()).isEqualTo(2);
        assertThat(reversal().revert(ANNA).statements()).isEqualTo(2);

        assertThat(consent(ANNA)).isEqualTo(Consent.UNSUBSCRIBED);
        assertThat(reversal().revert(ANNA).nothing()).isTrue();
        world.sync();
        assertThat(world.contact(ANNA).doNotContact()).hasSize(1);
        erase(ANNA);
        assertThat(reversal().revert(ANNA).statements())
                .as("after a second erasure")
                .isGreaterThanOrEqualTo(2);
        assertThat(consent(ANNA)).isEqualTo(Consent.UNSUBSCRIBED);
    }

    @Test
    void another_address_of_the_person_that_somebody_else_has_keeps_its_opt_out() {
        CustomerId anna = world.crm.add(1, ANNA);
        world.crm.add(2, "family@example.com");
        state(new Statement(
                "family@example.com", Reason.UNSUBSCRIBED, Source.WEBHOOK, SAID, new Evidence(anna, 7L, "dnc:1", "x")));
        state(new Statement(
                "anna.old@example.com",
                Reason.UNSUBSCRIBED,
                Source.WEBHOOK,
                SAID,
                new Evidence(anna, 7L, "dnc:2", null)));

        erase(ANNA);

        assertThat(consent("family@example.com")).isEqualTo(Consent.UNSUBSCRIBED);
        assertThat(
                        Rows.of(
                                world.jdbi,
                                "select concat_ws(' ', address, customer_id, note) from mautic_sync.consent_ledger order by id"))
                .containsExactly("family@example.com", "");
    }

    @Test
    void a_run_does_not_record_an_erased_person_whom_the_crm_still_has() {
        optedOut(1, ANNA);
        optedOut(2, "bert@example.com");
        world.sync();
        erase(ANNA);

        world.sync();

        assertThat(Rows.of(world.jdbi, "select address from mautic_sync.consent_ledger where address is not null"))
                .containsExactly("bert@example.com");
    }

    @Test
    void a_list_with_an_erased_address_leaves_a_hash_which_counts_after_the_reversal() throws IOException {
        world.crm.add(1, ANNA);
        erase(ANNA);
        world.crm.delete(SmallCrm.id(1));
        Path list = Files.writeString(folder.resolve("list.csv"), "email,reason\n" + ANNA + ",unsubscribed\n");

        for (int time = 0; time < 2; time++) {
            assertThat(new Program(world, folder)
                            .run("import-suppressions", list.toString(), "--yes")
                            .code())
                    .isZero();
        }

        assertThat(Rows.of(world.jdbi, "select concat_ws(' ', address, reason, note) from mautic_sync.consent_ledger"))
                .containsExactly("unsubscribed");
        reversal().revert(ANNA);
        assertThat(consent(ANNA)).isEqualTo(Consent.UNSUBSCRIBED);
    }

    @Test
    void a_different_mautic_is_told_every_statement_in_force_again() {
        state(new Statement(ANNA, Reason.UNSUBSCRIBED, Source.WEBHOOK, SAID, Evidence.NONE));
        state(new Statement("done@example.com", Reason.UNSUBSCRIBED, Source.WEBHOOK, SAID, Evidence.NONE));
        endAll("done@example.com", "why");
        SmallCrm.execute(world.jdbi, "update mautic_sync.consent_ledger set mautic_state = 'done'");
        world.jdbi.useTransaction(handle -> new Outbox().lostContact(handle, 5, null, ANNA));

        world.jdbi.useTransaction(handle ->
                OwnedTables.ofInstance(world.jdbi, CrmNames.DEFAULT).forEach(table -> table.forget(handle, 1)));

        assertThat(Rows.of(world.jdbi, "select address from mautic_sync.consent_ledger where mautic_state = 'pending'"))
                .containsExactly(ANNA);
        assertThat(Rows.of(world.jdbi, "select id::text from mautic_sync.outbox where kind = 'lost_contact'"))
                .isEmpty();
    }

    private CustomerId optedOut(int number, String email) {
        return world.crm.add(number, Map.of("email", email, "marketing_opt_in", "false"));
    }

    private void state(Statement statement) {
        world.jdbi.useTransaction(handle -> ledger.state(handle, List.of(statement)));
    }

    private void endAll(String address, String note) {
        world.jdbi.useTransaction(handle -> ledger.end(
                handle,
                ledger.history(handle, address).stream()
                        .map(ConsentLedger.Entry::id)
                        .toList(),
                EndedBy.OPERATOR,
                note));
    }

    private Consent consent(String address) {
        return world.jdbi.withHandle(
                handle -> new AddressConsent(CrmNames.DEFAULT, ConsentRule.DEFAULT).of(handle, address));
    }

    private String everything() {
        return String.join(
                "\n",
                Rows.of(
                        world.jdbi,
                        "select t::text from (select l::text from mautic_sync.consent_ledger l union all select s::text from public.mautic_sync_status s"
                                + " union all select e::text from mautic_sync.erased_identifier e union all select g::text from public.mautic_sync_logs g) t order by 1"));
    }

    private Erasure.Receipt erase(String email) {
        return erasure().erase(email).orElseThrow();
    }

    private Looked erasure() {
        return new Looked();
    }

    /** An erasure with a client of its own for each call. */
    private final class Looked {
        Erasure.Findings look(String email) {
            return world.with(mautic -> of(mautic).look(email));
        }

        Optional<Erasure.Receipt> erase(String email) {
            return world.with(mautic -> of(mautic).erase(email));
        }

        private Erasure of(app.gigpigs.mauticsync.mautic.Mautic mautic) {
            return new Erasure(
                    world.jdbi,
                    mautic,
                    CrmNames.DEFAULT,
                    OwnedTables.ofPeople(world.jdbi, CrmNames.DEFAULT, Optional.empty()),
                    Sleeper.onThread());
        }
    }

    private ErasureReversal reversal() {
        return new ErasureReversal(world.jdbi, CrmNames.DEFAULT, Optional.empty());
    }
}
