package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Opt-outs that were imported by address, for customers that the CRM got only afterwards. */
final class ImportedOptOuts {
    private static final int AT_ONCE = 2_000;

    private final ConsentLedger ledger;
    private final CustomerReader source;

    ImportedOptOuts(ConsentLedger ledger, CustomerReader source) {
        this.ledger = ledger;
        this.source = source;
    }

    /** Opts out the customers that have an imported address, before their contact is created. */
    ChangeSet apply(ChangeSet changes) {
        if (!ledger.pending()) {
            return changes;
        }
        List<Push> pushes = changes.pushes();
        Set<CustomerId> found = new HashSet<>();
        for (int from = 0; from < pushes.size(); from += AT_ONCE) {
            Set<CustomerId> some = pushes.subList(from, Math.min(pushes.size(), from + AT_ONCE)).stream()
                    .map(Push::customer)
                    .collect(Collectors.toSet());
            found.addAll(ledger.optOut(source.addresses(some)));
        }
        return changes.optingOut(found);
    }
}
