package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.delivery.Outbox;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.HashKeyStore;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/**
 * What the consent ledger and the outbox hold about a person: of a statement only a keyed hash of its address is left, an
 * entry of the outbox goes.
 */
public final class LedgerErasure implements PersonalDataTable {
    private static final String OF_PERSON = "(t.address = :email or t.customer_id = any(:customers))";

    private final HashKeyStore key;
    private final ConsentLedger ledger = new ConsentLedger();

    public LedgerErasure(Optional<HashKey> key) {
        this.key = new HashKeyStore(key);
    }

    @Override
    public String table() {
        return "mautic_sync.consent_ledger";
    }

    @Override
    public int count(Handle handle, PersonIdentifiers person) {
        return person.bind(
                        handle.createQuery("select count(*)::int from mautic_sync.consent_ledger t where " + OF_PERSON))
                .mapTo(Integer.class)
                .one();
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        new Outbox().erase(handle, person.email(), person.customers());
        HashKey mine = key.required(handle);
        List<String> addresses = person.bind(handle.createQuery(
                        "select distinct t.address from mautic_sync.consent_ledger t where t.address is not null and "
                                + OF_PERSON))
                .mapTo(String.class)
                .list();
        int erased = 0;
        for (String address : addresses) {
            erased += ledger.erase(handle, address, mine.email(address));
        }
        return erased;
    }
}
