package app.gigpigs.mauticsync.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.gigpigs.mauticsync.app.OwnedTables;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.erasure.Erasure;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a script sees on standard output, and the exit code; of the program as a process where that makes a difference. */
@Tag("slow")
class CommandLineTest {
    private final Scenario world = new Scenario();
    private Program program;

    @BeforeEach
    void configure(@TempDir Path folder) {
        world.crm.add(1, "a@example.com");
        program = new Program(world, folder);
    }

    @AfterEach
    void close() {
        world.close();
    }

    private Ended run(String... arguments) {
        return program.run(arguments);
    }

    @Test
    void sync_prints_exactly_one_json_object_with_the_runs_figures() throws Exception {
        Ended ended = program.process("sync", "--json");

        assertThat(ended.code()).isZero();
        assertThat(ended.names())
                .containsExactly(
                        "run",
                        "created",
                        "updated",
                        "matched",
                        "unchanged",
                        "skipped",
                        "rejected",
                        "warnings",
                        "segmentsAdded",
                        "segmentsRemoved",
                        "requests",
                        "seconds");
        assertThat(ended.json().get("created").asInt()).isEqualTo(1);
    }

    @Test
    void a_dry_run_counts_and_writes_nothing_on_either_side() throws Exception {
        Ended ended = run("sync", "--dry-run", "--json");

        assertThat(ended.code()).isZero();
        assertThat(ended.json().get("create").asInt()).isEqualTo(1);
        assertThat(world.mautic.requestCount()).isZero();
        assertThat(Rows.of(world.jdbi, "select id::text from public.mautic_sync_logs"))
                .isEmpty();
        assertThat(Rows.of(world.jdbi, "select customer_id::text from public.mautic_sync_status"))
                .isEmpty();
    }

    @Test
    void rejected_customers_are_named_and_end_with_exit_code_3() throws Exception {
        world.mautic.addContact(Map.of("email", "a@example.com"));
        world.mautic.addContact(Map.of("email", "a@example.com"));

        Ended ended = program.process("sync");

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.out())
                .contains("rejected 1")
                .contains(SmallCrm.id(1).toString())
                .doesNotContain("a@example.com");
    }

    @Test
    void bad_configuration_ends_with_exit_code_2_and_every_mistake() throws Exception {
        program.environment.clear();
        program.environment.put("MAUTIC_URL", "mautic.local");

        Ended ended = program.process("sync", "--json");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.json().get("error").asText())
                .contains("SUPABASE_DB_URL")
                .contains("MAUTIC_CLIENT_SECRET");
        assertThat(ended.err()).contains("MAUTIC_URL is \"mautic.local\"").doesNotContain("\tat ");
    }

    @Test
    void a_database_without_the_tables_ends_with_exit_code_2_and_names_the_command() throws Exception {
        program.environment.put("SUPABASE_DB_URL", Postgres.emptyDatabase().jdbc());

        Ended ended = run("sync");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("./mautic-sync migrate").doesNotContain("\tat ");
    }

    @Test
    void a_dry_run_names_a_missing_view_and_ends_with_exit_code_2() throws Exception {
        SmallCrm.execute(world.jdbi, "drop view public.customers_crm_v");

        Ended ended = run("sync", "--dry-run");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).startsWith("mautic-sync: MS-301: the view public.customers_crm_v was not found");
    }

    @Test
    void a_database_that_is_down_ends_with_exit_code_1_and_no_stack_trace() throws Exception {
        program.environment.put("SUPABASE_DB_URL", "postgres://u:hush@127.0.0.1:1/db");

        Ended ended = program.process("sync");

        assertThat(ended.code()).isEqualTo(1);
        assertThat(ended.err())
                .contains("the database failed")
                .doesNotContain("hush")
                .doesNotContain("\tat ");
    }

    @Test
    void an_unknown_database_host_is_named() throws Exception {
        program.environment.put("SUPABASE_DB_URL", "postgres://u:hush@db.invalid:5432/db");

        Ended ended = run("status");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err())
                .contains("MS-102: ", "no host has the name db.invalid")
                .doesNotContain("hush");
    }

    @Test
    void a_mautic_that_is_down_ends_with_exit_code_1() throws Exception {
        program.environment.put("MAUTIC_URL", "http://127.0.0.1:1");

        assertThat(program.process("sync", "--json").json().get("error").asText())
                .contains("http://127.0.0.1:1");
    }

    @Test
    void an_unknown_option_ends_with_exit_code_2_and_the_usage() throws Exception {
        Ended ended = program.process("sync", "--fulll");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("--full");
    }

    @Test
    void migrate_prints_the_sql_without_a_database() throws Exception {
        program.environment.clear();

        Ended ended = program.process("migrate", "--print-sql");

        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains("create table if not exists public.mautic_sync_status")
                .contains("create role mautic_sync_service");
    }

    @Test
    void every_command_shows_an_example() {
        MauticSync.commandLine(Terminal.ofProcess(), MauticSync.Further.NONE)
                .getSubcommands()
                .forEach((name, command) -> {
                    if (!name.equals("help")) {
                        assertThat(command.getUsageMessage())
                                .as(name)
                                .contains("Example: ")
                                .contains("mautic-sync " + name);
                    }
                });
    }

    @Test
    void a_day_with_the_commands() throws Exception {
        long twin = world.mautic.addContact(Map.of("email", "twin@example.com"));
        world.mautic.addContact(Map.of("email", "twin@example.com"));
        world.mautic.doNotContact(world.mautic.addContact(Map.of("email", "a@example.com", "city", "Hobart")), 1);
        world.crm.add(2, "twin@example.com");

        Ended plan = run("plan", "--against-mautic", "--json");
        List<String> lines = plan.out().lines().toList();
        assertThat(lines).hasSize(4);
        JsonNode matchPreview = new ObjectMapper().readTree(lines.get(3));
        assertThat(matchPreview.get("wouldMatch")).hasSize(1);
        assertThat(matchPreview
                        .get("wouldReject")
                        .get(SmallCrm.id(2).toString())
                        .asText())
                .contains("" + twin);
        assertThat(matchPreview.get("optedOutInMautic")).hasSize(1);
        assertThat(run("plan", "--against-mautic").out())
                .contains("email: (blank) -> \"a@example.com\"")
                .contains("would match contact");

        assertThat(run("sync").code()).isEqualTo(3);
        JsonNode status = run("status", "--json").json();
        assertThat(status.at("/customers/synced").asInt()).isEqualTo(1);
        assertThat(status.at("/customers/rejected").asInt()).isEqualTo(1);
        assertThat(status.at("/inbound/deadDeliveries").asInt(-1)).isZero();
        assertThat(run("status").out())
                .contains("Last good run:")
                .contains("done (command)")
                .contains("Inbound: Mautic's tables were not read to the end yet, no delivery pending");
        assertThat(run("failed", "--json").json().at("/rejected/0/customer").asText())
                .isEqualTo(SmallCrm.id(2).toString());
        assertThat(run("failed").out()).contains("share this e-mail address");
        assertThat(run("retry", "--json").json().get("retried").asInt()).isEqualTo(1);

        assertThat(run("pause", "--reason", "lunch").out()).contains("paused");
        Ended paused = run("sync");
        assertThat(paused.code()).isEqualTo(3);
        assertThat(paused.err()).contains("lunch").contains("resume");
        assertThat(run("resume").out()).contains("Runs go on");

        String run = status.at("/runs/0/id").asText();
        assertThat(run("undo", run.substring(0, 8), "--json")
                        .json()
                        .get("restored")
                        .asInt())
                .isEqualTo(1);
        assertThat(world.contact("a@example.com").text("city")).isEqualTo("Hobart");
        assertThat(run("undo", "ffffffff").code()).isEqualTo(2);
    }

    @Test
    void while_another_run_pushes_undo_does_nothing_and_erase_waits_for_its_end() {
        world.sync();
        String run = world.lastRun().toString();
        long contact = world.contact("a@example.com").id();
        program.environment.put("MAUTIC_SYNC_HASH_KEY", "a key of thirty-two characters ..");

        CompletableFuture<Ended> erasing;
        try (Lease other =
                Lease.acquire(world.jdbi, Lease.OUTBOUND, Sleeper.onThread()).orElseThrow()) {
            Ended undone = run("undo", run, "--json");
            assertThat(undone.code())
                    .as("while run %d holds the lease", other.token())
                    .isEqualTo(3);
            assertThat(undone.names()).containsExactly("error", "errorCode");
            assertThat(undone.err())
                    .endsWith("mautic-sync: MS-304: another run is pushing to this Mautic; nothing was done\n");

            erasing = CompletableFuture.supplyAsync(() -> run("erase", "a@example.com", "--yes", "--json"));
            await().atMost(Duration.ofSeconds(60))
                    .until(() -> !Rows.of(world.jdbi, "select hash from mautic_sync.erased_identifier")
                            .isEmpty());
            assertThat(world.mautic.contact(contact)).isNotNull();
        }
        Ended erased = erasing.join();

        assertThat(erased.code()).isZero();
        assertThat(erased.json().get("mauticContacts").asInt()).isEqualTo(1);
        assertThat(world.mautic.contact(contact)).isNull();
    }

    @Test
    void the_safety_limit_ends_with_exit_code_2_and_names_the_command_to_confirm() throws Exception {
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_profiles (id, email) select gen_random_uuid(), 'c' || i || '@example.com' from generate_series(1, 20) i");
        world.sync();
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set marketing_opt_in = false");

        Ended limitExceeded = run("sync", "--json");
        assertThat(limitExceeded.code()).isEqualTo(2);
        assertThat(limitExceeded.json().get("error").asText()).contains("sync --confirm 21");
        assertThat(run("plan").err()).contains("sync --confirm 21");

        assertThat(run("sync", "--confirm", "21", "--json")
                        .json()
                        .get("updated")
                        .asInt())
                .isEqualTo(21);
    }

    @Test
    void reverting_an_erasure_asks_and_says_what_happens_next() throws Exception {
        String key = "a key of thirty-two characters ..";
        program.environment.put("MAUTIC_SYNC_HASH_KEY", key);
        world.with(mautic -> new Erasure(
                        world.jdbi,
                        mautic,
                        CrmNames.DEFAULT,
                        OwnedTables.ofPeople(world.jdbi, CrmNames.DEFAULT, Optional.of(HashKey.of(key))),
                        Sleeper.onThread())
                .erase("a@example.com"));

        Ended asked = run("erase", "A@example.com", "--revert");
        assertThat(asked.code()).isEqualTo(3);
        assertThat(asked.out()).contains("blocked by 2 hashes").contains("Nothing was reverted.");
        assertThat(run("erase", "A@example.com", "--revert", "--yes").out())
                .contains("2 hashes were deleted. The next sync sends the 1 customers who have the address now");
        assertThat(run("erase", "a@example.com", "--revert", "--yes", "--json").json())
                .isEqualTo(new ObjectMapper().readTree("{\"hashes\":0,\"customers\":1,\"statements\":0}"));
    }

    @Test
    void invalid_options_end_with_exit_code_2_and_are_explained() throws Exception {
        assertThat(run("sync", "--customer", "12").err()).contains("Invalid value for option '--customer'");
        assertThat(run("sync", "--limit", "0").err()).contains("--limit is 0");
        assertThat(run("sync", "--limit", "1", "--customer", SmallCrm.id(1).toString())
                        .err())
                .contains("either --customer ID or --limit N");
    }
}
