package app.gigpigs.mauticsync.testing;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jdbi.v3.core.Jdbi;

/** One Postgres server for the whole test run; every test has a database of its own on it. */
public final class Postgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private Postgres() {}

    /** A fresh, empty database, as its owner sees it. */
    public static DatabaseUrl emptyDatabase() {
        String name = "test_" + DATABASES.incrementAndGet();
        Jdbi.create(Server.RUNNING.getPostgresDatabase())
                .useHandle(handle -> handle.execute("create database " + name));
        String direct = Server.RUNNING.getJdbcUrl("postgres", name);
        return new DatabaseUrl(
                direct.replace(":" + Server.RUNNING.getPort() + "/", ":" + Server.PORT + "/"), "postgres", "postgres");
    }

    /** The same database for another login. */
    public static DatabaseUrl as(DatabaseUrl url, String role) {
        String jdbc = url.jdbc().replaceAll("user=[^&]*", "user=" + role);
        return new DatabaseUrl(jdbc, role, "secret");
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

        private static EmbeddedPostgres start() {
            try {
                return EmbeddedPostgres.builder()
                        .setServerConfig("max_connections", "200")
                        .start();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
