package app.gigpigs.mauticsync.instance;

import org.jdbi.v3.core.Handle;

/** A table of ours that holds ids of one Mautic instance. The package that writes the table implements it. */
@FunctionalInterface
public interface InstanceTable {
    /**
     * Forgets the ids, in the caller's transaction; nothing pushes and nothing catches up meanwhile.
     *
     * @param instance the number of the instance that is forgotten, for rows that are kept
     */
    void forget(Handle handle, int instance);
}
