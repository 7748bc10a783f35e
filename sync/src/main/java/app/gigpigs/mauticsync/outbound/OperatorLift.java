package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.LiftCandidates;
import app.gigpigs.mauticsync.consent.LiftCandidates.Candidate;
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
public final class OperatorLift {
    private static final int AT_ONCE = 100;
    private static final String NO_STATEMENT = "a bounce in Mautic, or counted in the CRM, that was not final";

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final Sleeper pause;
    private final InstantSource clock;
    private final ConsentLedger ledger = new ConsentLedger();

    public OperatorLift(Jdbi jdbi, Mautic mautic, OutboundSettings settings, Sleeper pause, InstantSource clock) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        this.pause = pause;
        this.clock = clock;
    }

    /** What would be lifted, as far as the ledger and the CRM tell; changes nothing. */
    public Report look(Selection selection, boolean complaintsToo) {
        Tally tally = new Tally();
        for (Candidate one : candidates(selection)) {
            one.refusal(complaintsToo).ifPresentOrElse(why -> tally.refuse(one, why), () -> tally.lifted(one));
        }
        return tally.report();
    }

    /**
     * Lifts.
     *
     * @return empty when another run holds the outbound lease; nothing was done then
     */
    public Optional<Report> lift(Selection selection, Operator operator) {
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
            List<Candidate> allowed = new ArrayList<>();
            for (Candidate one : candidates(selection)) {
                one.refusal(operator.complaintsToo())
                        .ifPresentOrElse(why -> tally.refuse(one, why), () -> allowed.add(one));
            }
            EntryRemoval removal = new EntryRemoval(jdbi, mautic, consents, status);
            for (int from = 0; from < allowed.size(); from += AT_ONCE) {
                lift(allowed.subList(from, Math.min(allowed.size(), from + AT_ONCE)), operator, removal, tally);
            }
            return Optional.of(tally.report());
        }
    }

    private CrmNames names() {
        return settings.mapping().crm();
    }

    private List<Candidate> candidates(Selection selection) {
        return jdbi.withHandle(handle -> new LiftCandidates(names()).of(handle, selection));
    }

    private void lift(List<Candidate> some, Operator operator, EntryRemoval removal, Tally tally) {
        Map<String, List<Contact>> contacts = removal.intend(
                some.stream().flatMap(one -> ids(one).stream()).toList(),
                some.stream().map(Candidate::address).toList());
        for (Candidate one : some) {
            List<Contact> having = contacts.getOrDefault(one.address(), List.of());
            Optional<String> unknown = unknownEntry(one, having);
            if (unknown.isPresent()) {
                removal.giveUp(ids(one));
                tally.refuse(one, unknown.get());
                continue;
            }
            Consent after = removal.remove(one.address(), ids(one), having, handle -> end(handle, one, operator));
            if (after.mailable()) {
                tally.lifted(one);
            } else {
                tally.refuse(one, "it must not be mailed all the same: " + after.message());
            }
        }
    }

    /** An entry that somebody else made for something that the ledger does not say: perhaps its webhook was lost. */
    private static Optional<String> unknownEntry(Candidate one, List<Contact> contacts) {
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

    private static boolean known(Candidate one, DoNotContact entry) {
        if (DoNotContactComment.consent(entry.comments()).isPresent()) {
            return true;
        }
        return switch (entry.reason()) {
            case 1 -> one.lifts(Reason.UNSUBSCRIBED) || one.lifts(Reason.COMPLAINED);
            case 2 -> one.liftsBounces();
            default -> one.lifts(Reason.MANUAL);
        };
    }

    private void end(Handle handle, Candidate one, Operator operator) {
        if (one.liftsBounces()) {
            new CrmValidity(names()).restore(handle, one.address());
        }
        List<Long> statements = ids(one);
        if (statements.isEmpty()) {
            // Who lifted it is kept all the same.
            ledger.state(
                    handle,
                    List.of(new Statement(
                            one.address(),
                            Reason.BOUNCED,
                            Source.OPERATOR,
                            clock.instant(),
                            Evidence.noted(NO_STATEMENT))));
            statements = ledger.standing(handle, one.address()).stream()
                    .map(Entry::id)
                    .toList();
        }
        ledger.lift(handle, statements, operator.name(), operator.why());
    }

    private static List<Long> ids(Candidate one) {
        return one.lifted().stream().map(Entry::id).toList();
    }

    /**
     * Who decides, and why.
     *
     * @param complaintsToo whether complaints are meant, too
     */
    public record Operator(String name, String why, boolean complaintsToo) {
        public Operator {
            if (name.isBlank() || why.isBlank()) {
                throw new IllegalArgumentException("who lifts a statement says who and why");
            }
        }
    }

    /**
     * What was lifted, or would be. Contains personal data: for the terminal, never for the log.
     *
     * @param addresses how many may be mailed again
     * @param statements how many ended, by reason
     */
    public record Report(int addresses, Map<String, Integer> statements, List<Refused> refused) {}

    /** An address that stays as it is, and why. */
    public record Refused(String address, String why) {}

    private static final class Tally {
        private int addresses;
        private final Map<String, Integer> statements = new TreeMap<>();
        private final List<Refused> refused = new ArrayList<>();

        void lifted(Candidate one) {
            addresses++;
            one.lifted().forEach(entry -> statements.merge(entry.reason().code(), 1, Integer::sum));
        }

        void refuse(Candidate one, String why) {
            refused.add(new Refused(one.address(), why));
        }

        Report report() {
            return new Report(addresses, statements, List.copyOf(refused));
        }
    }
}
