package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.Erased;
import app.gigpigs.mauticsync.contact.Choices;
import app.gigpigs.mauticsync.contact.FieldKind;
import app.gigpigs.mauticsync.contact.FieldMap;
import app.gigpigs.mauticsync.contact.MappedField;
import app.gigpigs.mauticsync.contact.Mapping;
import app.gigpigs.mauticsync.mautic.Contact;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.mautic.MauticException;
import app.gigpigs.mauticsync.outbound.CustomerView.FieldView;
import java.math.BigDecimal;
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
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * Looks at single customers with the sender's own code: what would be sent, what was, what Mautic holds, and what the
 * next run would do. Writes nothing, and goes on with the CRM's side when Mautic does not answer.
 */
public final class Inspection {
    private final Jdbi jdbi;
    private final Mautic mautic;
    private final Mapping mapping;
    private final CustomerSource source;
    private final SentFields sent;

    /** Connects to nothing yet. */
    public Inspection(Jdbi jdbi, Mautic mautic, Mapping mapping, Erased erased) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.mapping = mapping;
        this.source = new CustomerSource(jdbi, mapping, erased);
        this.sent = new SentFields(jdbi);
    }

    /** Whether Mautic can be asked, and what it has for the mapping. */
    public Access open() {
        SourceCheck.check(jdbi, mapping);
        Choices places = Choices.load();
        try {
            return new Access(
                    Destination.of(mautic.fields(), mapping.fields(), places),
                    new Segments(mautic, jdbi).find(mapping.segments()).ids(),
                    Optional.empty());
        } catch (MauticException | NotReadyException e) {
            return new Access(Destination.unknown(places), Map.of(), Optional.of(String.valueOf(e.getMessage())));
        }
    }

    /** What opening found; Mautic is asked nothing when there is a problem. */
    public static final class Access {
        private final Destination destination;
        private final Map<String, Long> segmentIds;
        private final Optional<String> problem;

        private Access(Destination destination, Map<String, Long> segmentIds, Optional<String> problem) {
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
    public Set<UUID> customers(String email, Collection<Long> contactIds) {
        Set<UUID> customers = new LinkedHashSet<>(source.holders(key(email)).keySet());
        jdbi.useHandle(handle -> handle.createQuery("""
                        select customer_id from public.mautic_sync_status
                         where lower(synced_email) = :email or mautic_contact_id = any(cast(:contacts as int[]))
                         order by customer_id
                        """)
                .bind("email", key(email))
                .bind("contacts", contactIds.stream().map(String::valueOf).toArray(String[]::new))
                .mapTo(UUID.class)
                .forEach(customers::add));
        return customers;
    }

    /** Everything about one customer. */
    public CustomerView of(UUID customer, Access access) {
        Preparation preparation = new Preparation(source, mapping, access.destination);
        CustomerView.Remembered remembered = remembered(customer);
        SourceRow row = source.read(List.of(customer)).stream().findFirst().orElse(null);
        String email = row == null
                ? null
                : row.customer().columns().get(mapping.fields().column("email"));
        Map<UUID, Boolean> sharers =
                email == null ? new LinkedHashMap<>() : new LinkedHashMap<>(source.holders(key(email)));
        sharers.remove(customer);
        Write write = row == null
                ? null
                : preparation.write(sharers.containsValue(true) ? preparation.withSharedNo(row) : row);
        boolean reachable = access.problem.isEmpty();
        Contact linked = remembered.contactId() == null || !reachable
                ? null
                : mautic.contactsWithIds(List.of(remembered.contactId())).stream()
                        .findFirst()
                        .orElse(null);
        Match match = write == null || linked != null || email == null || !reachable
                ? new Match.None()
                : new ContactLookup(mautic, jdbi, mapping).match(List.of(write)).getOrDefault(write, new Match.None());
        Contact contact = linked == null && match instanceof Match.Found found
                ? mautic.contactsWithIds(List.of(found.contactId())).stream()
                        .findFirst()
                        .orElse(null)
                : linked;
        NextRun next = new NextRun(
                source.nextOf(customer),
                new Planner(preparation, sent),
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
                        new Mailboxes(jdbi, mapping.crm().emails()).of(customer),
                        contact),
                next.words(reachable ? NextRun.MauticSide.ASKED : NextRun.MauticSide.UNKNOWN));
    }

    private @Nullable Boolean optIn(SourceRow row) {
        String text = row.customer().columns().get(mapping.fields().column(FieldMap.MARKETING_OPT_IN));
        return text == null ? null : Boolean.valueOf(text);
    }

    private List<FieldView> fields(
            UUID customer, @Nullable SourceRow row, @Nullable Write write, @Nullable Contact contact) {
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
                    new FieldView.Held(
                            contact == null ? null : contact.text(alias),
                            contact != null && sends && !ReadBack.same(alias, value, contact))));
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
            @Nullable SourceRow row, @Nullable Write write, @Nullable Contact contact, Access access) {
        Map<String, Set<String>> segments = new LinkedHashMap<>();
        segments.put("crm", write == null ? Set.of() : new TreeSet<>(write.segments()));
        segments.put(
                "sent", row == null ? Set.of() : new TreeSet<>(row.lastTime().segments()));
        if (contact != null) {
            segments.put("mautic", ReadBack.ours(mautic.segmentsOf(contact.id()), access.segmentIds));
        }
        return segments;
    }

    private CustomerView.Remembered remembered(UUID customer) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select state, mautic_contact_id, last_synced_at, sync_error,
                               coalesce(case when in_flight_until > now() then in_flight_until end,
                                        nullif(next_attempt_at, 'infinity')) as next_attempt_at
                          from public.mautic_sync_status where customer_id = :customer
                        """)
                .bind("customer", customer)
                .map((row, context) -> {
                    Integer contactId = row.getObject("mautic_contact_id", Integer.class);
                    return new CustomerView.Remembered(
                            row.getString("state"),
                            contactId == null ? null : contactId.longValue(),
                            instant(row.getObject("last_synced_at", OffsetDateTime.class)),
                            row.getString("sync_error"),
                            instant(row.getObject("next_attempt_at", OffsetDateTime.class)));
                })
                .findOne()
                .orElse(new CustomerView.Remembered(null, null, null, null, null)));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }

    private static String key(String email) {
        return Objects.requireNonNull(email).strip().toLowerCase(Locale.ROOT);
    }
}
