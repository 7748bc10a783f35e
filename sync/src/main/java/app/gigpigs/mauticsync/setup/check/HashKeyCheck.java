package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException;
import app.gigpigs.mauticsync.consent.ledger.HashKeyStore;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** Whether the hashes of erased people can be made and read with the key that this process has. */
public final class HashKeyCheck {
    private static final String SUBJECT = "hash key";

    private final Jdbi jdbi;
    private final Optional<HashKey> configured;

    public HashKeyCheck(Jdbi jdbi, Optional<HashKey> configured) {
        this.jdbi = jdbi;
        this.configured = configured;
    }

    public Finding check() {
        if (!jdbi.withHandle(HashKeyStore::registered)) {
            return Finding.ok(SUBJECT, "the first command that needs it makes or registers it")
                    .fixedBy(new Fix(
                            configured.isPresent()
                                    ? "register the key in " + HashKey.VARIABLE
                                    : "make a key for the hashes of erased people, kept in the database",
                            this::register));
        }
        try {
            register();
            return Finding.ok(
                    SUBJECT,
                    configured.isPresent()
                            ? HashKey.VARIABLE + " is the key of this database"
                            : "kept in the database, in mautic_sync.hash_key");
        } catch (HashKeyException e) {
            return Finding.problem(SUBJECT, String.valueOf(e.getMessage()), "\"The key\" in docs/concepts.md");
        }
    }

    private void register() {
        jdbi.useHandle(handle -> new HashKeyStore(configured).key(handle));
    }
}
