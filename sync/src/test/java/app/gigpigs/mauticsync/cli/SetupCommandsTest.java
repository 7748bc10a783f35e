package app.gigpigs.mauticsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.simulator.Fault;
import app.gigpigs.mauticsync.simulator.FieldSet;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** setup and doctor as processes, against a freshly installed Mautic. */
@Tag("slow")
class SetupCommandsTest {
    private static final String FORBIDDEN =
            "{\"errors\":[{\"code\":403,\"message\":\"You do not have access to the requested area/action.\"}]}";
    private static final String DOWN = "http://127.0.0.1:1";

    private static Scenario world;

    @TempDir
    private Path folder;

    private Program program;

    @BeforeAll
    static void open() {
        world = new Scenario(SimulatorSettings.defaults().withFields(FieldSet.NONE));
        world.crm.add(1, "a@example.com");
    }

    @AfterAll
    static void close() {
        world.close();
    }

    @BeforeEach
    void configure() {
        program = new Program(world, folder);
        program.environment.put("MAUTIC_WEBHOOK_URL", "http://127.0.0.1:1/webhooks/mautic");
    }

    private Ended run(String... arguments) {
        return quiet(program.run(arguments));
    }

    /** Standard error has no secret and no personal data. */
    private Ended quiet(Ended ended) {
        assertThat(ended.err())
                .doesNotContain("@")
                .doesNotContain(SimulatorSettings.defaults().clientSecret())
                .doesNotContain("\tat ");
        if (program.environment.containsKey("MAUTIC_WEBHOOK_SECRET")) {
            assertThat(ended.out() + ended.err()).doesNotContain(program.environment.get("MAUTIC_WEBHOOK_SECRET"));
        }
        return ended;
    }

    private static List<String> writes() {
        return world.mautic.requests().stream()
                .filter(request ->
                        !request.method().equals("GET") && request.path().startsWith("/api"))
                .map(request -> request.method() + " " + request.path())
                .toList();
    }

    @Test
    void setup_asks_does_what_it_can_and_doctor_finds_it_so() {
        Ended unanswered = run("setup");
        assertThat(unanswered.code()).isEqualTo(3);
        assertThat(unanswered.out())
                .startsWith("To do:\n  make a key for the hashes of erased people, kept in the database\n"
                        + "  create the contact field supabase_id (text, unique identifier)\n")
                .contains("  create a webhook to http://127.0.0.1:1/webhooks/mautic");
        assertThat(unanswered.err()).contains("nothing was done: answer yes on a terminal, or add --yes");
        assertThat(program.answering("no\n", "setup").code()).isEqualTo(3);
        assertThat(writes()).isEmpty();

        world.mautic.faults().next("POST", "/api/segments/new", new Fault.Status(403, FORBIDDEN));
        Ended part = run("setup", "--yes", "--json");
        assertThat(part.code()).isEqualTo(3);
        assertThat(part.names()).containsExactly("plan", "byHand", "done", "failed", "webhookSecret");
        assertThat(part.json().get("done")).hasSize(15);
        assertThat(part.json()
                        .at("/failed/create the segment Inactive Customers")
                        .asText())
                .contains("Segments: view and edit");
        String secret = part.json().get("webhookSecret").asText();
        assertThat(part.err()).doesNotContain(secret);

        program.environment.put("MAUTIC_WEBHOOK_SECRET", secret);
        Ended yes = quiet(program.processAnswering("y\n", "setup"));
        assertThat(yes.code()).isZero();
        assertThat(yes.out())
                .contains("Do this? (yes/no; --yes does not ask)\n")
                .endsWith("done    create the segment Inactive Customers\n");

        Ended well = run("doctor");
        assertThat(well.code()).as("warnings only").isZero();
        assertThat(well.out())
                .startsWith("ok           configuration: can be read, nothing is missing\n")
                .containsPattern("warning +role: postgres is a superuser.*Do: let SUPABASE_DB_URL log in as")
                .endsWith(" 3 warnings, 0 problems, 0 not checked\n");
        assertThat(well.err()).isEmpty();

        what_doctor_cannot_fix_is_reported();
        a_mistake_in_the_configuration_is_left_to_the_person();
    }

    private void what_doctor_cannot_fix_is_reported() {
        world.mautic.removeField("total_spent");
        program.environment.put("MAUTIC_WEBHOOK_SECRET_OLD", program.environment.get("MAUTIC_WEBHOOK_SECRET"));
        program.environment.put("MAUTIC_WEBHOOK_SECRET", "a-new-secret");
        world.mautic.faults().next("PATCH", "/api/hooks/1/edit", new Fault.Status(403, FORBIDDEN));

        Ended fixed = run("doctor", "--fix", "--json");
        assertThat(fixed.names()).containsExactly("fixed", "failed", "findings");
        assertThat(fixed.json().get("fixed")).hasSize(1);
        assertThat(fixed.json().get("fixed").get(0).asText()).startsWith("create the contact field total_spent");
        assertThat(fixed.json().get("failed").fieldNames().next())
                .isEqualTo("give webhook 1 the secret of MAUTIC_WEBHOOK_SECRET");
        assertThat(fixed.err()).contains(": Mautic forbids PATCH /api/hooks/1/edit");
        assertThat(fixed.code())
                .as("only a warning is left, and --fix was given")
                .isEqualTo(3);

        world.mautic.deleteSegment("vip-customers");
        Ended problem = run("doctor");
        assertThat(problem.code()).isEqualTo(2);
        assertThat(problem.out())
                .contains("problem      segment VIP Customers: Mautic has no segment of this name")
                .contains("Do: ./mautic-sync setup: create the segment VIP Customers");
        world.mautic.addSegment("VIP Customers", "vip-customers", "[]");
    }

    private void a_mistake_in_the_configuration_is_left_to_the_person() {
        program.environment.put("SUPABASE_DB_URL", "postgres:/u:hush/db");
        Ended mistaken = run("setup", "--yes", "--json");
        assertThat(mistaken.code()).isEqualTo(2);
        assertThat(mistaken.json().at("/byHand/0/subject").asText()).isEqualTo("configuration");
        assertThat(mistaken.json().at("/byHand/0/message").asText()).startsWith("SUPABASE_DB_URL must start with");
        assertThat(mistaken.out()).doesNotContain("hush");
        assertThat(mistaken.err()).isEmpty();
    }

    @Test
    void without_a_usable_mautic_setup_says_what_to_do_first() throws IOException {
        Path empty = Files.createFile(folder.resolve("secret"));
        Ended nothing = run("setup", "--secret-file", empty.toString(), "--json");
        assertThat(nothing.code()).isEqualTo(2);
        assertThat(nothing.json().get("error").asText()).contains("secret is empty: delete it");

        program.environment.put("MAUTIC_URL", DOWN);
        Ended down = run("doctor", "--json");
        assertThat(down.code()).as("trying again later makes sense").isEqualTo(1);
        assertThat(down.names()).containsExactly("findings");
        assertThat(down.json().get("findings")).anySatisfy(finding -> {
            assertThat(finding.get("level").asText()).isEqualTo("down");
            assertThat(finding.get("message").asText()).contains(DOWN + " does not work just now");
        });

        program.environment.remove("MAUTIC_URL");
        Ended first = run("setup");
        assertThat(first.code()).isEqualTo(2);
        assertThat(first.out()).contains("Settings > API Credentials > New");
        assertThat(first.err()).startsWith("mautic-sync: MAUTIC_URL is not set");
    }
}
