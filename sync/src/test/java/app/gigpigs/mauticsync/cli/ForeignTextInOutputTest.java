package app.gigpigs.mauticsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What other programs say is planted with secrets and addresses: none of it is printed, logged or stored. */
@Tag("slow")
class ForeignTextInOutputTest {
    private static final String SECRET = "Zk3s3cr3tOfOurs";
    private static final String PERSON = "planted.person@example.com";

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

    /** PHP prints its notices in front of the answer, where display_errors is on. */
    @ParameterizedTest
    @ValueSource(strings = {"sync", "plan", "doctor", "catch-up", "reconcile"})
    void a_token_behind_a_notice_is_not_shown(String command) {
        String notice = "<br />\n<b>Notice</b>: Undefined index in <b>/var/www/html/app/a.php</b>\n";
        for (int i = 0; i < 4; i++) {
            world.mautic
                    .faults()
                    .next(
                            "POST",
                            "/oauth/v2/token",
                            new Fault.Status(
                                    200, notice + "{\"access_token\":\"" + SECRET + "\",\"for\":\"" + PERSON + "\"}"));
        }

        Ended ended = program.run(command);

        assertThat(ended.code()).isNotZero();
        assertThat(ended.out() + ended.err()).contains("Undefined index");
        assertNothingPlanted(ended);
    }

    @Test
    void what_the_database_says_of_a_row_is_not_shown() {
        SmallCrm.execute(world.jdbi, """
                create function public.planted() returns trigger language plpgsql as $$
                begin
                  raise exception 'no row for %s with password=%s', '%s', '%s' using detail = 'Key (email)=(%s)';
                end $$
                """.formatted("%", "%", PERSON, SECRET, PERSON));
        SmallCrm.execute(
                world.jdbi,
                "create trigger planted before insert on public.mautic_sync_status for each row execute function public.planted()");

        // As a process, because its debug log has the exceptions.
        program.environment.put("MAUTIC_SYNC_LOG_LEVEL", "DEBUG");
        Ended ended = program.process("sync");

        assertThat(ended.code()).isNotZero();
        assertThat(ended.out() + ended.err()).contains("no row for");
        assertNothingPlanted(ended);
    }

    @Test
    void a_rejection_of_mautics_is_not_stored_with_an_address() {
        String item = "{\"code\":400,\"message\":\"email: " + PERSON + " is on a list, token=" + SECRET
                + "\",\"details\":{\"email\":[\"" + PERSON + " is on a list\"]}}";
        world.mautic
                .faults()
                .next(
                        "POST",
                        "/api/contacts/batch/new",
                        new Fault.Status(
                                201, "{\"contacts\":[],\"errors\":{\"0\":" + item + "},\"statusCodes\":{\"0\":400}}"));

        Ended ended = program.run("sync");

        assertThat(world.status(SmallCrm.id(1), "sync_error")).contains("is on a list");
        assertNothingPlanted(ended);
    }

    @Test
    void the_password_of_a_url_is_not_shown() {
        program.environment.put(
                "SUPABASE_DB_URL", "jdbc:postgresql://role:" + SECRET + "@no-such-host.invalid:5432/postgres");

        Ended ended = program.run("status");

        assertThat(ended.code()).isEqualTo(2);
        assertThat(ended.err()).contains("no host has the name no-such-host.invalid");
        assertNothingPlanted(ended);
    }

    /** Every text that Mautic says of itself: names of fields, segments and mails, an error page, the reason of a bounce. */
    @ParameterizedTest
    @ValueSource(ints = {400, 401, 403, 404, 500, 502, 503})
    void what_an_error_page_says_is_not_shown(int status) {
        String page = "<html><title>Error</title>Authorization: Bearer " + SECRET + " client_secret=" + SECRET + " of "
                + PERSON + "</html>";
        for (String path :
                List.of("/api/contacts", "/api/contacts/batch/new", "/api/fields/contact", "/api/segments")) {
            for (String method : List.of("GET", "POST")) {
                for (int i = 0; i < 4; i++) {
                    world.mautic.faults().next(method, path, new Fault.Status(status, page));
                }
            }
        }

        Ended ended = program.run("sync");

        assertThat(ended.code()).isNotZero();
        assertNothingPlanted(ended);
    }

    @Test
    void what_a_file_is_called_or_has_in_its_lines_is_not_stored(@TempDir Path folder) throws IOException {
        Path file = folder.resolve("token=" + SECRET + " of " + PERSON + ".csv");
        Files.writeString(file, "email;note\n" + PERSON + ";password=" + SECRET + "\nnot an address;" + PERSON + "\n");

        Ended ended = program.run("import-suppressions", file.toString(), "--yes");

        assertThat(ended.out() + ended.err()).doesNotContain(SECRET);
        assertNowhereStored(SECRET);
    }

    private void assertNothingPlanted(Ended ended) {
        assertThat(ended.out()).doesNotContain(SECRET).doesNotContain(PERSON);
        assertThat(ended.err()).doesNotContain(SECRET).doesNotContain(PERSON);
        assertNowhereStored(SECRET);
        assertNowhereStored(PERSON);
    }

    private void assertNowhereStored(String planted) {
        List<String> tables = Rows.of(world.jdbi, """
                select format('%I.%I', table_schema, table_name) from information_schema.tables
                 where table_type = 'BASE TABLE' and (table_schema = 'mautic_sync' or table_name like 'mautic\\_%')
                """);
        assertThat(tables).hasSizeGreaterThan(10);
        for (String table : tables) {
            assertThat(Rows.of(world.jdbi, "select t::text from " + table + " t"))
                    .as(table)
                    .noneMatch(row -> row.contains(planted));
        }
    }
}
