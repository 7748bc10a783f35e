package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.crm.EmailAddress;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.outbound.diff.ChangeDetector;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SourceRow;
import app.gigpigs.mauticsync.outbound.diff.SourceSchemaCheck;
import app.gigpigs.mauticsync.outbound.match.ContactLookup;
import app.gigpigs.mauticsync.outbound.match.Match;
import app.gigpigs.mauticsync.outbound.payload.ContactComparison;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.payload.PayloadBuilder;
import app.gigpigs.mauticsync.outbound.payload.SentValues;
import app.gigpigs.mauticsync.outbound.payload.TargetSchema;
import app.gigpigs.mauticsync.outbound.payload.WritePlanner;
import app.gigpigs.mauticsync.outbound.segment.SegmentTable;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Inspects single customers with the code that also sends them: what would be sent, what was sent, what Mautic has, and
 * what the next run would do. Writes nothing. Shows the CRM's side alone when Mautic does not respond.
 */
public final class CustomerInspector {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final Mapping mapping;
    private final CustomerReader source;
    private final ChangeDetector detector;
    private final SentValues sent;

    /** Connects to nothing yet. */
    public CustomerInspector(Jdbi jdbi, Mautic mautic, Mapping mapping, ErasureRegister erased) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = mapping;
        this.source = new CustomerReader(jdbi, mapping);
        this.detector = new ChangeDetector(jdbi, mapping, erased);
        this.sent = new SentValues(jdbi);
    }

    /** Finds out whether Mautic responds, and which of the mapped fields and segments it has. */
    public Access open() {
        SourceSchemaCheck.check(jdbi, mapping);
        PlaceNames places = PlaceNames.load();
        try {
            return new Access(
                    TargetSchema.of(mautic.fields().all(), mapping.fields(), places),
                    new SegmentTable(mautic, jdbi).find(mapping.segments()).ids(),
                    Optional.empty());
        } catch (MauticException | NotReadyException e) {
            return new Access(TargetSchema.unknown(places), Map.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /** What opening found. When there is a problem, Mautic is not called any more. */
    public static final class Access {
        private final TargetSchema destination;
        private final Map<String, Long> segmentIds;
        private final Optional<String> problem;

        private Access(TargetSchema destination, Map<String, Long> segmentIds, Optional<String> problem) {
            this.destination = destination;
            this.segmentIds = segmentIds;
            this.problem = problem;
        }

        /** Why Mautic's side is unknown; empty when it is known. */
        public Optional<String> problem() {
            return problem;
        }
    }

    /** The customers that have the address, had it when they were last sent, or are linked to one of these contacts. */
    public Set<CustomerId> customers(String email, Collection<Long> contactIds) {
        Set<CustomerId> customers =
                new LinkedHashSet<>(source.holders(key(email)).keySet());
        jdbi.useHandle(handle -> handle.createQuery("""
                        select customer_id from public.mautic_sync_status
                         where <synced_key> = :email or mautic_contact_id = any(cast(:contacts as int[]))
                         order by customer_id
                        """)
                .define("synced_key", EmailAddress.sql("synced_email"))
                .bind("email", key(email))
                .bind("contacts", contactIds.stream().map(String::valueOf).toArray(String[]::new))
                .mapTo(CustomerId.class)
                .forEach(customers::add));
        return customers;
    }

    /** Everything about one customer. */
    public CustomerView of(CustomerId customer, Access access) {
        PayloadBuilder payloads = new PayloadBuilder(source, mapping, access.destination);
        CustomerStatus status = CustomerStatus.of(jdbi, customer);
        SourceRow row = source.read(List.of(customer)).stream().findFirst().orElse(null);
        Map<CustomerId, Boolean> sameAddress = sameAddress(customer, row);
        ContactWrite write = row == null ? null : payloads.write(row);
        Contact linked = contact(status.contactId(), access);
        Match match = linked == null ? match(row, write, access) : new Match.None();
        Contact contact = match instanceof Match.Found found ? contact(found.contactId(), access) : linked;
        NextAction next = new NextAction(
                detector.nextOf(customer),
                new WritePlanner(payloads, sent),
                status,
                match,
                Optional.ofNullable(linked));
        Map<String, String> sentBefore = sent.of(List.of(customer)).getOrDefault(customer, Map.of());
        return new CustomerView(
                customer,
                row != null,
                status,
                new CustomerView.Now(
                        new FieldComparison(row, write, sentBefore, contact).of(mapping.fields()),
                        segments(row, write, contact, access),
                        row == null ? null : optIn(row),
                        sameAddress,
                        new EmailAddresses(jdbi, mapping.crm().emails()).of(customer),
                        contact),
                next.message(access.problem.isEmpty() ? NextAction.MauticSide.ASKED : NextAction.MauticSide.UNKNOWN));
    }

    private @Nullable String email(@Nullable SourceRow row) {
        return row == null
                ? null
                : row.customer().columns().get(mapping.fields().column("email"));
    }

    /** The other customers with the same address, and whether they opted out. */
    private Map<CustomerId, Boolean> sameAddress(CustomerId customer, @Nullable SourceRow row) {
        String email = email(row);
        Map<CustomerId, Boolean> others =
                email == null ? new LinkedHashMap<>() : new LinkedHashMap<>(source.holders(key(email)));
        others.remove(customer);
        return others;
    }

    private @Nullable Contact contact(@Nullable Long id, Access access) {
        return id == null || access.problem.isPresent()
                ? null
                : mautic.contacts().withIds(List.of(id)).stream().findFirst().orElse(null);
    }

    /** The look-up that the run makes for a customer without a linked contact. */
    private Match match(@Nullable SourceRow row, @Nullable ContactWrite write, Access access) {
        return write == null || email(row) == null || access.problem.isPresent()
                ? new Match.None()
                : new ContactLookup(mautic, jdbi, mapping).match(List.of(write)).getOrDefault(write, new Match.None());
    }

    private @Nullable Boolean optIn(SourceRow row) {
        String text = row.customer().columns().get(mapping.fields().column(FieldMap.MARKETING_OPT_IN));
        return text == null ? null : Boolean.valueOf(text);
    }

    private Map<String, Set<String>> segments(
            @Nullable SourceRow row, @Nullable ContactWrite write, @Nullable Contact contact, Access access) {
        Map<String, Set<String>> segments = new LinkedHashMap<>();
        segments.put("crm", write == null ? Set.of() : new TreeSet<>(write.segments()));
        segments.put(
                "sent", row == null ? Set.of() : new TreeSet<>(row.lastTime().segments()));
        if (contact != null) {
            segments.put(
                    "mautic", ContactComparison.ours(mautic.segments().ofContact(contact.id()), access.segmentIds));
        }
        return segments;
    }

    private static String key(String email) {
        return EmailAddress.normal(email);
    }
}
