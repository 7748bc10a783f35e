package app.gigpigs.mauticsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.simulator.DoNotContactEntry;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Whole lists, as people bring them, through the command: Anna, Bo and Cy are customers and contacts, all opted in. Who is
 * opted out in the CRM and in Mautic afterwards is exactly who the list says.
 */
@Tag("slow")
class ExampleListsTest {
    private static final String NOBODY = "";
    private static final List<String> NAMES = List.of("anna", "bo", "cy");
    private static final Path LISTS = lists();

    private static Scenario world;

    @TempDir
    private Path folder;

    private Program program;

    private static Path lists() {
        try {
            return Path.of(Objects.requireNonNull(ExampleListsTest.class.getResource("/lists"))
                    .toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    @BeforeAll
    static void open() {
        world = new Scenario();
        for (int i = 0; i < NAMES.size(); i++) {
            world.crm.add(i + 1, NAMES.get(i) + "@example.com");
        }
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @BeforeEach
    void opt_everybody_in() {
        SmallCrm.execute(world.jdbi, "update public.customer_profiles set marketing_opt_in = true");
        SmallCrm.execute(world.jdbi, "truncate mautic_sync.consent_ledger");
        for (String name : NAMES) {
            List.copyOf(world.mautic.contacts()).stream()
                    .filter(contact -> (name + "@example.com").equals(contact.text("email")))
                    .forEach(contact -> world.mautic.deleteContact(contact.id()));
            world.mautic.addContact(Map.of("email", name + "@example.com"));
        }
        program = new Program(world, folder);
        program.environment.put("MAUTIC_SYNC_HASH_KEY", "a hash key of 16 characters or more");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "brevo-contacts-in-french-excel.csv, anna 1 unsubscribed",
        "hubspot-contacts.csv,               anna 1 unsubscribed",
        "klaviyo.csv,                        anna 1 unsubscribed",
        "salesforce.csv,                     anna 1 unsubscribed",
        "date-of-unsub.csv,                  anna 1 unsubscribed",
        "blocklisted-dash.csv,               anna 1 unsubscribed",
        "mautic-contacts.csv,                anna 1 unsubscribed",
        "mailchimp-cleaned.csv,              anna 2 bounced",
        "mailchimp-unsubscribed.csv,         anna 1 unsubscribed",
        "sendgrid-bounces.csv,               anna 2 bounced",
        "postmark.csv,                       anna 1 complained",
        "ses.csv,                            anna 1 complained",
        "excel-sep.csv,                      anna 1 unsubscribed",
        "title-line.csv,                     anna 1 unsubscribed",
        "pipe.csv,                           anna 1 unsubscribed; bo 1 unsubscribed",
        "contact-name-first.csv,             anna 1 unsubscribed",
        "quoted-newline.csv,                 anna 1 unsubscribed",
        "german.csv,                         anna 1 unsubscribed",
        "french.csv,                         anna 1 unsubscribed",
        "spanish.csv,                        anna 2 bounced",
        "sender-first.csv,                   anna 1 unsubscribed",
    })
    void a_list_opts_out_whom_it_names(String list, String optedOut) {
        Ended ended = importing(list);

        assertThat(ended.code()).as(ended.err()).isZero();
        assertThat(optedOut()).isEqualTo(optedOut);
        assertThat(kept()).isZero();
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "two-mails.csv,     several columns hold addresses",
        "json-not-csv.csv,  the file is JSON",
        "xlsx-renamed.csv,  the file is an Excel workbook",
    })
    void a_list_that_is_not_clear_is_rejected_and_nothing_is_written(String list, String message) {
        Ended ended = importing(list);

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains(message).doesNotContain("@");
        assertThat(optedOut()).isEqualTo(NOBODY);
        assertThat(kept()).isZero();
    }

    @Test
    void invisible_characters_are_left_out_and_a_line_without_an_address_is_named() {
        Ended ended = importing("invisible.csv");

        assertThat(ended.code()).isEqualTo(3);
        assertThat(ended.out()).contains("Without a usable address: 1 lines, beginning with [5].");
        assertThat(optedOut()).isEqualTo("anna 1 unsubscribed; bo 1 unsubscribed; cy 1 unsubscribed");
        assertThat(kept()).isZero();
    }

    @Test
    void utf_16_is_read_as_utf_8_would_be() throws IOException {
        CustomerId anna = world.crm.add(11, "anna.lind@example.com");
        CustomerId bo = world.crm.add(12, "bo.krag@example.com");

        assertThat(importing("blocked-utf16le.txt").code()).isZero();

        assertThat(optIn(anna)).isEqualTo("false");
        assertThat(optIn(bo)).as("the address bounced").isEqualTo("true");
        assertThat(
                        Rows.of(
                                world.jdbi,
                                "select address || ' ' || reason from mautic_sync.consent_ledger where address like '%.%@%' order by 1"))
                .containsExactly("anna.lind@example.com unsubscribed", "bo.krag@example.com bounced");
        assertThat(optedOut()).isEqualTo(NOBODY);
        SmallCrm.execute(world.jdbi, "delete from public.customer_profiles where email like '%.%@example.com'");
    }

    @Test
    void a_person_says_what_a_value_means_and_which_columns_count() throws IOException {
        Path list = Files.writeString(
                folder.resolve("list.csv"),
                "E-mail,Other e-mail,Status\nanna@example.com,bo@example.com,on hold\ncy@example.com,,active\n");

        Ended columns = program.run("import-suppressions", list.toString(), "--yes");
        assertThat(columns.code()).isEqualTo(2);
        assertThat(columns.err()).contains("--email-column \"E-mail\" or --email-column \"Other e-mail\"");

        Ended values = program.run("import-suppressions", list.toString(), "--yes", "--email-column", "2");
        assertThat(values.code()).isEqualTo(2);
        assertThat(values.err())
                .contains("\"Status\" (column 3) has values that are not understood")
                .contains("\"on hold\" (1)")
                .contains("--word \"on hold=opted-out\"");
        assertThat(optedOut()).isEqualTo(NOBODY);

        Ended imported = program.run(
                "import-suppressions",
                list.toString(),
                "--yes",
                "--email-column",
                "E-mail",
                "--email-column",
                "Other e-mail",
                "--word",
                "on hold=complained");
        assertThat(imported.code()).as(imported.err()).isZero();
        assertThat(optedOut()).isEqualTo("anna 1 complained; bo 1 complained");
    }

    @Test
    void a_dry_run_shows_how_the_list_is_understood_and_changes_nothing() {
        Ended ended =
                program.run("import-suppressions", LISTS.resolve("klaviyo.csv").toString(), "--dry-run");

        assertThat(ended.code()).isZero();
        assertThat(ended.out())
                .contains("The list: UTF-8, divided by comma, header in line 1.")
                .contains("\"Email\" (column 1): the address")
                .contains("\"UNSUBSCRIBED\" opted out (unsubscribed) (1)")
                .contains("\"NEVER_SUBSCRIBED\" not opted out (1)")
                .contains("Opted out on the list: 1 unsubscribed; not opted out: 2.")
                .doesNotContain("@");
        assertThat(optedOut()).isEqualTo(NOBODY);
    }

    private Ended importing(String list) {
        return program.run("import-suppressions", LISTS.resolve(list).toString(), "--yes");
    }

    /** Who is opted out, in the CRM and in Mautic, and how it is there. */
    private static String optedOut() {
        List<String> optedOut = new ArrayList<>();
        for (String name : NAMES) {
            List<String> entries = world.contact(name + "@example.com").doNotContact().stream()
                    .map(ExampleListsTest::entry)
                    .toList();
            boolean inCrm = Rows.one(
                            world.jdbi,
                            "select marketing_opt_in::text from public.customer_profiles where email = ?",
                            name + "@example.com")
                    .equals("false");
            // A bounce is nothing that the person decided.
            boolean optOut = entries.stream().anyMatch(entry -> !entry.startsWith("2 "));
            assertThat(inCrm).as("%s, in the CRM as in Mautic", name).isEqualTo(optOut);
            entries.forEach(entry -> optedOut.add(name + " " + entry));
        }
        return String.join("; ", optedOut);
    }

    private static String entry(DoNotContactEntry entry) {
        return entry.reason() + " "
                + Stream.of(entry.comments().split(" ")).findFirst().orElseThrow();
    }

    private static int kept() {
        return Rows.of(world.jdbi, "select address from mautic_sync.consent_ledger where crm_state = 'pending'")
                .size();
    }

    private static String optIn(CustomerId customer) {
        return Rows.one(
                world.jdbi, "select marketing_opt_in::text from public.customer_profiles where id = ?", customer);
    }
}
