package app.gigpigs.mauticsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The commands about people, as processes: what a person sees, what a script reads, the exit code, and that standard
 * error has no personal data. One world for all; each test has people of its own.
 */
@Tag("slow")
class PeopleCommandsTest {
    private static final String KEY = "a hash key of 16 characters or more";

    private static Scenario world;
    private static long news;

    @TempDir
    private Path folder;

    private Program program;
    private Ended last;

    @BeforeAll
    static void open() {
        world = new Scenario();
        news = world.mautic.mails().create("News", "Hello");
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @BeforeEach
    void configure() {
        // A key that was registered must be there in every run; each test begins without.
        SmallCrm.execute(
                world.jdbi, "truncate mautic_sync.erased_identifier, mautic_sync.consent_ledger, mautic_sync.hash_key");
        program = new Program(world, folder);
        program.environment.put("MAUTIC_SYNC_HASH_KEY", KEY);
    }

    @AfterEach
    void standard_error_has_no_personal_data_and_no_secret() {
        if (last == null) {
            return;
        }
        // Only the usage names an address: its example.
        assertThat(last.err().replaceAll("(?m)^Example: .*$", ""))
                .doesNotContain("@")
                .doesNotContain("Vanessa")
                .doesNotContain(KEY)
                .doesNotContain(SimulatorSettings.defaults().clientSecret())
                .doesNotContain("\tat ");
    }

    private Ended run(String... arguments) {
        return checked(program.run(arguments));
    }

    private Ended answering(String typed, String... arguments) {
        return checked(program.answering(typed, arguments));
    }

    /** Each but the last is looked at here, the last after the test. */
    private Ended checked(Ended ended) {
        standard_error_has_no_personal_data_and_no_secret();
        last = ended;
        return ended;
    }

    private static CustomerId synced(int number, String email) {
        CustomerId id = world.crm.add(number, new HashMap<>(Map.of("email", email, "first_name", "Vanessa")));
        world.sync();
        return id;
    }

    private static String optIn(CustomerId customer) {
        return Rows.one(
                world.jdbi,
                "select marketing_opt_in::text from public.customer_profiles where id = ?::uuid",
                customer.toString());
    }

    private String list(String... lines) throws IOException {
        return Files.writeString(folder.resolve("list.csv"), String.join("\n", lines) + "\n")
                .toString();
    }

    @Test
    void catch_up_counts_what_it_read_and_reports_a_failure_and_a_busy_lease() {
        synced(10, "click@example.com");
        long stat = world.mautic
                .mails()
                .sendToContact(news, world.contact("click@example.com").id());
        world.mautic.people().click(stat, "https://example.com/shop");

        Ended done = checked(program.process("catch-up", "--json"));
        assertThat(done.code()).isZero();
        assertThat(done.names())
                .containsExactly(
                        "status", "clicks", "opens", "unsubscribes", "bounces", "missingDoNotContact", "unfinished");
        assertThat(done.json().get("status").asText()).isEqualTo("done");
        assertThat(done.json().at("/clicks/new").asInt()).isEqualTo(1);
        assertThat(done.json().at("/clicks/missing").asInt()).isZero();

        world.mautic
                .faults()
                .next(
                        "GET",
                        "/api/stats/page_hits",
                        new Fault.Status(200, "{\"errors\":[{\"message\":\"no access\"}]}"));
        Ended failed = run("catch-up");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(failed.out()).contains("clicks: by webhook 0, by catch-up 1, missing 0");
        assertThat(failed.err()).contains("mautic-sync: MS-214: Mautic does not show its table page_hits: no access");

        try (Lease other =
                Lease.acquire(world.jdbi, CatchUp.KIND, Sleeper.onThread()).orElseThrow()) {
            Ended busy = run("catch-up", "--json");
            assertThat(busy.code())
                    .as("while run %d holds the lease", other.token())
                    .isEqualTo(3);
            assertThat(busy.json().get("status").asText()).isEqualTo("already running");
            assertThat(busy.err()).contains("another process is catching up; nothing was done");
        }
    }

    @Test
    void explain_distinguishes_known_unknown_and_unreachable() {
        CustomerId customer = synced(20, "jane@example.com");
        world.mautic.setValue(world.contact("jane@example.com").id(), "city", "Hobart");
        world.mautic
                .people()
                .open(world.mautic
                        .mails()
                        .sendToContact(news, world.contact("jane@example.com").id()));
        run("catch-up");

        Ended known = run("explain", "Jane@example.com");
        assertThat(known.code()).isZero();
        assertThat(known.out())
                .contains("Customer " + customer + ", contact ")
                .contains("Mautic: may be mailed")
                .containsPattern("email +jane@example.com +jane@example.com +jane@example.com +jane@example.com")
                .containsPattern("city +- +- +- +Hobart   <- differs")
                .contains("open  \"Hello\"");

        Ended unknown = run("explain", "nobody@example.com", "--json");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.names()).containsExactly("customers", "contacts", "mauticProblem", "paused");
        assertThat(unknown.err()).isEqualTo("mautic-sync: MS-308: neither the CRM nor Mautic knows this person\n");

        Ended wrong = run("explain", "--customer", "12");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err())
                .startsWith("Invalid value for option '--customer': \"12\" is no customer's id")
                .doesNotContain("Exception");

        program.environment.put("MAUTIC_URL", "http://127.0.0.1:1");
        Ended unasked = run("explain", "nobody@example.com", "--json");
        assertThat(unasked.code()).as("Mautic may know more when it is back").isEqualTo(1);
        assertThat(unasked.json().get("mauticProblem").asText()).contains("http://127.0.0.1:1 does not work just now");
        assertThat(unasked.err()).contains("the CRM does not know this person; Mautic could not be asked");
    }

    @Test
    void reconcile_lists_differences_and_ends_with_exit_code_3() {
        CustomerId customer = synced(30, "drift@example.com");
        world.mautic.setValue(world.contact("drift@example.com").id(), "firstname", "Nessa");

        Ended drift = run("reconcile", "--customer", customer.toString(), "--repair");
        assertThat(drift.code()).isEqualTo(3);
        assertThat(drift.out())
                .contains("customer " + customer + ", contact ")
                .contains("field firstname differs in Mautic")
                .contains("Compared 1 customers with their contacts: 1 differ.")
                .contains("1 will be sent again by the next run.")
                .doesNotContain("@")
                .doesNotContain("essa");

        world.sync();
        Ended well = run("reconcile", "--customer", customer.toString(), "--json");
        assertThat(well.code()).isZero();
        assertThat(well.names()).containsExactly("compared", "changed", "drifted", "kinds", "fields", "repaired");

        String unlinked = SmallCrm.id(39).toString();
        Ended unknown = run("reconcile", "--customer", unlinked, "--json");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.names()).containsExactly("error", "errorCode");
        assertThat(unknown.json().get("error").asText()).contains(unlinked).contains("see explain");
        assertThat(unknown.err()).contains(unlinked);

        Ended wrong = run("reconcile", "--limit", "-1");
        assertThat(wrong.code()).isEqualTo(2);
        assertThat(wrong.err()).startsWith("Invalid value for option '--limit': \"-1\" is no number from 0");
    }

    @Test
    void consent_lists_conflicts_and_spikes_without_personal_data() {
        CustomerId customer = synced(40, "yes@example.com");
        world.mautic.doNotContact(world.contact("yes@example.com").id(), 2);
        world.crm.set(customer, "suburb", "Perth");
        world.sync();
        SmallCrm.execute(
                world.jdbi,
                "insert into public.customer_email_engagement (customer_id, event_type, occurred_at, mautic_email_id, campaign_name)"
                        + " select '" + customer + "', 'unsubscribe', now(), '77', 'News' from generate_series(1, 3)");
        program.environment.put("SYNC_UNSUBSCRIBE_SPIKE", "3");

        Ended text = run("consent");
        assertThat(text.code()).isZero();
        assertThat(text.out())
                .contains("1 customers are opted in in the CRM, but Mautic does not mail them")
                .contains("customer " + customer + ", contact "
                        + world.contact("yes@example.com").id() + ": bounced")
                .contains("e-mail 77 (News), 3 from ")
                .doesNotContain("@");
        assertThat(text.err()).isEmpty();

        Ended script = run("consent", "--json", "--limit", "0");
        assertThat(script.code()).isZero();
        assertThat(script.names())
                .containsExactly(
                        "notMailable",
                        "addressesOfNobody",
                        "consentConflicts",
                        "listed",
                        "askingAgain",
                        "unsubscribeSpikes");
        assertThat(script.json().get("consentConflicts").asInt()).isEqualTo(1);
        assertThat(script.json().get("listed")).isEmpty();
        assertThat(script.json().at("/unsubscribeSpikes/0/unsubscribes").asInt())
                .isEqualTo(3);
    }

    @Test
    void erase_asks_and_prints_a_receipt_without_personal_data() {
        CustomerId customer = synced(50, "anna@example.com");
        long contact = world.contact("anna@example.com").id();

        Ended unanswered = run("erase", "anna@example.com");
        assertThat(unanswered.code()).isEqualTo(3);
        assertThat(unanswered.out())
                .contains("This would be erased:\n  in Mautic: 1 contacts [" + contact + "]")
                .contains("public.mautic_sync_status: 1 rows")
                .contains("update email_stats set email_address = ''")
                .contains("delete from audit_log where bundle = 'lead' and object_id in (" + contact + ")")
                .contains("Erase for good?")
                .endsWith("Nothing was erased.\n");
        assertThat(world.mautic.contact(contact)).isNotNull();
        assertThat(Rows.of(world.jdbi, "select hash from mautic_sync.erased_identifier"))
                .isEmpty();
        assertThat(world.status(customer, "state")).isEqualTo("synced");

        Ended asked = run("erase", "anna@example.com", "--json");
        assertThat(asked.code()).isEqualTo(2);
        assertThat(asked.err()).contains("--json cannot ask; add --yes");

        program.environment.remove("MAUTIC_SYNC_HASH_KEY");
        Ended keyless = run("erase", "anna@example.com", "--yes", "--json");
        assertThat(keyless.code()).isEqualTo(2);
        assertThat(keyless.json().get("error").asText()).startsWith("MAUTIC_SYNC_HASH_KEY is not set");
        assertThat(world.mautic.contact(contact)).isNotNull();

        program.environment.put("MAUTIC_SYNC_HASH_KEY", KEY);
        Ended yes = checked(program.processAnswering("Yes\n", "erase", "anna@example.com"));
        assertThat(yes.code()).isZero();
        assertThat(yes.out())
                .contains("Erased; the hash of the address begins with ")
                .doesNotContain("anna");
        assertThat(world.mautic.contact(contact)).isNull();
        assertThat(Rows.of(world.jdbi, "select hash from mautic_sync.erased_identifier"))
                .isNotEmpty();

        Ended again = run("erase", "anna@example.com", "--yes", "--json");
        assertThat(again.code()).isZero();
        assertThat(again.names())
                .containsExactly(
                        "alreadyErased", "erasedAt", "hash", "mauticContacts", "rows", "customersLeft", "mauticKeeps");
        assertThat(again.json().get("alreadyErased").asBoolean()).isTrue();
        assertThat(again.out()).doesNotContain("anna");
    }

    @Test
    void import_suppressions_asks_and_names_bad_lines_by_their_number() throws IOException {
        CustomerId customer = synced(60, "stop@example.com");
        String list = list("email,reason", "STOP@example.com,unsubscribed", "later@example.com,", "no address,");

        Ended unanswered = run("import-suppressions", list);
        assertThat(unanswered.code()).isEqualTo(3);
        assertThat(unanswered.out())
                .contains("2 addresses on the list.")
                .contains("Would be opted out in the CRM: at most 1 customers")
                .contains("Would be set to do-not-contact in Mautic: 1 of 1 contacts")
                .contains("Without a usable address: 1 lines, beginning with [4].")
                .endsWith("Nothing was imported.\n")
                .doesNotContain("@");
        assertThat(optIn(customer)).isEqualTo("true");
        assertThat(world.contact("stop@example.com").doNotContact()).isEmpty();

        Ended part = run("import-suppressions", list, "--yes", "--json");
        assertThat(part.code()).isEqualTo(3);
        assertThat(part.names())
                .containsExactly(
                        "addresses",
                        "customers",
                        "optedOut",
                        "rejected",
                        "contacts",
                        "doNotContact",
                        "unknown",
                        "kept",
                        "badLines",
                        "firstBadLines",
                        "list");
        assertThat(part.json().get("optedOut").asInt()).isEqualTo(1);
        assertThat(part.json().get("kept").asInt()).isEqualTo(2);
        assertThat(optIn(customer)).isEqualTo("false");
        assertThat(world.contact("stop@example.com").doNotContact()).hasSize(1);

        Ended yes = answering("y\n", "import-suppressions", list("email", "even.later@example.com"));
        assertThat(yes.code()).isZero();
        assertThat(yes.out())
                .contains("Import? (yes/no; --yes does not ask)")
                .contains("Known to no customer yet: 1, new statements in the ledger: 1.")
                .doesNotContain("@");
    }

    @Test
    void an_invalid_list_and_a_failing_database_print_no_personal_data() throws IOException {
        Ended directory = run("import-suppressions", folder.toString(), "--dry-run");
        assertThat(directory.code()).isEqualTo(2);
        assertThat(directory.err()).startsWith("there is no file " + folder + " that can be read");

        Ended none = run("import-suppressions", list("name,phone", "Vanessa,1"), "--dry-run", "--json");
        assertThat(none.code()).isEqualTo(2);
        assertThat(none.json().get("error").asText()).startsWith("the file has no column of e-mail addresses");

        CustomerId customer = synced(70, "must@example.com");
        SmallCrm.execute(
                world.jdbi,
                "alter table public.customer_profiles add constraint must_be_in check (marketing_opt_in or id <> '"
                        + customer + "')");
        Ended rejected = run("import-suppressions", list("email", "must@example.com"), "--yes");
        assertThat(rejected.code()).isEqualTo(3);
        assertThat(rejected.out() + rejected.err())
                .contains("Were opted out in the CRM: 0 of 1 customers")
                .contains("Rejected by the CRM: 1 of these")
                .doesNotContain("@")
                .doesNotContain("Vanessa");

        SmallCrm.execute(world.jdbi, "alter view public.customers_crm_v rename to elsewhere");
        Ended failed = run("import-suppressions", list("email", "must@example.com"), "--yes", "--json");
        assertThat(failed.code()).isEqualTo(2);
        assertThat(failed.names()).containsExactly("error", "errorCode");
        assertThat(failed.out()).contains("customers_crm_v").doesNotContain("@").doesNotContain("Vanessa");
        assertThat(failed.err()).contains("the database failed: ERROR: relation");

        SmallCrm.execute(
                world.jdbi,
                "alter view public.elsewhere rename to customers_crm_v;"
                        + " alter table public.customer_profiles drop constraint must_be_in");
    }
}
