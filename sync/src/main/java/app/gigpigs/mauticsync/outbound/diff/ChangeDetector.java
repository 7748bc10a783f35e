package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mapping.Mapping;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/** Finds which customers changed since they were last sent. No cursor and no transaction stays open after a call. */
public final class ChangeDetector {
    private static final int ROWS_AT_ONCE = 2_000;

    private final Jdbi jdbi;
    private final CustomerSql sql;
    private final AddressConsent consent;
    private final UnreadableRows unreadable;
    private final ErasureFilter erased;

    /** Without a key for the hashes of erased people, the register throws as soon as a person was erased. */
    public ChangeDetector(Jdbi jdbi, Mapping mapping, ErasureRegister erased) {
        this.jdbi = jdbi;
        this.sql = new CustomerSql(mapping);
        this.consent = new AddressConsent(mapping.crm(), mapping.consent());
        this.unreadable = new UnreadableRows(jdbi, mapping);
        this.erased = new ErasureFilter(jdbi, new CustomerReader(jdbi, mapping), erased);
    }

    /** Compares the whole view with what was sent, in the database; only what needs doing travels. */
    public ChangeSet changes(SyncMode mode) {
        return changes(mode, null);
    }

    /** One customer, changed or not. */
    public ChangeSet changesOf(CustomerId customer) {
        return changes(SyncMode.FULL, customer.toString());
    }

    /** What the next run finds for one customer. */
    public ChangeSet nextOf(CustomerId customer) {
        return changes(SyncMode.CHANGED, customer.toString());
    }

    private ChangeSet changes(SyncMode mode, @Nullable String only) {
        try {
            return changes(mode, only, Map.of());
        } catch (JdbiException e) {
            // One row for which the view fails must not stop everybody's sync, their opt-outs least of all.
            return changes(mode, only, unreadable.find(e));
        }
    }

    private ChangeSet changes(SyncMode mode, @Nullable String only, Map<CustomerId, Failure> without) {
        ChangeRows found = new ChangeRows(without);
        // A fetch size works inside a transaction only; it keeps a first run of a million customers out of memory.
        jdbi.useTransaction(handle -> sql.define(handle.createQuery(ChangeQuery.SQL))
                .define("every_reason", consent.everyReason(handle))
                .define("every_opt_in", consent.everyOptIn(handle))
                .define("missing_is_no", consent.missingIsNo())
                .bind("mode", mode == SyncMode.FULL ? "full" : "changed")
                .bind("only", only)
                .bind("unreadable", without.keySet().toArray(CustomerId[]::new))
                .setFetchSize(ROWS_AT_ONCE)
                .map((row, context) -> {
                    found.add(row);
                    return row.getRow();
                })
                .useIterator(rows -> rows.forEachRemaining(counted -> {})));
        return erased.withoutErased(found.changes());
    }
}
