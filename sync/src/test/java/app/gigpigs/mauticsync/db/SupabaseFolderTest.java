package app.gigpigs.mauticsync.db;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jdbi.v3.core.Jdbi;
import org.junit.jupiter.api.Test;

/** The files that Supabase's users copy. */
class SupabaseFolderTest {
    private static final Path MIGRATION = Path.of("supabase/migrations/20261124000000_mautic_sync.sql");

    @Test
    void the_migration_is_what_the_program_prints() throws IOException {
        assertThat(Files.readString(MIGRATION).strip())
                .as("regenerate it: ./mautic-sync migrate --print-sql > " + MIGRATION)
                .isEqualTo(Migration.sql(CrmNames.DEFAULT).strip())
                .doesNotContain("${");
    }

    @Test
    void the_cron_job_signals_a_refresh_that_went_through_and_no_other() throws IOException {
        try (Database database = Postgres.open(Postgres.emptyDatabase())) {
            Jdbi jdbi = database.jdbi();
            SmallCrm.create(jdbi);
            SmallCrm.execute(jdbi, Files.readString(MIGRATION));
            String job = Files.readString(Path.of("supabase/cron.sql")).split("\\$job\\$", -1)[1];
            String open = "select count(*) from mautic_sync.refresh_signal where state = 'pending'";

            SmallCrm.execute(jdbi, refresh("null;"));
            SmallCrm.execute(jdbi, job);
            assertThat(Rows.one(jdbi, open)).isEqualTo("1");

            SmallCrm.execute(jdbi, refresh("raise exception 'no luck';"));
            assertThatThrownBy(() -> SmallCrm.execute(jdbi, job)).hasStackTraceContaining("no luck");
            assertThat(Rows.one(jdbi, open)).isEqualTo("1");
        }
    }

    private static String refresh(String body) {
        return "create or replace function public.refresh_customer_data() returns void language plpgsql as $$ begin "
                + body + " end $$";
    }
}
