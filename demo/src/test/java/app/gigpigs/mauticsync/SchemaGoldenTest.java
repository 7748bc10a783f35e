package app.gigpigs.mauticsync;

import static org.assertj.core.api.Assertions.assertThat;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.Migration;
import app.gigpigs.mauticsync.referencecrm.ReferenceCrm;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What the migration makes of a database with the reference CRM, on a Supabase, whose API roles get every new table. */
class SchemaGoldenTest {
    private static final String API_ROLES = """
            do $$ declare r text; begin
              foreach r in array array['anon', 'authenticated', 'service_role'] loop
                if not exists (select from pg_roles where rolname = r) then
                  execute 'create role ' || r || ' nologin';
                end if;
              end loop;
            end $$;
            alter default privileges in schema public grant all on tables to anon, authenticated, service_role;
            """;

    @Test
    void the_schema_is_what_it_was() {
        try (Database database = Postgres.open(Postgres.emptyDatabase())) {
            SmallCrm.execute(database.jdbi(), API_ROLES + "create schema mautic_sync;");
            new ReferenceCrm(database.dataSource()).create();
            TreeSet<String> crm = SchemaText.facts(database.jdbi());
            new Migration(database.dataSource(), CrmNames.DEFAULT).run();

            TreeSet<String> facts = SchemaText.facts(database.jdbi());
            // The role belongs to the server, and an earlier test may have made it.
            facts.removeIf(fact -> crm.contains(fact) && !fact.startsWith("role "));
            crm.removeAll(SchemaText.facts(database.jdbi()));
            assertThat(crm).as("what the migration removed from the CRM").isEmpty();
            Golden.check("schema", Map.of("schema.txt", SchemaText.of(facts)));
        }
    }
}
