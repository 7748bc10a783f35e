package app.gigpigs.mauticsync.db;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;
import app.gigpigs.mauticsync.text.ForeignText;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.HandleCallback;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/**
 * Brings a database to the schema this program needs, and checks that it has it. Running it twice, at the same time,
 * or after the SQL was pasted by hand is harmless.
 */
public final class Migration {
    /** The schema version this program needs; each new migration file inserts its own into mautic_sync.schema_version. */
    static final int VERSION = 1;

    private static final String ACCESS = "db/access.sql";
    private static final String TRIGGERS = "db/triggers.sql";
    private static final String SCHEMA = "mautic_sync";
    private static final String CREATE_SCHEMA = "create schema if not exists mautic_sync;";

    private final DataSource admin;
    private final CrmNames crm;

    /** Uses the owner's login: creating tables, roles and policies is not the service's right. */
    public Migration(DataSource admin, CrmNames crm) {
        this.admin = admin;
        this.crm = crm;
    }

    /**
     * Applies what is missing and renews roles, policies, grants and the triggers on the CRM's tables.
     *
     * @return how many migration files were applied
     * @throws MigrationException with Postgres' own message when the database rejects it
     */
    public int run() {
        try {
            createSchema();
            return locked(handle -> {
                int applied = flyway().migrate().migrationsExecuted;
                execute(ACCESS);
                execute(TRIGGERS);
                return applied;
            });
        } catch (FlywayException | JdbiException | SQLException e) {
            throw new MigrationException("the database rejected the migration: " + rootMessage(e), e);
        }
    }

    /** All of it as one SQL text for an SQL editor. */
    public static String sql(CrmNames crm) {
        return filled(
                String.join(
                        "\n\n",
                        CREATE_SCHEMA,
                        resource("db/migration/V1__schema.sql"),
                        resource(ACCESS),
                        resource(TRIGGERS)),
                crm);
    }

    /**
     * Checks that the database has what this program needs.
     *
     * @throws NotMigratedException naming the command to run
     */
    public static void check(Jdbi jdbi) {
        boolean present = jdbi.withHandle(
                handle -> handle.createQuery("select to_regclass('mautic_sync.schema_version') is not null")
                        .mapTo(Boolean.class)
                        .one());
        int version = present ? installedVersion(jdbi) : 0;
        if (version < VERSION) {
            throw new NotMigratedException("the database is at schema version " + version + ", this program needs "
                    + VERSION + ": run ./mautic-sync migrate");
        }
    }

    private static int installedVersion(Jdbi jdbi) {
        return jdbi.withHandle(
                handle -> handle.createQuery("select coalesce(max(version), 0) from mautic_sync.schema_version")
                        .mapTo(Integer.class)
                        .one());
    }

    /** In a transaction of its own, because Flyway looks for the schema from another connection. */
    private void createSchema() throws SQLException {
        locked(handle -> handle.execute(CREATE_SCHEMA));
    }

    /**
     * One migrator at a time. Flyway's own lock comes too late for that: two of them on a fresh database have been seen
     * to wait for each other, and to trip over each other's half-made history table.
     */
    private <T> T locked(HandleCallback<T, SQLException> work) throws SQLException {
        return Jdbi.create(admin).inTransaction(handle -> {
            handle.execute("select pg_advisory_xact_lock(hashtext('mautic_sync.migrate'))");
            return work.withHandle(handle);
        });
    }

    private void execute(String script) throws SQLException {
        try (Connection connection = admin.getConnection();
                Statement statement = connection.createStatement()) {
            // One round trip is one transaction: it holds together or not at all.
            statement.execute(filled(resource(script), crm));
        }
    }

    private Flyway flyway() {
        return Flyway.configure()
                .dataSource(admin)
                .schemas(SCHEMA)
                .defaultSchema(SCHEMA)
                .table("schema_history")
                .createSchemas(false)
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .locations("classpath:db/migration")
                .placeholders(placeholders(crm))
                .loggers("slf4j")
                .load();
    }

    /** The same names in Flyway's files and in ours; a name has no quotes, so it may stand within any. */
    private static Map<String, String> placeholders(CrmNames crm) {
        CrmNames.Profiles profiles = crm.profiles();
        CrmNames.Emails emails = crm.emails();
        return Map.ofEntries(
                Map.entry("view", crm.view().sql()),
                Map.entry("view_name", crm.view().toString()),
                Map.entry("view_email", crm.person().email()),
                Map.entry("profiles_name", profiles.table().toString()),
                Map.entry("profiles", profiles.table().sql()),
                Map.entry("profiles_id", profiles.id()),
                Map.entry("profiles_opt_in", profiles.optIn()),
                Map.entry("profiles_opt_in_time", profiles.optInTime() == null ? "" : profiles.optInTime()),
                Map.entry("emails_name", emails.table().toString()),
                Map.entry("emails", emails.table().sql()),
                Map.entry("emails_customer", emails.customer()),
                Map.entry("emails_email", emails.email()),
                Map.entry("emails_bounces", emails.bounces()),
                Map.entry("emails_valid", emails.valid()));
    }

    private static String filled(String sql, CrmNames crm) {
        String text = sql;
        for (Map.Entry<String, String> name : placeholders(crm).entrySet()) {
            text = text.replace("${" + name.getKey() + "}", name.getValue());
        }
        return text;
    }

    private static String rootMessage(Throwable failure) {
        Throwable cause = failure;
        while (cause.getCause() != null) {
            cause = cause.getCause();
        }
        return ForeignText.line(cause.getMessage());
    }

    private static String resource(String name) {
        try (InputStream in = Migration.class.getClassLoader().getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The database rejected the migration. */
    public static final class MigrationException extends FailureException {
        MigrationException(String message, Throwable cause) {
            super(ErrorCode.MIGRATION_FAILED, message, cause);
        }
    }

    /** The database lacks the schema; the message names the command that makes it. */
    public static final class NotMigratedException extends FailureException {
        NotMigratedException(String message) {
            super(ErrorCode.NOT_MIGRATED, message);
        }
    }
}
