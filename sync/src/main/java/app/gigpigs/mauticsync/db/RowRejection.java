package app.gigpigs.mauticsync.db;

import java.sql.SQLException;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.JdbiException;

/**
 * Tells a change of one row that the CRM's triggers or constraints reject from a database that is away, busy or stopping:
 * a rejected row stays rejected until a person fixes it, and must hold up no other row; the other failure is temporary.
 */
public final class RowRejection {
    /** Connection, rollback of a deadlock, resources, a lock not granted, an operator's or a system's intervention. */
    private static final Set<String> TRANSIENT = Set.of("08", "25", "40", "53", "55", "57", "58");

    /** A lock was not granted in time. */
    private static final String LOCKED = "55P03";

    private RowRejection() {}

    /**
     * Makes a change within the handle's transaction; what is rejected is rolled back, and nothing else.
     *
     * @return the SQLSTATE of the rejection; empty when the change was made
     * @throws JdbiException when it is the database's failure and not the row's
     */
    public static Optional<String> attempt(Handle handle, Runnable change) {
        handle.savepoint("change");
        try {
            change.run();
            handle.releaseSavepoint("change");
            return Optional.empty();
        } catch (JdbiException e) {
            Optional<String> state = of(e);
            if (state.isEmpty()) {
                throw e;
            }
            handle.rollbackToSavepoint("change");
            return state;
        }
    }

    /** Whether it is about some rows: one that is rejected, or one that somebody else has locked. */
    public static boolean concernsRows(Throwable failure) {
        return of(failure).isPresent() || state(failure).filter(LOCKED::equals).isPresent();
    }

    /** The SQLSTATE of a failure that is the row's own; empty for all others. */
    public static Optional<String> of(Throwable failure) {
        return state(failure).filter(state -> state.length() == 5 && !TRANSIENT.contains(state.substring(0, 2)));
    }

    private static Optional<String> state(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql && sql.getSQLState() != null) {
                return Optional.of(sql.getSQLState());
            }
        }
        return Optional.empty();
    }
}
