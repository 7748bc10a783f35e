package app.gigpigs.mauticsync.db;

import app.gigpigs.mauticsync.text.ForeignText;
import java.net.UnknownHostException;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;

/** What to say of an exception of the database's driver, its pool or JDBI. Pure. */
public final class DatabaseFailure {
    private DatabaseFailure() {}

    /** One line without secrets and personal data. */
    public static String message(Throwable failure) {
        Throwable deepest = failure;
        for (Throwable at = failure; at != null; at = at.getCause()) {
            // The driver's own message is the deepest SQLException's; the pool's and JDBI's say nothing useful.
            deepest = at instanceof SQLException ? at : deepest;
        }
        // The driver's message does not name the host.
        return deepest.getCause() instanceof UnknownHostException unknown
                ? "the database failed: no host has the name " + ForeignText.line(unknown.getMessage())
                        + "; check SUPABASE_DB_URL"
                : "the database failed: " + text(deepest.getMessage());
    }

    /** The first line: what follows, such as DETAIL, shows values of rows. */
    private static String text(@Nullable String message) {
        return message == null
                ? "without a message"
                : ForeignText.line(message.lines().findFirst().orElse(""));
    }
}
