package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/**
 * The table mautic_sync.hash_key: the one key that all hashes in this database are made with. The first process decides: it
 * registers the key that it was given, of which only a check value is stored, or makes one that the database keeps. Each
 * later process must have the same, before it stores a hash or looks for one.
 */
public final class HashKeyStore {
    private final Optional<HashKey> configured;

    /** @param configured the key from the environment, if there is one */
    public HashKeyStore(Optional<HashKey> configured) {
        this.configured = configured;
    }

    /**
     * The key of this database; registers or makes it if there is none.
     *
     * @throws HashKeyException when this process has a different one: going on would bring erased people back
     */
    public HashKey key(Handle handle) {
        Stored stored = stored(handle).orElseGet(() -> register(handle));
        return matching(stored).ofInstance(stored.instance());
    }

    /**
     * For the start of a process: two processes with different keys must be found before a hash is stored, since one would
     * have to stop afterwards. While the database accepts no writes a key is checked, but not registered.
     *
     * @throws HashKeyException when this process has a different one
     */
    public void check(Handle handle) {
        if (handle.createQuery("select current_setting('transaction_read_only') = 'on'")
                .mapTo(Boolean.class)
                .one()) {
            stored(handle).ifPresent(this::matching);
        } else {
            key(handle);
        }
    }

    /** Whether a key was registered or made. */
    public static boolean registered(Handle handle) {
        return stored(handle).isPresent();
    }

    private Stored register(Handle handle) {
        String made = configured.isPresent() ? null : HashKey.make();
        String check =
                configured.orElseGet(() -> HashKey.of(String.valueOf(made))).checkValue();
        // Of two processes that start at the same time the first one decides.
        handle.createUpdate("""
                        insert into mautic_sync.hash_key (check_value, secret) values (:value, :secret) on conflict do nothing
                        """).bind("value", check).bind("secret", made).execute();
        return stored(handle).orElseThrow();
    }

    private static Optional<Stored> stored(Handle handle) {
        return handle.createQuery("""
                        select check_value, secret, mautic_sync.current_instance() as instance from mautic_sync.hash_key
                        """)
                .map((row, context) ->
                        new Stored(row.getString("check_value"), row.getString("secret"), row.getInt("instance")))
                .findOne();
    }

    private HashKey matching(Stored stored) {
        String secret = stored.secret();
        if (configured.isEmpty() && secret == null) {
            throw new HashKeyException(HashKey.VARIABLE
                    + " is not set, but another process has one, and the hashes of erased people are made with it: set it"
                    + " to the same key everywhere, or they would come back; see \"The key\" in docs/concepts.md");
        }
        HashKey mine = configured.orElseGet(() -> HashKey.of(String.valueOf(secret)));
        if (mine.checkValue().equals(stored.checkValue())) {
            return mine;
        }
        if (configured.isEmpty()) {
            throw new HashKeyException("the key in mautic_sync.hash_key is not the one that the hashes of erased people"
                    + " are made with: put the right one back, or they would come back; see \"The key\" in"
                    + " docs/concepts.md");
        }
        throw new HashKeyException(
                secret == null
                        ? HashKey.VARIABLE
                                + " is not the key that another process has, and that the hashes of erased people"
                                + " are made with: they would come back. Set it to the same key everywhere; see \"The key\""
                                + " in docs/concepts.md if it is lost"
                        : HashKey.VARIABLE
                                + " is not the key of this database: it made one itself, because the first process"
                                + " started without the variable. Unset the variable, or move the key into it as \"The key\""
                                + " in docs/concepts.md says");
    }

    /** @param secret the key itself, if the database keeps it */
    private record Stored(String checkValue, @Nullable String secret, int instance) {}
}
