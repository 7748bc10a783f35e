package app.gigpigs.mauticsync.consent.erasure;

import org.jdbi.v3.core.Handle;

/**
 * A table of ours that holds personal data: what it holds about a person, and how that is erased. The package that
 * writes the table implements it.
 */
public interface PersonalDataTable {
    /** The table with its schema, as it is shown. */
    String table();

    /**
     * Erases them, in the caller's transaction. The person's hashes are stored already.
     *
     * @return how many rows were deleted or changed
     */
    int erase(Handle handle, PersonIdentifiers person);

    /**
     * Removes the person's name from messages that the table keeps for other reasons.
     *
     * @return how many rows were changed
     */
    default int eraseFromMessages(Handle handle, PersonIdentifiers person) {
        return 0;
    }
}
