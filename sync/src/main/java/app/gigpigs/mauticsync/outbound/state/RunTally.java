package app.gigpigs.mauticsync.outbound.state;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.state.Outcome.How;
import app.gigpigs.mauticsync.outbound.state.Outcome.Rejected;
import app.gigpigs.mauticsync.outbound.state.Outcome.Saved;
import app.gigpigs.mauticsync.runs.RunCounts;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Counts what a run did, customer by customer. Thread-safe. */
public final class RunTally {
    /** Named in full in the run log; the rest is counted there and listed in the status table. */
    private static final int NAMED = 100;

    private final Map<How, Integer> saved = new EnumMap<>(How.class);
    private final List<Map<String, @Nullable Object>> rejections = new ArrayList<>();
    private final Map<String, Integer> warnings = new TreeMap<>();
    private int rejected;
    private int warned;
    private @Nullable ChangeSet changes;

    public synchronized void found(ChangeSet first) {
        changes = first;
    }

    public synchronized void add(Outcome outcome) {
        if (outcome instanceof Saved done) {
            saved.merge(done.how(), 1, Integer::sum);
        } else if (outcome instanceof Rejected rejection) {
            rejected(rejection);
        } else {
            return;
        }
        for (String warning : outcome.write().fields().warnings()) {
            warned++;
            warnings.merge(warning, 1, Integer::sum);
        }
    }

    /** A customer that counted as saved turned out not to be as it was sent. */
    public synchronized void takeBack(Saved done, Rejected rejection) {
        saved.merge(done.how(), -1, Integer::sum);
        rejected(rejection);
    }

    /** A customer who could not be read. */
    public synchronized void unreadable(CustomerId customer, Failure failure) {
        rejected(customer, null, failure);
    }

    private void rejected(Rejected rejection) {
        rejected(rejection.customer(), rejection.contactId(), rejection.failure());
    }

    private void rejected(CustomerId customer, @Nullable Long contact, Failure failure) {
        rejected++;
        if (rejections.size() < NAMED) {
            Map<String, @Nullable Object> named = new LinkedHashMap<>();
            named.put("customer", customer.toString());
            named.put("contact", contact);
            named.putAll(failure.fields());
            rejections.add(named);
        }
    }

    /** Whether anything was found to do, and so may have been sent. */
    synchronized boolean begun() {
        return changes != null;
    }

    public synchronized RunCounts counts(int segmentsAdded, int segmentsRemoved) {
        int created = saved.getOrDefault(How.CREATED, 0);
        int updated = saved.getOrDefault(How.UPDATED, 0);
        int matched = saved.getOrDefault(How.MATCHED, 0);
        int customers = changes == null ? 0 : changes.customers();
        int unchanged = changes == null ? 0 : changes.unchanged();
        int skipped = changes == null ? 0 : changes.skips().size() + changes.stillSkipped();
        int notTaken = rejected + (changes == null ? 0 : changes.waiting());
        int open = Math.max(0, customers - created - updated - matched - unchanged - skipped - notTaken);
        return new RunCounts(
                created, updated, matched, unchanged, skipped, notTaken, warned, segmentsAdded, segmentsRemoved, open);
    }

    /** Rejections and warnings, for the run log; empty when there was nothing. */
    public synchronized Map<String, @Nullable Object> details() {
        Map<String, @Nullable Object> details = new LinkedHashMap<>();
        if (rejected > 0) {
            details.put("rejected", rejected);
            details.put("rejections", List.copyOf(rejections));
        }
        if (!warnings.isEmpty()) {
            details.put("warnings", new TreeMap<>(warnings));
        }
        return details;
    }
}
