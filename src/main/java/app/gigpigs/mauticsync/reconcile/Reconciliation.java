package app.gigpigs.mauticsync.reconcile;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.DoNotContactComment;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SourceSchemaCheck;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.segment.MembershipReader;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.outbound.state.LinkedCustomers;
import app.gigpigs.mauticsync.outbound.state.ResendRequests;
import app.gigpigs.mauticsync.reconcile.Drift.Kind;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Compares what Mautic holds with what it was sent, for customers that are in step. Those that changed since are the
 * next run's business and only their consent is looked at. A page of contacts is in memory at a time.
 */
public final class Reconciliation {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final Mapping mapping;
    private final ErasureRegister erased;

    /** Writes nothing unless told to repair. */
    public Reconciliation(Jdbi jdbi, Mautic mautic, Mapping mapping, ErasureRegister erased) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = mapping;
        this.erased = erased;
    }

    /** What to do about drift. */
    public enum Mode {
        /** Tell of it. */
        REPORT,
        /** Let the next run send those customers again, and put a missing do-not-contact in at once. */
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
        TargetSchema destination = TargetSchema.of(mautic.fields().all(), mapping.fields(), PlaceNames.load());
        new InstanceCheck(jdbi, mautic).check();
        CustomerReader source = new CustomerReader(jdbi, mapping, erased);
        Map<String, Long> segmentIds =
                new SegmentTable(mautic, jdbi).find(mapping.segments()).ids();
        MembershipReader segments = scope instanceof Scope.All
                ? MembershipReader.reading(mautic, segmentIds)
                : MembershipReader.asking(mautic, segmentIds);
        ExpectedContacts expected =
                new ExpectedContacts(source, new PayloadBuilder(source, mapping, destination), new SentValues(jdbi));
        Tallies tallies = new Tallies();
        pages(scope, page -> {
            List<ExpectedContacts.Linked> linked = expected.of(page);
            List<Drift> drifts = drifts(linked, segments);
            tallies.add(linked, drifts);
            drifts.forEach(each);
            if (fix == Mode.REPAIR) {
                tallies.repaired += repair(linked, drifts);
            }
        });
        return tallies.report();
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

    private List<Drift> drifts(List<ExpectedContacts.Linked> page, MembershipReader segments) {
        List<String> emails = page.stream()
                .map(one -> one.row().email())
                .filter(Objects::nonNull)
                .distinct()
                .toList();
        Map<Long, Contact> contacts = new LinkedHashMap<>();
        mautic.contacts().withEmails(emails).forEach(contact -> contacts.put(contact.id(), contact));
        // Most contacts came with their address; what is left has another one in Mautic, or is not there.
        mautic.contacts()
                .withIds(page.stream()
                        .map(one -> one.row().contactId())
                        .filter(id -> !contacts.containsKey(id))
                        .toList())
                .forEach(contact -> contacts.put(contact.id(), contact));
        Map<String, List<Long>> holders = contacts.values().stream()
                .filter(contact -> contact.email() != null)
                .collect(Collectors.groupingBy(
                        contact -> String.valueOf(contact.email()).toLowerCase(Locale.ROOT),
                        Collectors.mapping(Contact::id, Collectors.toList())));
        Map<UUID, Match> moved = moved(page, contacts);
        Map<UUID, Contact> mergedInto = mailableMergedContacts(page, contacts);
        List<Drift> drifts = new ArrayList<>();
        for (ExpectedContacts.Linked one : page) {
            DriftCollector findings = new DriftCollector();
            Contact contact = contacts.get(one.row().contactId());
            if (contact != null) {
                compare(one, contact, segments, findings);
            } else if (one.write() != null) {
                findings.absent(
                        one.row().contactId(),
                        Objects.requireNonNull(moved.get(one.row().customer())));
            }
            String email = String.valueOf(one.row().email()).toLowerCase(Locale.ROOT);
            findings.duplicates(holders.getOrDefault(email, List.of()));
            Contact mergedContact = mergedInto.get(one.row().customer());
            if (mergedContact != null) {
                findings.add(
                        Kind.DO_NOT_CONTACT_MISSING,
                        "do-not-contact is missing in contact " + mergedContact.id()
                                + ", which has this customer's id while contact "
                                + one.row().contactId() + " is gone, although the CRM says no");
            }
            findings.drift(
                            one.row().customer(),
                            mergedContact == null ? one.row().contactId() : mergedContact.id())
                    .ifPresent(drifts::add);
        }
        return drifts;
    }

    private void compare(
            ExpectedContacts.Linked one, Contact contact, MembershipReader segments, DriftCollector findings) {
        if (one.optedOut() && contact.mailable()) {
            findings.add(
                    Kind.DO_NOT_CONTACT_MISSING,
                    "do-not-contact is missing, although the CRM says no: Mautic may mail this contact");
        }
        ContactWrite write = one.write();
        if (write != null) {
            findings.fields(write, contact);
            ContactComparison.segments(write, segments.of(contact.id()))
                    .forEach(message -> findings.add(Kind.SEGMENT_DIFFERS, message));
        }
    }

    /** Where the contacts went that are not there any more. */
    private Map<UUID, Match> moved(List<ExpectedContacts.Linked> page, Map<Long, Contact> contacts) {
        List<ContactWrite> missing = page.stream()
                .filter(one -> !contacts.containsKey(one.row().contactId()))
                .map(ExpectedContacts.Linked::write)
                .filter(Objects::nonNull)
                .map(Objects::requireNonNull)
                .toList();
        Map<UUID, Match> moved = new HashMap<>();
        new ContactLookup(mautic, jdbi, mapping)
                .match(missing)
                .forEach((write, match) -> moved.put(write.customer(), match));
        return moved;
    }

    /** A no whose contact was merged into another must reach that one, in step or not. */
    private Map<UUID, Contact> mailableMergedContacts(List<ExpectedContacts.Linked> page, Map<Long, Contact> contacts) {
        Set<UUID> missing = page.stream()
                .filter(one -> one.optedOut() && !contacts.containsKey(one.row().contactId()))
                .map(one -> one.row().customer())
                .collect(Collectors.toSet());
        Map<UUID, Contact> mergedInto = new HashMap<>();
        mautic
                .contacts()
                .withValues(
                        FieldMap.SUPABASE_ID,
                        missing.stream().map(UUID::toString).toList())
                .stream()
                .filter(Contact::mailable)
                .forEach(contact -> Match.Owners.customerId(contact)
                        .filter(missing::contains)
                        .ifPresent(customer -> mergedInto.put(customer, contact)));
        return mergedInto;
    }

    private int repair(List<ExpectedContacts.Linked> page, List<Drift> drifts) {
        Map<UUID, String> hashes = new HashMap<>();
        Set<UUID> drifted = drifts.stream()
                .filter(drift -> !drift.kinds().equals(Set.of(Kind.DUPLICATE)))
                .map(Drift::customer)
                .collect(Collectors.toSet());
        drifts.stream()
                .filter(drift -> drift.kinds().contains(Kind.DO_NOT_CONTACT_MISSING))
                .forEach(drift -> mautic.contacts()
                        .addDoNotContact(drift.contactId(), 3, DoNotContactComment.DO_NOT_CONTACT_COMMENT));
        for (ExpectedContacts.Linked one : page) {
            String hash = one.row().hash();
            if (hash != null && drifted.contains(one.row().customer())) {
                hashes.put(one.row().customer(), hash);
            }
        }
        return jdbi.withHandle(handle -> new ResendRequests(handle).unlessSentSince(hashes));
    }

    /**
     * What came of it.
     *
     * @param compared customers in step, compared by value, segment and consent
     * @param changed customers that are not in step, of whom only the consent was compared
     * @param drifted customers of whom something differs
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

    private static final class Tallies {
        private int compared;
        private int changed;
        private int drifted;
        private int repaired;
        private final Map<Kind, Integer> kinds = new TreeMap<>();
        private final Map<String, Integer> fields = new TreeMap<>();

        void add(List<ExpectedContacts.Linked> page, List<Drift> drifts) {
            page.forEach(one -> count(one.write()));
            drifted += drifts.size();
            for (Drift drift : drifts) {
                drift.kinds().forEach(kind -> kinds.merge(kind, 1, Integer::sum));
                drift.fields().forEach(alias -> fields.merge(alias, 1, Integer::sum));
            }
        }

        private void count(@Nullable ContactWrite inStep) {
            if (inStep == null) {
                changed++;
            } else {
                compared++;
            }
        }

        Report report() {
            return new Report(compared, changed, drifted, kinds, fields, repaired);
        }
    }
}
