package app.gigpigs.mauticsync.cli;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Program.Ended;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Opt-outs leave and come back. */
@Tag("slow")
class ListRoundTripTest {
    private static final String KEY = "a hash key of 16 characters or more";

    @TempDir
    private Path folder;

    @Test
    void an_exported_list_is_read_back_the_same() throws IOException {
        Path list = Files.writeString(
                folder.resolve("list.csv"),
                "email,reason,date\nanna@example.com,unsubscribed,2024-01-01T10:00:00Z\nbo@example.com,bounced,2024-01-03T00:00:00Z\n"
                        + "bo@example.com,complained,2024-01-02T00:00:00Z\ncy@example.com,bounced,2024-01-04T00:00:00Z\n"
                        + "dan@example.com,blocked,2024-01-05T00:00:00Z\n");
        Path first = folder.resolve("first.csv");
        try (Scenario world = new Scenario()) {
            Program program = program(world);
            assertThat(program.run("import-suppressions", list.toString(), "--yes")
                            .code())
                    .isZero();
            SmallCrm.execute(
                    world.jdbi,
                    "insert into mautic_sync.consent_ledger (address_hash, reason, source, said_at, crm_state)"
                            + " values ('0123456789abcdef0123456789abcdef', 'unsubscribed', 'webhook', now(), 'done')");

            Ended ended = program.run("export-suppressions", first.toString());

            assertThat(ended.code()).as(ended.err()).isZero();
            assertThat(ended.out())
                    .contains("4 addresses: 1 unsubscribed, 1 complained, 2 bounced, 1 blocked.")
                    .contains("Not in the file: 1 addresses of which only the hash is kept.")
                    .doesNotContain("@");
            assertThat(Files.readString(first).replace("\r\n", "\n")).isEqualTo(Files.readString(list));
            Ended again = program.run("export-suppressions", first.toString());
            assertThat(again.code()).isEqualTo(2);
            assertThat(again.err()).contains("exists already");
        }
        try (Scenario world = new Scenario()) {
            Program program = program(world);
            assertThat(program.run("import-suppressions", first.toString(), "--yes")
                            .code())
                    .isZero();
            Path second = folder.resolve("second.csv");
            Ended ended = program.run("export-suppressions", second.toString(), "--json");

            assertThat(ended.names()).containsExactly("addresses", "byReason", "hashOnly", "malformed");
            assertThat(Files.readString(second)).isEqualTo(Files.readString(first));
        }
    }

    private Program program(Scenario world) {
        Program program = new Program(world, folder);
        program.environment.put("MAUTIC_SYNC_HASH_KEY", KEY);
        return program;
    }
}
