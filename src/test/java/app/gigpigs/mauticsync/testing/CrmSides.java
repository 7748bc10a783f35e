package app.gigpigs.mauticsync.testing;

import app.gigpigs.mauticsync.consent.Erased;
import app.gigpigs.mauticsync.consent.HashKey;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.inbound.CrmSide;
import app.gigpigs.mauticsync.runs.SendAgain;
import java.util.Optional;

/** The CRM as events find it, with the outbound journey that sends customers again. */
public final class CrmSides {
    private CrmSides() {}

    /** Without a key for the hashes: refuses to work as soon as anybody was erased. */
    public static CrmSide of(CrmNames names) {
        return of(names, Optional.empty());
    }

    public static CrmSide of(CrmNames names, Optional<HashKey> key) {
        return new CrmSide(names, new Erased(key), (handle, customers) -> new SendAgain(handle).all(customers));
    }
}
