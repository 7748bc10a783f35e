package app.gigpigs.mauticsync.setup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.setup.check.ConnectionChecks;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.testing.Postgres;
import app.gigpigs.mauticsync.testing.ServerTls;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Faults of the connection to the database, and the finding that doctor reports for each. */
class ConnectionFaultsTest {

    private final SetupWorld world = SetupWorld.ready();

    @AfterEach
    void close() {
        world.close();
    }

    @Test
    void a_database_that_is_down_is_one_finding_and_mautic_is_looked_at_all_the_same() {
        world.serviceUrl = new DatabaseUrl("jdbc:postgresql://127.0.0.1:1/x", "u", "hush");

        assertThat(world.lines())
                .anyMatch(line -> line.startsWith("DOWN database: does not answer"))
                .anyMatch(line -> line.startsWith("NOT_CHECKED view, role"))
                .anyMatch(line -> line.startsWith("OK segments:"))
                .noneMatch(line -> line.contains("hush"));
    }

    @Test
    void a_superuser_is_warned_of() {
        world.serviceUrl = world.ownerUrl;

        assertThat(world.lines())
                .anyMatch(line -> line.startsWith("WARNING role: postgres is a superuser")
                        && line.contains("mautic_sync_service"));
    }

    @Test
    void a_login_that_does_not_exist_is_a_problem_and_not_a_database_that_is_down() {
        world.serviceUrl = Postgres.as(world.ownerUrl, "nobody_of_this_name");

        assertThat(world.lines())
                .anyMatch(line -> line.startsWith("PROBLEM database: rejects the login nobody_of_this_name")
                        && line.contains("SUPABASE_DB_URL"));
    }

    @Test
    void a_wrong_or_missing_password_is_a_problem_and_is_not_repeated() {
        Postgres.createLoginWithPassword("doctors_login", "the right one");
        DatabaseUrl login = Postgres.as(world.ownerUrl, "doctors_login");
        DatabaseUrl wrong = new DatabaseUrl(login.jdbc(), "doctors_login", "hush");
        await().until(() -> Database.rejection(wrong).isPresent());

        world.serviceUrl = wrong;
        assertThat(world.lines())
                .anyMatch(line -> line.startsWith(
                                "PROBLEM database: rejects the login doctors_login: FATAL: password authentication failed")
                        && line.contains("SUPABASE_DB_URL: user")
                        && line.contains("password (percent-encoded)"))
                .noneMatch(line -> line.contains("hush"));

        world.serviceUrl = new DatabaseUrl(login.jdbc(), "doctors_login", null);
        assertThat(world.lines())
                .anyMatch(line ->
                        line.startsWith("PROBLEM database: rejects the login doctors_login: The server requested")
                                && line.contains("no password was provided")
                                && line.contains("password (percent-encoded)"));
    }

    @Test
    void an_unknown_host_is_named() {
        world.serviceUrl = new DatabaseUrl("jdbc:postgresql://db.no-such-project.invalid:5432/postgres", "u", "hush");

        assertThat(world.lines())
                .anyMatch(line -> line.startsWith(
                                "DOWN database: does not answer: the host db.no-such-project.invalid is not known")
                        && line.contains("check host and port in SUPABASE_DB_URL"))
                .noneMatch(line -> line.contains("hush"));
    }

    @Test
    void a_connection_without_encryption_is_warned_of_except_on_this_machine() {
        assertThat(world.lines())
                .contains("OK encryption: not needed, the database is on this machine | ")
                .contains("OK connection: direct, without a pooler | ");

        // The same server, by an address that is not known to be this machine's.
        String elsewhere = world.serviceUrl.jdbc().replace("localhost", "0.0.0.0");
        world.serviceUrl = service(elsewhere);
        assertThat(world.lines())
                .anyMatch(line -> line.startsWith("WARNING encryption: not encrypted (sslmode=prefer)")
                        && line.contains("sslmode=verify-full"));

        world.serviceUrl = service(elsewhere + "&sslmode=verify-full");
        assertThat(world.lines())
                .anyMatch(line -> line.startsWith(
                                "PROBLEM database: there is no encrypted connection: The server does not support SSL")
                        && line.contains("sslmode and sslrootcert in SUPABASE_DB_URL"));
    }

    @Test
    void encryption_without_verification_is_warned_of_and_a_failed_verification_is_a_problem() {
        String local = world.serviceUrl.jdbc();
        String elsewhere = local.replace("localhost", "0.0.0.0");
        try (ServerTls tls = new ServerTls(world.owner)) {
            String verified = "&sslmode=verify-full&sslrootcert=" + tls.certificate;
            await().until(() -> Database.rejection(service(local + verified)).isEmpty());

            world.serviceUrl = service(local + verified);
            assertThat(world.lines()).contains("OK encryption: verified (sslmode=verify-full) | ");

            world.serviceUrl = service(elsewhere);
            assertThat(world.lines())
                    .anyMatch(line -> line.startsWith(
                                    "WARNING encryption: encrypted, but the server's certificate is not verified (sslmode=prefer)")
                            && line.contains("sslmode=verify-full"));

            world.serviceUrl = service(elsewhere + verified);
            assertThat(world.lines())
                    .anyMatch(line -> line.startsWith("PROBLEM database: there is no encrypted connection: ")
                            && line.contains("0.0.0.0")
                            && line.contains("sslmode and sslrootcert in SUPABASE_DB_URL"));

            world.serviceUrl = service(local + "&sslmode=verify-full&sslrootcert=/nowhere/ca.crt");
            assertThat(world.lines())
                    .anyMatch(line -> line.startsWith("PROBLEM database: there is no encrypted connection: ")
                            && line.contains("/nowhere/ca.crt"));
        }
    }

    private static DatabaseUrl service(String jdbc) {
        return new DatabaseUrl(jdbc, "mautic_sync_service", "secret");
    }

    @Test
    void a_transaction_pooler_is_recognised_and_hides_nothing() {
        Optional<DatabaseUrl> pooled = Postgres.pooled(world.serviceUrl);
        assumeTrue(pooled.isPresent(), "there is no pgbouncer on this machine");
        List<String> direct = world.lines();

        world.serviceUrl = pooled.get();
        List<String> through = world.lines();

        String found = "OK connection: through a pooler in transaction mode: two connections share one backend | ";
        assertThat(through).contains(found);
        assertThat(direct).doesNotContain(found);
        assertThat(through.stream().filter(line -> !line.startsWith("OK ")).toList())
                .isEqualTo(
                        direct.stream().filter(line -> !line.startsWith("OK ")).toList());
        assertThat(through).hasSameSizeAs(direct);
    }

    @Test
    void encryption_is_judged_by_what_is_verified() {
        String host = "jdbc:postgresql://db.example.com:5432/postgres";

        assertThat(ConnectionChecks.encryption(
                                url(host + "?sslmode=verify-full"), new ConnectionChecks.Route(false, true))
                        .level())
                .isEqualTo(Finding.Level.OK);
        assertThat(ConnectionChecks.encryption(url(host + "?sslmode=require"), new ConnectionChecks.Route(false, true))
                        .message())
                .contains("certificate is not verified");
        assertThat(ConnectionChecks.encryption(url(host), new ConnectionChecks.Route(false, false))
                        .message())
                .startsWith("not encrypted");
        assertThat(ConnectionChecks.encryption(url(host), new ConnectionChecks.Route(true, true))
                        .message())
                .startsWith("not certain");
        assertThat(ConnectionChecks.encryption(url(host), new ConnectionChecks.Route(false, false))
                        .fix())
                .contains("verify-full");
        assertThat(ConnectionChecks.encryption(
                                url("jdbc:postgresql://localhost/x"), new ConnectionChecks.Route(false, false))
                        .level())
                .isEqualTo(Finding.Level.OK);
    }

    private static DatabaseUrl url(String jdbc) {
        return new DatabaseUrl(jdbc, "u", "p");
    }
}
