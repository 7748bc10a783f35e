package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.ledger.ErasedStatements;
import app.gigpigs.mauticsync.crm.CrmNames;
import java.util.Collection;
import java.util.Set;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;

/** What mautic_sync.consent_ledger holds about a person: the statements stay, under a hash of the address. */
public final class LedgerErasure implements PersonalDataTable {
    private final ErasedStatements statements;
    private final ErasureRegister register;

    public LedgerErasure(CrmNames names, ErasureRegister register) {
        this.statements = new ErasedStatements(names);
        this.register = register;
    }

    /** Of these addresses those of erased people, about whom the ledger has a statement already, under the hash. */
    public Set<String> known(Handle handle, Collection<String> addresses) {
        return erased(handle, addresses).stream()
                .filter(one -> statements.count(handle, one, Set.of(), register.key(handle)) > 0)
                .collect(Collectors.toSet());
    }

    /** What was just stated about addresses of erased people is kept under the hash alone. */
    public void hide(Handle handle, Collection<String> addresses) {
        erased(handle, addresses).forEach(one -> statements.forget(handle, one, Set.of(), register.key(handle)));
    }

    private Set<String> erased(Handle handle, Collection<String> addresses) {
        return register.among(handle, addresses, one -> PersonReferences.of(null, null, one));
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
