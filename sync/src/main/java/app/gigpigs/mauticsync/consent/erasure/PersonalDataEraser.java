package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** Erases what our own tables hold about a person. Reads whole tables: an erasure is rare and must miss nothing. */
public final class PersonalDataEraser {
    private final ErasureRegister register;
    private final List<PersonalDataTable> tables;

    /**
     * Erases nothing yet.
     *
     * @param key what the hashes are made with
     * @param tables those that hold personal data, children before their parents; the run log is added here
     * @throws HashKeyException without a key, because the person would come back
     */
    public PersonalDataEraser(Optional<HashKey> key, List<PersonalDataTable> tables) {
        if (key.isEmpty()) {
            throw new HashKeyException(HashKey.VARIABLE + " is not set: without a hash of it the next sync would bring"
                    + " the person back; " + HashKey.HOW);
        }
        this.register = new ErasureRegister(key);
        this.tables = new ArrayList<>(tables);
        this.tables.add(new RunLogMessages());
    }

    ErasureRegister register() {
        return register;
    }

    /** How many rows of each table there are to delete or to change; tables without any are left out. */
    Map<String, Integer> count(Handle handle, PersonIdentifiers person) {
        Map<String, Integer> counts = new LinkedHashMap<>();
        tables.forEach(table -> put(counts, table.table(), table.count(handle, person)));
        return counts;
    }

    /** Erases them; the hashes must be stored already. Returns the same counts, of what was really erased. */
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
