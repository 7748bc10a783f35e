package app.gigpigs.mauticsync.explain;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.explain.CustomerView.FieldView;
import app.gigpigs.mauticsync.mapping.FieldChange;
import app.gigpigs.mauticsync.mapping.FieldKind;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.mapping.PlaceNames;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.outbound.diff.ChangeDetector;
import app.gigpigs.mauticsync.outbound.diff.CustomerReader;
import app.gigpigs.mauticsync.outbound.diff.SkipReason;
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
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Looks at single customers with the sender's own code: what would be sent, what was, what Mautic holds, and what the
 * next run would do. Writes nothing, and goes on with the CRM's side when Mautic does not answer.
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

    /** Whether Mautic can be asked, and what it has for the mapping. */
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

    /** What opening found; Mautic is asked nothing when there is a problem. */
    public static final class Access {
        private final TargetSchema destination;
        private final Map<String, Long> segmentIds;
        private final Optional<String> problem;

        private Access(TargetSchema destination, Map<String, Long> segmentIds, Optional<String> problem) {
            this.destination = destination;
            this.segmentIds = segmentIds;
            this.problem = problem;
        }

        /** Why Mautic's side cannot be told. */
        public Optional<String> problem() {
            return problem;
        }
    }

    /** The customers that have the address, had it when they were last sent, or own one of these contacts. */
    public Set<CustomerId> customers(String email, Collection<Long> contactIds) {
        Set<CustomerId> customers =
                new LinkedHashSet<>(source.holders(key(email)).keySet());
        jdbi.useHandle(handle -> handle.createQuery("""
                        select customer_id from public.mautic_sync_status
                         where lower(synced_email) = :email or mautic_contact_id = any(cast(:contacts as int[]))
                         order by customer_id
                        """)
                .bind("email", key(email))
                .bind("contacts", contactIds.stream().map(String::valueOf).toArray(String[]::new))
                .mapTo(CustomerId.class)
                .forEach(customers::add));
        return customers;
    }

    /** Everything about one customer. */
    public CustomerView of(CustomerId customer, Access access) {
        PayloadBuilder preparation = new PayloadBuilder(source, mapping, access.destination);
        CustomerView.Remembered remembered = remembered(customer);
        SourceRow row = source.read(List.of(customer)).stream().findFirst().orElse(null);
        String email = row == null
                ? null
                : row.customer().columns().get(mapping.fields().column("email"));
        Map<CustomerId, Boolean> sharers =
                email == null ? new LinkedHashMap<>() : new LinkedHashMap<>(source.holders(key(email)));
        sharers.remove(customer);
        ContactWrite write = row == null
                ? null
                : preparation.write(sharers.containsValue(true) ? preparation.withSharedOptOut(row) : row);
        boolean reachable = access.problem.isEmpty();
        Contact linked = remembered.contactId() == null || !reachable
                ? null
                : mautic.contacts().withIds(List.of(remembered.contactId())).stream()
                        .findFirst()
                        .orElse(null);
        Match match = write == null || linked != null || email == null || !reachable
                ? new Match.None()
                : new ContactLookup(mautic, jdbi, mapping).match(List.of(write)).getOrDefault(write, new Match.None());
        Contact contact = linked == null && match instanceof Match.Found found
                ? mautic.contacts().withIds(List.of(found.contactId())).stream()
                        .findFirst()
                        .orElse(null)
                : linked;
        NextAction next = new NextAction(
                detector.nextOf(customer),
                new WritePlanner(preparation, sent),
                remembered,
                match,
                Optional.ofNullable(linked));
        return new CustomerView(
                customer,
                row != null,
                remembered,
                new CustomerView.Now(
                        fields(customer, row, write, contact),
                        segments(row, write, contact, access),
                        row == null ? null : optIn(row),
                        sharers,
                        new EmailAddresses(jdbi, mapping.crm().emails()).of(customer),
                        contact),
                next.message(reachable ? NextAction.MauticSide.ASKED : NextAction.MauticSide.UNKNOWN));
    }

    private @Nullable Boolean optIn(SourceRow row) {
        String text = row.customer().columns().get(mapping.fields().column(FieldMap.MARKETING_OPT_IN));
        return text == null ? null : Boolean.valueOf(text);
    }

    private List<FieldView> fields(
            CustomerId customer, @Nullable SourceRow row, @Nullable ContactWrite write, @Nullable Contact contact) {
        Map<String, String> before = sent.of(List.of(customer)).getOrDefault(customer, Map.of());
        List<FieldView> fields = new ArrayList<>();
        for (MappedField field : mapping.fields().fields()) {
            String alias = field.alias();
            Object value = write == null ? null : write.fields().values().get(alias);
            boolean sends = write != null && write.fields().values().containsKey(alias);
            fields.add(new FieldView(
                    alias,
                    row == null
                            ? null
                            : readable(field, row.customer().columns().get(field.column())),
                    FieldChange.text(value),
                    before.get(alias),
                    new FieldView.Value(
                            contact == null ? null : contact.text(alias),
                            contact != null && sends && !ContactComparison.same(alias, value, contact))));
        }
        return fields;
    }

    /** Times are read as seconds since 1970, which nobody reads. */
    private static @Nullable String readable(MappedField field, @Nullable String text) {
        return field.kind() == FieldKind.DATETIME && text != null && text.matches("-?\\d{1,11}(\\.\\d+)?")
                ? Instant.ofEpochSecond(new BigDecimal(text).longValue()).toString()
                : text;
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

    private CustomerView.Remembered remembered(CustomerId customer) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select state, mautic_contact_id, last_synced_at, sync_error, skip_reason, address_owner,
                               coalesce(case when in_flight_until > now() then in_flight_until end,
                                        next_attempt_at) as next_attempt_at
                          from public.mautic_sync_status where customer_id = :customer
                        """)
                .bind("customer", customer)
                .map((row, context) -> {
                    Integer contactId = row.getObject("mautic_contact_id", Integer.class);
                    return new CustomerView.Remembered(
                            row.getString("state"),
                            contactId == null ? null : contactId.longValue(),
                            instant(row.getObject("last_synced_at", OffsetDateTime.class)),
                            why(row),
                            instant(row.getObject("next_attempt_at", OffsetDateTime.class)));
                })
                .findOne()
                .orElse(new CustomerView.Remembered(null, null, null, null, null)));
    }

    private static @Nullable String why(ResultSet row) throws SQLException {
        String skip = row.getString("skip_reason");
        if (skip != null) {
            String owner = row.getString("address_owner");
            return SkipReason.of(skip).message(owner == null ? null : new CustomerId(owner));
        }
        return row.getString("state").equals("removed") ? "no longer in the CRM's view" : row.getString("sync_error");
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static String key(String email) {
        return Objects.requireNonNull(email).strip().toLowerCase(Locale.ROOT);
    }
}
