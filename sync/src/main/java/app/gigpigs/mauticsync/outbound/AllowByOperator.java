package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.AllowCandidate;
import app.gigpigs.mauticsync.consent.AllowCandidates;
import app.gigpigs.mauticsync.consent.AllowReport;
import app.gigpigs.mauticsync.consent.AllowReport.Kept;
import app.gigpigs.mauticsync.consent.Operator;
import app.gigpigs.mauticsync.consent.Operator.Complaints;
import app.gigpigs.mauticsync.consent.Selection;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger;
import app.gigpigs.mauticsync.consent.ledger.ConsentLedger.Entry;
import app.gigpigs.mauticsync.consent.ledger.CrmValidity;
import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import app.gigpigs.mauticsync.consent.ledger.Statement;
import app.gigpigs.mauticsync.consent.ledger.Statement.Evidence;
import app.gigpigs.mauticsync.consent.ledger.Statement.Source;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.DoNotContact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.state.SyncStatus;
import app.gigpigs.mauticsync.runs.Lease;
import app.gigpigs.mauticsync.runs.Sleeper;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Lets addresses be mailed again because a person decided so: ends what stands against them, in the ledger, in the CRM's
 * flag of invalid addresses and in Mautic. Never against an opt-out in the CRM, and never against an entry of Mautic that
 * the ledger does not know.
 */
public final class AllowByOperator {
    private static final int AT_ONCE = 100;
    private static final String NO_STATEMENT = "a bounce in Mautic, or counted in the CRM, that was not final";

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final Sleeper pause;
    private final InstantSource clock;
    private final ConsentLedger ledger = new ConsentLedger();

    public AllowByOperator(Jdbi jdbi, Mautic mautic, OutboundSettings settings, Sleeper pause, InstantSource clock) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        this.pause = pause;
        this.clock = clock;
    }

    /** What would end, as far as the ledger and the CRM tell; changes nothing. */
    public AllowReport look(Selection selection, Complaints complaints) {
        Tally tally = new Tally();
        for (AllowCandidate one : candidates(selection)) {
            one.obstacle(complaints).ifPresentOrElse(why -> tally.keep(one, why), () -> tally.allow(one));
        }
        return tally.report();
    }

    /**
     * Allows.
     *
     * @return empty when another run holds the outbound lease; nothing was done then
     */
    public Optional<AllowReport> allow(Selection selection, Operator operator) {
        Optional<Lease> acquired = Lease.acquire(jdbi, Lease.OUTBOUND, pause);
        if (acquired.isEmpty()) {
            return Optional.empty();
        }
        try (Lease lease = acquired.get()) {
            new InstanceCheck(jdbi, mautic).check();
            SyncStatus status = new SyncStatus(jdbi, lease, names().profiles());
            AddressConsent consents =
                    new AddressConsent(names(), settings.mapping().consent());
            Tally tally = new Tally();
            List<AllowCandidate> allowed = new ArrayList<>();
            for (AllowCandidate one : candidates(selection)) {
                one.obstacle(operator.complaints())
                        .ifPresentOrElse(why -> tally.keep(one, why), () -> allowed.add(one));
            }
            EntryRemoval removal = new EntryRemoval(jdbi, mautic, consents, status);
            removal.recover();
            for (int from = 0; from < allowed.size(); from += AT_ONCE) {
                allow(allowed.subList(from, Math.min(allowed.size(), from + AT_ONCE)), operator, removal, tally);
            }
            return Optional.of(tally.report());
        }
    }

    private CrmNames names() {
        return settings.mapping().crm();
    }

    private List<AllowCandidate> candidates(Selection selection) {
        return jdbi.withHandle(handle -> new AllowCandidates(names()).of(handle, selection));
    }

    private void allow(List<AllowCandidate> some, Operator operator, EntryRemoval removal, Tally tally) {
        Map<String, List<Contact>> contacts = removal.intend(
                some.stream().flatMap(one -> ids(one).stream()).toList(),
                some.stream().map(AllowCandidate::address).toList());
        for (AllowCandidate one : some) {
            List<Contact> having = contacts.getOrDefault(one.address(), List.of());
            Optional<String> unknown = unknownEntry(one, having);
            if (unknown.isPresent()) {
                removal.keepEntries(ids(one));
                tally.keep(one, unknown.get());
                continue;
            }
            Consent after = removal.remove(one.address(), ids(one), having, handle -> end(handle, one, operator));
            if (after.mailable()) {
                tally.allow(one);
            } else {
                tally.keep(one, "it must not be mailed all the same: " + after.message());
            }
        }
    }

    /** An entry that somebody else made for something that the ledger does not say: perhaps its webhook was lost. */
    private static Optional<String> unknownEntry(AllowCandidate one, List<Contact> contacts) {
        for (Contact contact : contacts) {
            for (DoNotContact entry : contact.doNotContact()) {
                if (entry.againstEmail() && !known(one, entry)) {
                    return Optional.of("contact " + contact.id() + " has a do-not-contact entry with reason "
                            + entry.reason() + " that the ledger does not know: run ./mautic-sync catch-up first");
                }
            }
        }
        return Optional.empty();
    }

    private static boolean known(AllowCandidate one, DoNotContact entry) {
        if (DoNotContactComment.consent(entry.comments()).isPresent()) {
            return true;
        }
        return switch (entry.reason()) {
            case 1 -> one.ends(Reason.UNSUBSCRIBED) || one.ends(Reason.COMPLAINED);
            case 2 -> one.endsBounces();
            default -> one.ends(Reason.MANUAL);
        };
    }

    private void end(Handle handle, AllowCandidate one, Operator operator) {
        if (one.endsBounces()) {
            new CrmValidity(names()).restore(handle, one.address());
        }
        List<Long> statements = ids(one);
        if (statements.isEmpty()) {
            // Who ended it is kept all the same.
            ledger.state(
                    handle,
                    List.of(new Statement(
                            one.address(),
                            Reason.BOUNCED,
                            Source.OPERATOR,
                            clock.instant(),
                            Evidence.noted(NO_STATEMENT))));
            statements = ledger.inForce(handle, one.address()).stream()
                    .map(Entry::id)
                    .toList();
        }
        ledger.endByOperator(handle, statements, operator.name(), operator.why());
    }

    private static List<Long> ids(AllowCandidate one) {
        return one.ended().stream().map(Entry::id).toList();
    }

    private static final class Tally {
        private int addresses;
        private final Map<String, Integer> statements = new TreeMap<>();
        private final List<Kept> kept = new ArrayList<>();

        void allow(AllowCandidate one) {
            addresses++;
            one.ended().forEach(entry -> statements.merge(entry.reason().code(), 1, Integer::sum));
        }

        void keep(AllowCandidate one, String why) {
            kept.add(new Kept(one.address(), why));
        }

        AllowReport report() {
            return new AllowReport(addresses, statements, List.copyOf(kept));
        }
    }
}
