package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.ledger.HashKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jdbi.v3.core.Handle;

/**
 * Erases what our own tables hold about a person. Reads whole tables where no index can tell: an erasure is rare and must
 * miss nothing.
 */
public final class PersonalDataEraser {
    private final ErasureRegister register;
    private final List<PersonalDataTable> tables;

    /**
     * Erases nothing yet.
     *
     * @param key from the environment; without one the database keeps its own
     * @param tables those that hold personal data, children before their parents; the run log is added here
     */
    public PersonalDataEraser(Optional<HashKey> key, List<PersonalDataTable> tables) {
        this.register = new ErasureRegister(key);
        this.tables = new ArrayList<>(tables);
        this.tables.add(new RunLogMessages());
    }

    ErasureRegister register() {
        return register;
    }

    /**
     * What an erasure would do, found by doing it and rolling it back: the preview and the erasure cannot differ.
     *
     * @return as {@link #erase}
     */
    Map<String, Integer> tryOut(Handle handle, PersonIdentifiers person) {
        handle.begin();
        try {
            register.add(handle, UUID.randomUUID(), person.references());
            return erase(handle, person);
        } finally {
            handle.rollback();
        }
    }

    /**
     * Erases; the hashes must be stored already.
     *
     * @return how many rows of each table were deleted or changed; tables without any are left out
     */
    Map<String, Integer> erase(Handle handle, PersonIdentifiers person) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        tables.forEach(table -> put(counts, table.table(), table.erase(handle, person)));
        // After all deletes, so that no deleted row is counted here as well.
        int messages = tables.stream()
                .mapToInt(table -> table.eraseFromMessages(handle, person))
                .sum();
        put(counts, "texts", messages);
        return counts;
    }

    private static void put(Map<String, Integer> counts, String table, int rows) {
        if (rows > 0) {
            counts.put(table, rows);
        }
    }
}
