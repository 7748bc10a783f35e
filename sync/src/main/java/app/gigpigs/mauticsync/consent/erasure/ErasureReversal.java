package app.gigpigs.mauticsync.consent.erasure;

import app.gigpigs.mauticsync.consent.ledger.ErasedStatements;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.crm.CustomerEmails;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import java.util.Optional;
import java.util.Set;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Reverts an erasure, because the person signed up again or the wrong address was typed: deletes the hashes of the
 * address, of the customers it was erased with, and of the customers who have it now. What was erased does not come
 * back by it, but the statements of the ledger get their address again: an opt-out before the erasure counts. What the CRM
 * has is sent by the next run. Mautic is not asked.
 */
public final class ErasureReversal {
    private final Jdbi jdbi;
    private final CrmNames names;
    private final ErasureRegister erased;
    private final ErasedStatements statements;

    /** @param key from the environment; without one the database keeps its own */
    public ErasureReversal(Jdbi jdbi, CrmNames names, Optional<HashKey> key) {
        this.jdbi = jdbi;
        this.names = names;
        this.erased = new ErasureRegister(key);
        this.statements = new ErasedStatements(names);
    }

    /** What there is to revert; changes nothing. */
    public Found look(String email) {
        return jdbi.withHandle(handle -> {
            PersonIdentifiers person = person(handle, email);
            return new Found(
                    erased.remembered(handle, person.references()),
                    person.customers().size(),
                    statements.count(handle, person.email(), person.customers(), erased.key(handle)));
        });
    }

    /** Reverts; doing it again finds nothing and is harmless. */
    public Found revert(String email) {
        return jdbi.inTransaction(handle -> {
            PersonIdentifiers person = person(handle, email);
            return new Found(
                    erased.forget(handle, person.references()),
                    person.customers().size(),
                    statements.giveBack(handle, person.email(), person.customers(), erased.key(handle)));
        });
    }

    private PersonIdentifiers person(Handle handle, String email) {
        String address = EmailAddress.normal(email);
        Set<CustomerId> customers =
                new CustomerEmails(names).holders(handle, Set.of(address)).getOrDefault(address, Set.of());
        return new PersonIdentifiers(address, customers, Set.of());
    }

    /**
     * What blocks an address.
     *
     * @param hashes of the address, and of the customers and contacts it was erased with; 0 when it is not blocked
     * @param customers how many customers of the CRM have the address now
     * @param statements of before the erasure; they count again
     */
    public record Found(int hashes, int customers, int statements) {
        /** Whether there is nothing to revert. */
        public boolean nothing() {
            return hashes + statements == 0;
        }
    }
}
