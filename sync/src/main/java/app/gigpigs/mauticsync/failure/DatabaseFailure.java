package app.gigpigs.mauticsync.failure;

import app.gigpigs.mauticsync.text.ForeignText;
import java.net.UnknownHostException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * What an exception of the database's driver, its pool or JDBI means. Pure.
 *
 * <p>Postgres tells by SQLSTATE. Poolers answer with states of their own choice and are told by the messages of
 * Supavisor and pgbouncer.
 */
final class DatabaseFailure {
    private static final Pattern LOGIN = Pattern.compile("(?i)tenant or user not found|password authentication failed");
    private static final Pattern TLS = Pattern.compile("(?i)\\bssl\\b|no encryption|certificate");
    private static final Pattern BUSY = Pattern.compile(
            "(?i)max clients|max_client_conn|no more connections|connection slots|query_wait_timeout|connection is not available");
    private static final Pattern PREPARED = Pattern.compile("(?i)prepared statement");
    private static final Pattern PARAMETER =
            Pattern.compile("(?i)(unsupported|unrecognized) (startup|configuration) parameter");
    private static final Pattern OURS = Pattern.compile("\"(public\\.)?mautic_sync|mautic_sync\\.");

    private DatabaseFailure() {}

    static Failure of(Throwable failure) {
        Throwable told = failure;
        for (Throwable at = failure; at != null; at = at.getCause()) {
            // The driver's own message is the deepest SQLException's; the pool's and JDBI's say nothing useful.
            told = at instanceof SQLException ? at : told;
        }
        Optional<String> unknown = causes(told)
                .filter(UnknownHostException.class::isInstance)
                .map(host -> ForeignText.line(host.getMessage()))
                .findFirst();
        if (unknown.isPresent()) {
            // The driver's message does not name the host.
            return new Failure(
                    ErrorCode.DATABASE_HOST_UNKNOWN,
                    "the database failed: no host has the name " + unknown.get() + "; check SUPABASE_DB_URL");
        }
        return new Failure(code(told), "the database failed: " + text(told.getMessage()));
    }

    private static Stream<Throwable> causes(Throwable failure) {
        return Stream.iterate(failure, java.util.Objects::nonNull, Throwable::getCause)
                .limit(20);
    }

    private static ErrorCode code(Throwable told) {
        String message = String.valueOf(told.getMessage());
        String state = told instanceof SQLException sql ? String.valueOf(sql.getSQLState()) : "";
        if (BUSY.matcher(message).find()) {
            return ErrorCode.DATABASE_BUSY;
        }
        if (LOGIN.matcher(message).find()) {
            return ErrorCode.DATABASE_LOGIN;
        }
        if (PREPARED.matcher(message).find()) {
            return ErrorCode.POOLER_PREPARED_STATEMENTS;
        }
        if (PARAMETER.matcher(message).find()) {
            return ErrorCode.POOLER_PARAMETER;
        }
        boolean connecting = state.startsWith("08") || state.startsWith("28");
        if (connecting && (TLS.matcher(message).find() || causes(told).anyMatch(SSLException.class::isInstance))) {
            return ErrorCode.DATABASE_TLS;
        }
        return byState(state, message);
    }

    private static ErrorCode byState(String state, String message) {
        return switch (state) {
            case "28P01", "28000" -> ErrorCode.DATABASE_LOGIN;
            case "3D000" -> ErrorCode.DATABASE_NAME;
            case "25006" -> ErrorCode.DATABASE_READ_ONLY;
            case "53100" -> ErrorCode.DATABASE_FULL;
            case "53300" -> ErrorCode.DATABASE_BUSY;
            case "42501" -> ErrorCode.DATABASE_PERMISSION;
            case "57014", "55P03", "40P01", "40001" -> ErrorCode.DATABASE_TIMEOUT;
            case "57P01", "57P02", "57P03" -> ErrorCode.DATABASE_UNREACHABLE;
            // A table, a schema, a function or a column is missing.
            case "42P01", "3F000", "42883", "42703" ->
                OURS.matcher(message).find() ? ErrorCode.NOT_MIGRATED : ErrorCode.VIEW_UNUSABLE;
            default -> state.startsWith("08") ? ErrorCode.DATABASE_UNREACHABLE : ErrorCode.DATABASE_ERROR;
        };
    }

    /** The first line: what follows, such as DETAIL, shows values of rows. */
    private static String text(@Nullable String message) {
        return message == null
                ? "without a message"
                : ForeignText.line(message.lines().findFirst().orElse(""));
    }
}
