package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.ChangeTriggers;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** When customers opted in: by a column of the CRM, or as the trigger on the profiles noted it. Reads only. */
public final class OptInTimes {
    private final CrmNames names;

    public OptInTimes(CrmNames names) {
        this.names = names;
    }

    /** A query of customer_id and opted_in_at. */
    String sql() {
        String column = names.profiles().optInTime();
        return column == null
                ? "select customer_id, opted_in_at from mautic_sync.opt_in"
                : "select p.%s as customer_id, cast(p.%s as timestamptz) as opted_in_at from %s p"
                        .formatted(
                                ColumnName.quoted(names.profiles().id()),
                                ColumnName.quoted(column),
                                names.profiles().table().sql());
    }

    /** Why the policy cannot be followed here; empty when it can. */
    public Optional<String> missing(Handle handle, ReconsentPolicy policy) {
        if (policy != ReconsentPolicy.NEWEST_WINS || names.profiles().optInTime() != null) {
            return Optional.empty();
        }
        List<String> without = new ChangeTriggers(names).missing(handle);
        return without.isEmpty()
                ? Optional.empty()
                : Optional.of("SYNC_RECONSENT is newest-wins, but nothing tells when a customer opted in: "
                        + String.join(", ", without)
                        + " has no trigger of the sync. Run ./mautic-sync migrate as the owner of the CRM's tables, or name"
                        + " the column with the time under crm.profiles.opt-in-time in mautic-sync.yaml");
    }
}
