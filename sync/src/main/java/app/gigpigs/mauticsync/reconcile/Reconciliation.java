package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.SourceSchemaCheck;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.segment.MembershipReader;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.outbound.state.LinkedCustomers;
import app.gigpigs.mauticsync.reconcile.Drift.Kind;
import app.gigpigs.mauticsync.runs.NotReadyException;
import app.gigpigs.mauticsync.runs.WorkLog;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jdbi.v3.core.Jdbi;

/**
 * Compares what Mautic holds with what it was sent, for customers that did not change since. Those that changed are sent
 * by the next run, and only their consent is compared. A page of contacts is in memory at a time.
 */
public final class Reconciliation {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final Mapping mapping;
    private final InstantSource clock;

    /** Writes nothing unless told to repair. */
    public Reconciliation(Jdbi jdbi, Mautic mautic, Mapping mapping, InstantSource clock) {
        this.clock = clock;
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = mapping;
    }

    /** What to do about drift. */
    public enum Mode {
        /** Report it only. */
        REPORT,
        /** Have the next run send those customers again, and set a missing do-not-contact at once. */
        REPAIR
    }

    /**
     * Compares.
     *
     * @param each is called with every customer that drifted
     * @throws NotReadyException when the view or Mautic's fields are not as the mapping needs them
     */
    public Report run(Scope scope, Mode fix, Consumer<Drift> each) {
        SourceSchemaCheck.check(jdbi, mapping);
        TargetSchema schema = TargetSchema.of(mautic.fields().all(), mapping.fields(), PlaceNames.load());
        new InstanceCheck(jdbi, mautic).check();
        Map<String, Long> segmentIds =
                new SegmentTable(mautic, jdbi).find(mapping.segments()).ids();
        MembershipReader segments = scope instanceof Scope.All
                ? MembershipReader.reading(mautic, segmentIds)
                : MembershipReader.asking(mautic, segmentIds);
        ExpectedContacts expected = new ExpectedContacts(jdbi, mapping, schema);
        DriftRepair repair = new DriftRepair(jdbi, mautic);
        DriftCounts counts = new DriftCounts();
        WorkLog work = new WorkLog(clock, "comparing customers with their contacts");
        pages(scope, page -> {
            List<ExpectedContacts.Linked> linked = expected.of(page);
            List<Drift> drifts = drifts(linked, segments);
            counts.add(linked, drifts);
            work.done(page.size());
            drifts.forEach(each);
            if (fix == Mode.REPAIR) {
                counts.repaired(repair.repair(linked, drifts));
            }
        });
        return counts.report();
    }

    private void pages(Scope scope, Consumer<List<LinkedCustomers.Row>> each) {
        LinkedCustomers linked = new LinkedCustomers(jdbi, mapping.crm().profiles());
        if (scope instanceof Scope.One one) {
            linked.one(one.customer(), each);
        } else if (scope instanceof Scope.Sample sample) {
            linked.sample(sample.customers(), each);
        } else {
            linked.all(each);
        }
    }

    private List<Drift> drifts(List<ExpectedContacts.Linked> linked, MembershipReader segments) {
        ContactPage page = ContactPage.read(mautic, new ContactLookup(mautic, jdbi, mapping), linked);
        List<Drift> drifts = new ArrayList<>();
        for (ExpectedContacts.Linked one : linked) {
            drift(one, page, segments).ifPresent(drifts::add);
        }
        return drifts;
    }

    private static Optional<Drift> drift(ExpectedContacts.Linked one, ContactPage page, MembershipReader segments) {
        CustomerId customer = one.row().customer();
        DriftCollector findings = new DriftCollector();
        Contact contact = page.contacts().get(one.row().contactId());
        if (contact != null) {
            compare(one, contact, segments, findings);
        } else if (one.write() != null) {
            findings.deleted(
                    one.row().contactId(),
                    Objects.requireNonNull(page.foundInstead().get(customer)));
        }
        findings.duplicates(page.holders(one.row().email()));
        Contact merged = page.mergedInto().get(customer);
        if (merged != null) {
            findings.add(
                    Kind.DO_NOT_CONTACT_MISSING,
                    "do-not-contact is missing in contact " + merged.id()
                            + ", which has this customer's id since contact "
                            + one.row().contactId() + " was deleted, although it must not be mailed ("
                            + one.consent().message() + ")");
        }
        return findings.drift(customer, merged == null ? one.row().contactId() : merged.id());
    }

    private static void compare(
            ExpectedContacts.Linked one, Contact contact, MembershipReader segments, DriftCollector findings) {
        if (!one.consent().mailable() && contact.mailable()) {
            findings.add(
                    Kind.DO_NOT_CONTACT_MISSING,
                    "do-not-contact is missing: Mautic may mail this contact, although it must not ("
                            + one.consent().message() + ")");
        }
        ContactWrite write = one.write();
        if (write != null) {
            findings.fields(write, contact);
            ContactComparison.segments(write, segments.of(contact.id()))
                    .forEach(message -> findings.add(Kind.SEGMENT_DIFFERS, message));
        }
    }

    /**
     * The result.
     *
     * @param compared customers that did not change since they were sent, compared by value, segment and consent
     * @param changed customers that changed since; only their consent was compared
     * @param drifted customers whose contact differs
     * @param kinds how many of each kind
     * @param fields alias to the number of contacts whose value differs
     * @param repaired how many the next run sends again
     */
    public record Report(
            int compared,
            int changed,
            int drifted,
            Map<Kind, Integer> kinds,
            Map<String, Integer> fields,
            int repaired) {}
}
