package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.ledger.ErasedStatements;
import app.gigpigs.mauticsync.crm.CrmNames;
import org.jdbi.v3.core.Handle;

/** What mautic_sync.consent_ledger holds about a person: the statements stay, under a hash of the address. */
public final class LedgerErasure implements PersonalDataTable {
    private final ErasedStatements statements;
    private final ErasureRegister register;

    public LedgerErasure(CrmNames names, ErasureRegister register) {
        this.statements = new ErasedStatements(names);
        this.register = register;
    }

    @Override
    public String table() {
        return "mautic_sync.consent_ledger";
    }

    @Override
    public int erase(Handle handle, PersonIdentifiers person) {
        return statements.forget(handle, person.email(), person.customers(), register.key(handle));
    }
}
