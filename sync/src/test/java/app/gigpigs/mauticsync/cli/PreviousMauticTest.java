package app.gigpigs.mauticsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.simulator.DoNotContactEntry;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The do-not-contact entries of a Mautic that is left behind. */
@Tag("slow")
class PreviousMauticTest {
    private static final String KEY = "a hash key of 16 characters or more";

    @TempDir
    private Path folder;

    @Test
    void the_entries_of_a_previous_mautic_are_imported() {
        try (Scenario world = new Scenario();
                MauticSimulator old = MauticSimulator.start(SimulatorSettings.defaults())) {
            world.crm.add(1, "anna@example.com");
            world.crm.add(2, "bo@example.com");
            world.crm.add(3, "cy@example.com");
            world.sync();
            old.doNotContact(old.addContact(Map.of("email", "Anna@example.com")), 1);
            old.doNotContact(old.addContact(Map.of("email", "bo@example.com")), 2, "550 5.7.1 rejected as spam");
            old.doNotContact(old.addContact(Map.of("email", "dan@example.com")), 1, "Spam complaint");
            old.addContact(Map.of("email", "cy@example.com"));
            old.clearRequests();
            Program program = program(world);

            Ended missing = program.run("import-suppressions", "--from-mautic", "--yes");
            assertThat(missing.code()).isEqualTo(2);
            assertThat(missing.err()).contains("FROM_MAUTIC_URL");

            program.environment.put("FROM_MAUTIC_URL", old.baseUri().toString());
            program.environment.put(
                    "FROM_MAUTIC_CLIENT_ID", SimulatorSettings.defaults().clientId());
            program.environment.put(
                    "FROM_MAUTIC_CLIENT_SECRET", SimulatorSettings.defaults().clientSecret());
            Ended ended = program.run("import-suppressions", "--from-mautic", "--yes");

            assertThat(ended.code()).as(ended.err()).isZero();
            assertThat(ended.out())
                    .contains("1 unsubscribed, 1 bounced, 1 complained")
                    .doesNotContain("@");
            assertThat(reasons(world, "anna@example.com")).containsExactly(1L);
            assertThat(reasons(world, "bo@example.com")).containsExactly(2L);
            assertThat(reasons(world, "cy@example.com")).isEmpty();
            assertThat(old.requests()).noneMatch(request -> request.path().contains("/dnc/"));
            assertThat(Rows.of(
                            world.jdbi,
                            "select email from public.customer_profiles where marketing_opt_in is false order by 1"))
                    .contains("anna@example.com")
                    .doesNotContain("cy@example.com");
        }
    }

    private Program program(Scenario world) {
        Program program = new Program(world, folder);
        program.environment.put("MAUTIC_SYNC_HASH_KEY", KEY);
        return program;
    }

    private static List<Long> reasons(Scenario world, String email) {
        return world.contact(email).doNotContact().stream()
                .map((DoNotContactEntry one) -> (long) one.reason())
                .toList();
    }
}
