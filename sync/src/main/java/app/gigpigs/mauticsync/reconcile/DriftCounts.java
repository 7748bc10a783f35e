package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.reconcile.Drift.Kind;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Counts what was compared and what differs. */
final class DriftCounts {
    private int compared;
    private int changed;
    private int drifted;
    private int repaired;
    private final Map<Kind, Integer> kinds = new TreeMap<>();
    private final Map<String, Integer> fields = new TreeMap<>();

    void add(List<ExpectedContacts.Linked> page, List<Drift> drifts) {
        int upToDate = (int) page.stream().filter(one -> one.write() != null).count();
        compared += upToDate;
        changed += page.size() - upToDate;
        drifted += drifts.size();
        for (Drift drift : drifts) {
            drift.kinds().forEach(kind -> kinds.merge(kind, 1, Integer::sum));
            drift.fields().forEach(alias -> fields.merge(alias, 1, Integer::sum));
        }
    }

    void repaired(int customers) {
        repaired += customers;
    }

    Reconciliation.Report report() {
        return new Reconciliation.Report(compared, changed, drifted, kinds, fields, repaired);
    }
}
