package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.text.ForeignText;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postgresql.PGConnection;

/** The connection to the database: whether it works, whether it goes through a pooler, and whether it is encrypted. */
public final class ConnectionChecks {
    private static final Pattern HOST = Pattern.compile("jdbc:postgresql://([^:/?]+)");
    private static final Pattern SSLMODE = Pattern.compile("[?&]sslmode=([a-z-]+)");
    private static final Set<String> THIS_MACHINE = Set.of("localhost", "127.0.0.1", "[::1]");
    /**
     * The login or the database is wrong, and trying again does not help. Supabase's pooler answers XX000; the driver
     * reports 08004 where the server asks for a password and there is none.
     */
    private static final Set<String> WRONG_LOGIN = Set.of("28P01", "28000", "3D000", "42501", "XX000", "08004");

    /** The same in all languages of the driver; for a certificate of another host it names its verifier class. */
    private static final Pattern ABOUT_TLS = Pattern.compile("SSL|HostnameVerifier");

    private static final int TRIES = 3;

    private ConnectionChecks() {}

    /** One finding; ok when there is a connection. */
    public static Finding reachable(DatabaseUrl url) {
        return Database.rejection(url)
                .map(rejection -> rejected(url, rejection))
                .orElseGet(() -> Finding.ok("database", "answers to " + user(url)));
    }

    private static Finding rejected(DatabaseUrl url, SQLException rejection) {
        String message = message(url, rejection);
        String state = String.valueOf(rejection.getSQLState());
        // The driver gives failures of TLS the same states as a server that cannot be reached.
        if (state.startsWith("08") && ABOUT_TLS.matcher(message).find()) {
            return Finding.problem(
                    "database",
                    "there is no encrypted connection: " + message,
                    "check sslmode and sslrootcert in SUPABASE_DB_URL (docs/configuration.md), and whether the server offers TLS");
        }
        return WRONG_LOGIN.contains(state)
                ? Finding.problem(
                        "database",
                        "rejects the login " + user(url) + ": " + message,
                        "check SUPABASE_DB_URL: user (through Supabase's pooler role.PROJECT), password (percent-encoded), database; ./mautic-sync migrate creates the role")
                : Finding.down(
                        "database",
                        "does not answer: " + message,
                        "check host and port in SUPABASE_DB_URL, the network, and whether the project is paused");
    }

    /** The driver says "The connection attempt failed" for an unknown host as well as for one that does not answer. */
    private static String message(DatabaseUrl url, SQLException rejection) {
        Throwable cause = rejection.getCause();
        Matcher host = HOST.matcher(url.jdbc());
        if (cause instanceof UnknownHostException && host.find()) {
            return "the host " + host.group(1) + " is not known";
        }
        String message = ForeignText.line(
                String.valueOf(rejection.getMessage()).lines().findFirst().orElse(""));
        return cause instanceof SocketTimeoutException
                ? message + " (" + ForeignText.line(cause.getMessage()) + ")"
                : message;
    }

    private static String user(DatabaseUrl url) {
        return url.user() == null ? "the user in the URL" : url.user();
    }

    /** Whether the connection goes through a pooler, and whether it is encrypted. */
    public static List<Finding> connection(DatabaseUrl url, Database database) throws SQLException {
        List<Finding> findings = new ArrayList<>();
        try (Connection first = database.dataSource().getConnection();
                Connection second = database.dataSource().getConnection()) {
            boolean pooler = first.unwrap(PGConnection.class).getBackendPID() != backend(first);
            findings.add(Finding.ok("connection", pooler ? pooled(first, second) : "direct, without a pooler"));
            findings.add(encryption(url, new Route(pooler, encrypted(first))));
        }
        return findings;
    }

    /** A pooler gives its clients process numbers of its own, which differ from those of the backends. */
    private static String pooled(Connection first, Connection second) throws SQLException {
        for (int i = 0; i < TRIES; i++) {
            if (backend(first) == backend(second)) {
                return "through a pooler in transaction mode: two connections share one backend";
            }
        }
        return "through a pooler, in session mode as far as " + TRIES + " tries tell";
    }

    private static int backend(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static boolean encrypted(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "select coalesce(bool_or(ssl), false) from pg_catalog.pg_stat_ssl where pid = pg_backend_pid()")) {
            row.next();
            return row.getBoolean(1);
        }
    }

    /** What the connection shows: whether it goes through a pooler, and whether its last part is encrypted. */
    public record Route(boolean pooler, boolean encrypted) {}

    /** Whether the connection is encrypted, and to a server whose certificate was verified. */
    public static Finding encryption(DatabaseUrl url, Route route) {
        Matcher mode = SSLMODE.matcher(url.jdbc());
        String sslmode = mode.find() ? mode.group(1) : "prefer";
        Matcher host = HOST.matcher(url.jdbc());
        String fix =
                "add ?sslmode=verify-full&sslrootcert=/path/to/prod-ca-2021.crt to SUPABASE_DB_URL (docs/configuration.md)";
        if (sslmode.startsWith("verify-")) {
            return Finding.ok("encryption", "verified (sslmode=" + sslmode + ")");
        }
        if (!host.find() || THIS_MACHINE.contains(host.group(1).toLowerCase(Locale.ROOT))) {
            return Finding.ok("encryption", "not needed, the database is on this machine");
        }
        if (sslmode.equals("require") || (route.encrypted() && !route.pooler())) {
            return Finding.warning(
                    "encryption",
                    "encrypted, but the server's certificate is not verified (sslmode=" + sslmode
                            + "): an attacker in between could read the data",
                    fix);
        }
        return Finding.warning(
                "encryption",
                (route.pooler() ? "not certain to be encrypted" : "not encrypted") + " (sslmode=" + sslmode + ")",
                fix);
    }
}
