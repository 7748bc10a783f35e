package app.gigpigs.mauticsync.testing;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.ConsentRule;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import java.util.Optional;

/** The CRM as events find it, with the outbound journey that sends customers again. */
public final class CrmSides {
    private CrmSides() {}

    /** Without a key for the hashes: throws as soon as a person was erased. */
    public static CrmAccess of(CrmNames names) {
        return of(names, Optional.empty());
    }

    public static CrmAccess of(CrmNames names, Optional<HashKey> key) {
        return new CrmAccess(
                names, ConsentRule.DEFAULT, new ErasureRegister(key), (handle, customers, why) -> switch (why) {
                    case CONTACT_DELETED -> new ResendRequests(handle).contactsDeleted(customers);
                    case CONTACT_CHANGED -> new ResendRequests(handle).contactsChanged(customers);
                });
    }
}
