package app.gigpigs.mauticsync.outbound.safety;

import app.gigpigs.mauticsync.consent.ledger.CrmStatements;
import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.FailureException;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.diff.Change.Push;
import app.gigpigs.mauticsync.outbound.diff.ChangeSet;
import app.gigpigs.mauticsync.outbound.diff.PushList;
import app.gigpigs.mauticsync.outbound.payload.WritePlanner;
import app.gigpigs.mauticsync.outbound.state.Tombstones;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.jdbi.v3.core.Jdbi;

/**
 * Stops a run that would opt out, blank or remove more customers than is likely to be intended: a broken view, a failed
 * refresh, or Row Level Security that hides rows without an error.
 */
public final class SafetyLimit {
    private static final double NEARLY_ALL = 0.9;
    private static final int MOST_IN_OUTBOX = 10_000;

    private final Jdbi jdbi;
    private final Mapping mapping;
    private final WritePlanner planner;
    private final SafetySettings safety;
    private final CrmStatements crm;
    private final Tombstones tombstones;

    public SafetyLimit(Jdbi jdbi, Mapping mapping, WritePlanner planner, SafetySettings safety) {
        this.jdbi = jdbi;
        this.mapping = mapping;
        this.planner = planner;
        this.safety = safety;
        this.crm = new CrmStatements(mapping.crm());
        this.tombstones = new Tombstones(jdbi, mapping.crm().profiles());
    }

    /**
     * Looks before anything is sent.
     *
     * @throws SafetyLimitException when a person has to look first
     */
    public void check(ChangeSet changes, OptionalInt confirmed) {
        stops(changes, confirmed).ifPresent(message -> {
            throw new SafetyLimitException(message);
        });
    }

    /** Why a person has to look first; empty when that is not necessary. */
    public Optional<String> stops(ChangeSet changes, OptionalInt confirmed) {
        return emptySource(changes, confirmed).or(() -> impact(changes).stops(safety, confirmed));
    }

    /**
     * What the run would do; customers that were deleted in the CRM since the last run count as removed. Reads the
     * customers that changed only when they are enough to matter.
     */
    public Impact impact(ChangeSet changes) {
        int removed = (int) (changes.removed().stream()
                        .filter(one -> one.linked().contactId() != null)
                        .count()
                + changes.skips().stream()
                        .filter(one -> one.linked().contactId() != null)
                        .count());
        int deleted = tombstones.waiting();
        int known = known() + deleted;
        Impact[] impact = {
            Impact.none(known, unmailable())
                    .plus(Impact.Kind.REMOVED, removed + deleted)
                    .plus(Impact.Kind.OPT_IN, changes.transitions().optIns() + contradicted())
                    .plus(Impact.Kind.ADDRESS_TAKEN, changes.transitions().addressesTaken())
        };
        List<Push> updates = PushList.where(changes.pushes(), push -> push.contactId() != null);
        if (updates.size() >= safety.safetyLimitMinimum()) {
            planner.each(updates, (write, plan) -> impact[0] = impact[0].plus(plan));
        }
        return impact[0].plus(newCustomers(changes));
    }

    /**
     * Customers without a contact, if nearly all of them opted out: a sign of a column that means something else.
     * Mautic may have their contacts already, and do-not-contact entries are not undone.
     */
    private static List<Push> newCustomers(ChangeSet changes) {
        List<Push> all = PushList.where(changes.pushes(), push -> push.contactId() == null);
        long optOuts =
                all.stream().filter(push -> Impact.ofTheCrm(push.consent())).count();
        return optOuts >= all.size() * NEARLY_ALL ? all : List.of();
    }

    /** A view that hides its rows must not look like a CRM without customers. */
    private Optional<String> emptySource(ChangeSet changes, OptionalInt confirmed) {
        if (changes.customers() > 0 || confirmed.isPresent()) {
            return Optional.empty();
        }
        if (!changes.removed().isEmpty()) {
            return Optional.of(mapping.crm().view() + " has no rows, while "
                    + changes.removed().size()
                    + " customers were sent before: is Row Level Security hiding them from this login? Nothing was sent; if it is right, go on with ./mautic-sync sync --confirm "
                    + changes.removed().size());
        }
        if (profiles()) {
            return Optional.of(
                    mapping.crm().view() + " has no rows, while "
                            + mapping.crm().profiles().table()
                            + " has: is Row Level Security hiding them from this login? If it is right, go on with ./mautic-sync sync --confirm 0");
        }
        return Optional.empty();
    }

    private boolean profiles() {
        return jdbi.withHandle(handle -> handle.createQuery("select exists (select p.<id> from <profiles> p)")
                .define("id", ColumnName.quoted(mapping.crm().profiles().id()))
                .define("profiles", mapping.crm().profiles().table().sql())
                .mapTo(Boolean.class)
                .one());
    }

    /** Opt-outs that the CRM had taken and takes back now, whatever the setting makes of that. */
    private int contradicted() {
        return jdbi.withHandle(handle -> crm.contradicted(handle).size());
    }

    private int unmailable() {
        return jdbi.withHandle(
                handle -> handle.createQuery("""
                        select greatest(
                          (select count(distinct address) from mautic_sync.consent_ledger
                            where ended_at is null and crm_state = 'done'),
                          (select count(*) from public.mautic_sync_status where synced_consent <> 'mailable'))::int
                        """).mapTo(Integer.class).one());
    }

    /** How many customers may change within a short time without a run; beyond some number a run is quicker, too. */
    public int ofOutbox(ChangeSet changes) {
        return (int) Math.min(safety.allowed(Math.max(known(), changes.customers())), MOST_IN_OUTBOX);
    }

    private int known() {
        return jdbi.withHandle(
                handle -> handle.createQuery("select count(mautic_contact_id)::int from public.mautic_sync_status")
                        .mapTo(Integer.class)
                        .one());
    }

    /** A person has to look before this run may go on; the message has the numbers and how to go on. */
    public static final class SafetyLimitException extends FailureException {
        SafetyLimitException(String message) {
            super(ErrorCode.SAFETY_LIMIT, message);
        }
    }
}
