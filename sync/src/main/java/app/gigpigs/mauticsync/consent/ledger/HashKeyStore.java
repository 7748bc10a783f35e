package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table mautic_sync.hash_key: whether there are hashes, and whether they were made with the configured key. */
public final class HashKeyStore {
    private final Optional<HashKey> key;

    public HashKeyStore(Optional<HashKey> key) {
        this.key = key;
    }

    /**
     * The key to ask with; empty when no hash was ever stored, so that nothing has to be looked up.
     *
     * @throws HashKeyException when there are hashes and the key is missing or different: going on would bring erased people
     *     back
     */
    public Optional<HashKey> ifUsed(Handle handle) {
        return handle.createQuery("""
                        select check_value, mautic_sync.current_instance() as instance
                          from mautic_sync.hash_key
                        """)
                .map((row, context) -> matching(row.getString("check_value")).ofInstance(row.getInt("instance")))
                .findOne();
    }

    /**
     * The key to store hashes with, from the first one on.
     *
     * @throws HashKeyException when there is none, or a different one was used before
     */
    public HashKey required(Handle handle) {
        HashKey mine = key.orElseThrow(() -> new HashKeyException(HashKey.VARIABLE
                + " is not set: without a key, erased people could not" + " be blocked; " + HashKey.HOW));
        handle.createUpdate("insert into mautic_sync.hash_key (check_value) values (:value) on conflict do nothing")
                .bind("value", mine.checkValue())
                .execute();
        return ifUsed(handle).orElseThrow();
    }

    private HashKey matching(String stored) {
        HashKey mine = key.orElseThrow(() -> new HashKeyException(HashKey.VARIABLE
                + " is not set, but people were erased with a key: without it they would come back. Set it"
                + " to the key that was used"));
        if (!mine.checkValue().equals(stored)) {
            throw new HashKeyException(
                    HashKey.VARIABLE + " is not the key that people were erased with: they would come"
                            + " back. Set it to the key that was used; see \"Erasure\" in docs/concepts.md if it is lost");
        }
        return mine;
    }
}
