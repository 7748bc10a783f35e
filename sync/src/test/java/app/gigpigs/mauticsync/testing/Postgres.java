package app.gigpigs.mauticsync.testing;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/** One Postgres server for the whole test run; every test has a database of its own on it. */
public final class Postgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();
    private static final Map<String, String> TEMPLATES = new ConcurrentHashMap<>();

    private Postgres() {}

    /** A fresh, empty database, as its owner sees it. */
    public static DatabaseUrl emptyDatabase() {
        return database("test_" + DATABASES.incrementAndGet(), "template1");
    }

    /**
     * A database of its own that begins as a copy; much cheaper than making the same again.
     *
     * @param template what is copied, made when it is first asked for
     * @param make fills the template's database
     */
    public static DatabaseUrl copyOf(String template, Consumer<Database> make) {
        TEMPLATES.computeIfAbsent(template, first -> {
            database(template, "template0");
            // Not through a pooler: its connections would stay, and a database that is in use cannot be copied.
            String direct = Server.RUNNING.getJdbcUrl("postgres", template);
            try (Database database = open(new DatabaseUrl(direct, "postgres", "postgres"))) {
                make.accept(database);
            }
            return template;
        });
        return database("test_" + DATABASES.incrementAndGet(), template);
    }

    private static DatabaseUrl database(String name, String template) {
        Jdbi.create(Server.RUNNING.getPostgresDatabase())
                // The default writes the copy into the log as well.
                .useHandle(handle ->
                        handle.execute("create database " + name + " template " + template + " strategy file_copy"));
        String direct = Server.RUNNING.getJdbcUrl("postgres", name);
        return new DatabaseUrl(
                direct.replace(":" + Server.RUNNING.getPort() + "/", ":" + Server.PORT + "/"), "postgres", "postgres");
    }

    /** Deletes a database that its test no longer needs; hundreds of them would take long to delete at the end. */
    public static void drop(DatabaseUrl url) {
        String name = url.jdbc().replaceFirst("\\?.*", "").replaceFirst(".*/", "");
        Jdbi.create(Server.RUNNING.getPostgresDatabase())
                .useHandle(handle -> handle.execute("drop database if exists " + name + " with (force)"));
    }

    /** The same database for another login. */
    public static DatabaseUrl as(DatabaseUrl url, String role) {
        String jdbc = url.jdbc().replaceAll("user=[^&]*", "user=" + role);
        return new DatabaseUrl(jdbc, role, "secret");
    }

    /** The same database through a pgbouncer of its own; empty where there is no pgbouncer on this machine. */
    public static Optional<DatabaseUrl> pooled(DatabaseUrl url) {
        String given = System.getProperty("pooler", "").strip();
        Path program = Path.of(given.isEmpty() ? "/usr/sbin/pgbouncer" : given);
        if (!Files.isExecutable(program)) {
            return Optional.empty();
        }
        int port = Pgbouncer.start(program.toString(), Server.RUNNING.getPort());
        String jdbc = url.jdbc().replace(":" + Server.PORT + "/", ":" + port + "/");
        return Optional.of(new DatabaseUrl(jdbc, url.user(), url.password()));
    }

    /** A new login, and the only one that the server asks for its password; it trusts all others. */
    public static void createLoginWithPassword(String role, String password) {
        Jdbi jdbi = Jdbi.create(Server.RUNNING.getPostgresDatabase());
        try (Handle handle = jdbi.open()) {
            handle.execute("create role " + role + " login password '" + password + "'");
            Path rules = Path.of(
                    handle.createQuery("show hba_file").mapTo(String.class).one());
            Files.writeString(rules, "host all " + role + " all scram-sha-256\n" + Files.readString(rules));
            handle.execute("select pg_reload_conf()");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Database open(DatabaseUrl url) {
        return Database.open(url, 6);
    }

    private static final class Server {
        private static final EmbeddedPostgres RUNNING = start();
        /** The server's own, or that of a pooler in front of it. */
        private static final int PORT =
                pooler().isEmpty() ? RUNNING.getPort() : Pgbouncer.start(pooler(), RUNNING.getPort());

        private static String pooler() {
            return System.getProperty("postgres.pooler", "").strip();
        }

        /** Into a folder, where a benchmark reads the plans of slow statements. */
        private static void log(EmbeddedPostgres.Builder server) {
            String folder = System.getProperty("postgres.log", "");
            if (!folder.isEmpty()) {
                server.setServerConfig("logging_collector", "on").setServerConfig("log_directory", folder);
            }
        }

        private static EmbeddedPostgres start() {
            try {
                EmbeddedPostgres.Builder server = EmbeddedPostgres.builder();
                InMemory.folder().ifPresent(server::setDataDirectory);
                log(server);
                return server.setServerConfig("max_connections", "200")
                        // Nothing has to outlive a crash of the machine.
                        .setServerConfig("full_page_writes", "off")
                        .setServerConfig("wal_level", "minimal")
                        .setServerConfig("max_wal_senders", "0")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
