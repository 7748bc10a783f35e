package app.gigpigs.mauticsync.consent.delivery;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.CrmStatements;
import app.gigpigs.mauticsync.crm.CrmNames;
import java.util.Collection;
import org.jdbi.v3.core.Handle;

/**
 * Makes statements of the CRM's opt-outs before Mautic is told of them. Between two questions the CRM may change its answer:
 * without a statement, a contact would stay not mailable and nothing would say why. Thread-safe.
 */
public final class SeenOptOuts {
    private final CrmStatements crm;
    private final ErasureRegister erased;

    public SeenOptOuts(CrmNames names, ErasureRegister erased) {
        this.crm = new CrmStatements(names);
        this.erased = erased;
    }

    /** Records that these addresses were opted out when the CRM was asked, in the caller's transaction. */
    public void record(Handle handle, Collection<String> addresses) {
        if (!addresses.isEmpty()) {
            erased.enter(handle);
            crm.recordSeen(handle, erased::among, addresses);
        }
    }
}
