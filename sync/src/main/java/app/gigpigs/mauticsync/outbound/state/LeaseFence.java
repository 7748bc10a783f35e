package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.LeaseLostException;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.statement.Query;
import org.jdbi.v3.core.statement.Update;

/**
 * Statements that change rows only while this run holds the lease. Each statement checks the lease's token itself, so
 * that a run whose lease was taken over changes nothing.
 */
final class LeaseFence {
    /** The statement has to join "held": it is empty when the lease is lost. */
    private static final String HELD =
            "with held as (select from mautic_sync.lease where name = 'outbound' and token = :token and expires_at > now() for share)\n";

    private final Jdbi jdbi;
    private final Lease lease;

    LeaseFence(Jdbi jdbi, Lease lease) {
        this.jdbi = jdbi;
        this.lease = lease;
    }

    /** Runs an update, and fails when nothing was changed because the lease is lost. */
    void update(String sql, Function<Update, Update> bind) {
        update(sql, bind, handle -> {});
    }

    /** The same; what follows is done in one transaction with it, if anything was changed. */
    void update(String sql, Function<Update, Update> bind, Consumer<Handle> then) {
        int changed = jdbi.inTransaction(handle -> {
            int rows = bind.apply(handle.createUpdate(HELD + sql).bind("token", lease.token()))
                    .execute();
            if (rows > 0) {
                then.accept(handle);
            }
            return rows;
        });
        if (changed == 0) {
            check();
        }
    }

    /** Runs a statement that answers the rows it changed, and fails when there are none because the lease is lost. */
    <T> Set<T> changed(String sql, Function<Query, Set<T>> bind) {
        Set<T> changed = jdbi.withHandle(
                handle -> bind.apply(handle.createQuery(HELD + sql).bind("token", lease.token())));
        if (changed.isEmpty()) {
            check();
        }
        return changed;
    }

    /** Holds the lease until the end of the caller's transaction, or fails when it is lost. */
    void require(Handle handle) {
        boolean held = handle.createQuery(HELD + "select exists (select from held)")
                .bind("token", lease.token())
                .mapTo(Boolean.class)
                .one();
        if (!held) {
            throw new LeaseLostException(lease.token());
        }
    }

    private void check() {
        if (!jdbi.withHandle(this::holds)) {
            throw new LeaseLostException(lease.token());
        }
    }

    private boolean holds(Handle handle) {
        return handle.createQuery(
                        "select exists (select from mautic_sync.lease where name = 'outbound' and token = :token and expires_at > now())")
                .bind("token", lease.token())
                .mapTo(Boolean.class)
                .one();
    }
}
