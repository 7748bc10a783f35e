package app.gigpigs.mauticsync.consent.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.HashKeyCheck;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.Program;
import app.gigpigs.mauticsync.testing.Rows;
import app.gigpigs.mauticsync.testing.Scenario;
import app.gigpigs.mauticsync.testing.SmallCrm;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One key for all processes: made or registered by the first one, and a different one is found before a hash is stored. */
class HashKeyStoreTest {
    private static final String MINE = "a key of thirty-two characters ..";

    @TempDir
    private Path folder;

    private final Scenario world = new Scenario();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void without_the_variable_the_database_keeps_a_key_that_every_process_uses() {
        String first = key(Optional.empty()).email("a@example.com");

        assertThat(key(Optional.empty()).email("a@example.com")).isEqualTo(first);
        assertThat(stored("secret")).hasSize(44);
        assertThat(key(Optional.of(stored("secret"))).email("a@example.com"))
                .as("the same key from the environment")
                .isEqualTo(first);
    }

    @Test
    void two_databases_do_not_make_the_same_key() {
        try (Scenario other = new Scenario()) {
            String here = key(Optional.empty()).email("a@example.com");
            String there = other.jdbi
                    .withHandle(handle -> new HashKeyStore(Optional.empty()).key(handle))
                    .email("a@example.com");
            assertThat(here).isNotEqualTo(there);
        }
    }

    @Test
    void with_the_variable_only_a_check_value_is_stored() {
        key(Optional.of(MINE));

        assertThat(Rows.of(world.jdbi, "select secret from mautic_sync.hash_key where secret is not null"))
                .isEmpty();
        assertThat(stored("check_value")).doesNotContain(MINE);
        assertThatThrownBy(() -> key(Optional.empty()))
                .isInstanceOf(HashKeyException.class)
                .hasMessageStartingWith("MAUTIC_SYNC_HASH_KEY is not set");
        assertThatThrownBy(() -> key(Optional.of("quite another key")))
                .isInstanceOf(HashKeyException.class)
                .hasMessageContaining("is not the key that another process has");
    }

    @Test
    void a_different_key_is_found_by_the_second_process_before_a_person_is_erased() {
        world.crm.add(1, "anna@example.com");
        Program program = new Program(world, folder);
        assertThat(program.run("plan").code()).isZero();

        program.environment.put("MAUTIC_SYNC_HASH_KEY", MINE);
        Program.Ended erase = program.run("erase", "anna@example.com", "--yes");

        assertThat(erase.code()).isEqualTo(2);
        assertThat(erase.err())
                .contains("MAUTIC_SYNC_HASH_KEY is not the key of this database: it made one itself")
                .contains("Unset the variable, or move the key into it");
        assertThat(Rows.of(world.jdbi, "select hash from mautic_sync.erased_identifier"))
                .isEmpty();
        program.environment.remove("MAUTIC_SYNC_HASH_KEY");
        assertThat(program.run("sync").code())
                .as("the process without the variable goes on")
                .isZero();
        assertThat(program.run("erase", "anna@example.com", "--yes").code()).isZero();
        assertThat(program.run("sync").code()).isZero();
    }

    @Test
    void the_key_can_be_moved_to_the_environment_and_back() {
        String hash = key(Optional.empty()).email("a@example.com");
        String secret = stored("secret");

        SmallCrm.execute(world.jdbi, "update mautic_sync.hash_key set secret = null");
        assertThat(key(Optional.of(secret)).email("a@example.com")).isEqualTo(hash);
        assertThatThrownBy(() -> key(Optional.empty())).isInstanceOf(HashKeyException.class);

        SmallCrm.execute(world.jdbi, "update mautic_sync.hash_key set secret = '" + secret + "'");
        assertThat(key(Optional.empty()).email("a@example.com")).isEqualTo(hash);

        SmallCrm.execute(world.jdbi, "update mautic_sync.hash_key set secret = 'a key that was mistyped'");
        assertThatThrownBy(() -> key(Optional.empty()))
                .isInstanceOf(HashKeyException.class)
                .hasMessageContaining("the key in mautic_sync.hash_key is not the one");
    }

    @Test
    void setup_makes_the_key_and_doctor_finds_a_different_one() {
        Finding missing = new HashKeyCheck(world.jdbi, Optional.empty()).check();
        assertThat(missing.fix())
                .isEqualTo("./mautic-sync setup: make a key for the hashes of erased people, kept in the database");

        missing.automaticFix().orElseThrow().action().run();

        assertThat(stored("secret")).hasSize(44);
        assertThat(new HashKeyCheck(world.jdbi, Optional.empty()).check().automaticFix())
                .isEmpty();
        Finding different = new HashKeyCheck(world.jdbi, Optional.of(HashKey.of(MINE))).check();
        assertThat(different.bad()).isTrue();
        assertThat(different.message()).contains("is not the key of this database");
    }

    @Test
    void nobody_but_the_services_role_reads_the_key() {
        key(Optional.empty());
        SmallCrm.execute(world.jdbi, "alter role mautic_sync_service password 'secret'");
        SmallCrm.execute(
                world.jdbi,
                "do $$ begin if not exists (select from pg_roles where rolname = 'anon') then create role anon; end if; end $$");
        try (Database service = Postgres.open(Postgres.as(world.url, "mautic_sync_service"))) {
            assertThat(Rows.one(service.jdbi(), "select secret from mautic_sync.hash_key"))
                    .hasSize(44);
        }
        for (String role : new String[] {"anon", "public"}) {
            assertThat(Rows.one(
                            world.jdbi,
                            "select has_table_privilege('" + role + "', 'mautic_sync.hash_key', 'select')::text"))
                    .isEqualTo("false");
        }
    }

    private HashKey key(Optional<String> variable) {
        return world.jdbi.withHandle(handle -> new HashKeyStore(variable.map(HashKey::of)).key(handle));
    }

    private String stored(String column) {
        return Rows.one(world.jdbi, "select " + column + " from mautic_sync.hash_key");
    }
}
