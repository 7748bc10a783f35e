package app.gigpigs.mauticsync.db;

import org.jdbi.v3.core.Handle;

/** Tells the triggers on the CRM's tables that the rest of this transaction is the sync's own writing. */
public final class OwnChange {
    private OwnChange() {}

    /** What the transaction writes does not count towards the limit of changes that are delivered at once. */
    public static void in(Handle handle) {
        handle.execute("select pg_catalog.set_config('mautic_sync.own_change', 'yes', true)");
    }
}
