package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.Consent;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.Customer;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** Reads customers from the CRM's view. No cursor and no transaction stays open after a call. */
public final class CustomerReader {
    /**
     * The rows of a batch, ready to send: payload and hash come from the same statement, so they belong together. After
     * a merge in Mautic two customers may be linked to one contact; only the first keeps it, the others are looked up.
     */
    private static final String READ = """
            select distinct on (<id>) <id> as customer_id, <hash> as hash,
                   <email_key> as email_key, <opt_in> as opt_in, hashtextextended(<email_key>, 0) as email_hash,
                   <columns>,
                   coalesce(<segments>::text[], '{}') as segments,
                   case when not exists (select from public.mautic_sync_status o
                                          where o.mautic_contact_id = st.mautic_contact_id
                                            and o.customer_id < st.customer_id and o.state not in ('skipped', 'removed'))
                        then st.mautic_contact_id end as mautic_contact_id,
                   coalesce(st.synced_segments, '{}') as synced_segments,
                   coalesce(st.in_flight_until is not null or not st.membership_known, false) as interrupted,
                   coalesce(st.attempts, 0) as attempts, st.synced_email
              from <view> v
              left join public.mautic_sync_status st on st.customer_id = <id>
             where <id> = any(:ids)
             order by <id>, <email_key>
            """;

    private final Jdbi jdbi;
    private final Mapping mapping;
    private final CustomerSql sql;
    private final AddressConsent consent;

    public CustomerReader(Jdbi jdbi, Mapping mapping) {
        this.jdbi = jdbi;
        this.mapping = mapping;
        this.sql = new CustomerSql(mapping);
        this.consent = new AddressConsent(mapping.crm(), mapping.consent());
    }

    /** Reads a batch for sending; a customer that left the view since is missing in the answer. */
    public List<SourceRow> read(Collection<CustomerId> customers) {
        return jdbi.withHandle(handle -> {
            Map<CustomerId, AddressConsent.Row> asked = new LinkedHashMap<>();
            List<SourceRow> rows = sql.define(handle.createQuery(READ))
                    .bind("ids", customers.toArray(CustomerId[]::new))
                    .map((row, context) -> {
                        address(row).ifPresent(one -> asked.put(one.customer(), one));
                        return sourceRow(row);
                    })
                    .list();
            // After the rows: an opt-out that comes in between is seen.
            Map<String, Consent> answers = consent.ofRows(handle, asked.values());
            return rows.stream()
                    .map(row -> {
                        AddressConsent.Row one = asked.get(row.customer().id());
                        return one == null ? row : row.with(answers.getOrDefault(one.address(), Consent.MAILABLE));
                    })
                    .toList();
        });
    }

    private static Optional<AddressConsent.Row> address(ResultSet row) throws SQLException {
        String address = row.getString("email_key");
        return address == null
                ? Optional.empty()
                : Optional.of(new AddressConsent.Row(
                        new CustomerId(row.getString("customer_id")), address, row.getObject("opt_in", Boolean.class)));
    }

    /** The customers that have this address, in its normal form, and whether each opted out of marketing. */
    public Map<CustomerId, Boolean> holders(String email) {
        Map<CustomerId, Boolean> holders = new LinkedHashMap<>();
        jdbi.useHandle(handle -> sql.define(handle.createQuery("""
                        select <id> as customer_id, bool_or(<opt_in> is false) as opted_out
                          from <view> v where <email_key> = :email group by 1 order by 1
                        """))
                .bind("email", email)
                .map((row, context) ->
                        Map.entry(new CustomerId(row.getString("customer_id")), row.getBoolean("opted_out")))
                .forEach(entry -> holders.put(entry.getKey(), entry.getValue())));
        return holders;
    }

    /** The addresses that customers have in the CRM now; those without one are missing in the answer. */
    public Map<CustomerId, String> addresses(Collection<CustomerId> customers) {
        Map<CustomerId, String> addresses = new HashMap<>();
        jdbi.useHandle(handle -> sql.define(handle.createQuery("""
                        select <id> as id, <raw_email>::text as email from <view> v
                         where <id> = any(:ids) and <raw_email> is not null
                        """))
                .bind("ids", customers.toArray(CustomerId[]::new))
                .map((row, context) -> addresses.put(new CustomerId(row.getString("id")), row.getString("email")))
                .list());
        return addresses;
    }

    private SourceRow sourceRow(ResultSet row) throws SQLException {
        Map<String, @Nullable String> columns = new LinkedHashMap<>();
        for (MappedField field : mapping.fields().fields()) {
            columns.put(field.column(), row.getString("c_" + field.column()));
        }
        Customer customer = new Customer(
                new CustomerId(row.getString("customer_id")), row.getString("hash"), columns, strings(row, "segments"));
        Integer contactId = row.getObject("mautic_contact_id", Integer.class);
        return new SourceRow(
                customer,
                row.getLong("email_hash"),
                contactId == null ? null : contactId.longValue(),
                Consent.MAILABLE,
                new SourceRow.LastTime(
                        strings(row, "synced_segments"),
                        row.getBoolean("interrupted"),
                        row.getInt("attempts"),
                        row.getString("synced_email")));
    }

    /** The texts of an array of any dimensions; a null among them is left out. */
    public static List<String> strings(ResultSet row, String column) throws SQLException {
        java.sql.Array array = row.getArray(column);
        return array == null ? List.of() : flat((Object[]) array.getArray()).toList();
    }

    private static Stream<String> flat(Object[] array) {
        return Arrays.stream(array)
                .filter(Objects::nonNull)
                .flatMap(one -> one instanceof Object[] inner ? flat(inner) : Stream.of(one.toString()));
    }
}
