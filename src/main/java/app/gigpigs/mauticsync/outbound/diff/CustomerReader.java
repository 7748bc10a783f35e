package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.mapping.Customer;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The CRM's view as this program reads it. No cursor and no transaction stays open after a call. */
public final class CustomerReader {
    private static final int ROWS_AT_ONCE = 2_000;

    private final Jdbi jdbi;
    private final Mapping mapping;
    private final CustomerSql sql;
    private final String read;
    private final ErasureFilter erased;

    /** Without a key for the hashes: refuses to look for changes as soon as anybody was erased. */
    public CustomerReader(Jdbi jdbi, Mapping mapping, ErasureRegister erased) {
        this.erased = new ErasureFilter(jdbi, mapping, erased);
        this.jdbi = jdbi;
        this.mapping = mapping;
        this.sql = new CustomerSql(mapping);
        this.read = sql.read();
    }

    /** Compares the whole view with what was sent, in the database; only what needs doing travels. */
    public ChangeSet changes(SyncMode mode) {
        return changes(mode, null);
    }

    /** The same for one customer, changed or not. */
    public ChangeSet changesOf(UUID customer) {
        return changes(SyncMode.FULL, customer.toString());
    }

    /** What the next run finds for one customer. */
    public ChangeSet nextOf(UUID customer) {
        return changes(SyncMode.CHANGED, customer.toString());
    }

    /** Who has this address, in lower case, and whether they say no to marketing. */
    public Map<UUID, Boolean> holders(String email) {
        Map<UUID, Boolean> holders = new LinkedHashMap<>();
        jdbi.useHandle(handle -> handle.createQuery(sql.holders())
                .bind("email", email)
                .map((row, context) -> Map.entry(
                        Objects.requireNonNull(row.getObject("customer_id", UUID.class)), row.getBoolean("says_no")))
                .forEach(entry -> holders.put(entry.getKey(), entry.getValue())));
        return holders;
    }

    private ChangeSet changes(SyncMode mode, @Nullable String only) {
        ChangeSet.Collector found = new ChangeSet.Collector();
        // A fetch size works inside a transaction only; it keeps a first run of a million customers out of memory.
        jdbi.useTransaction(handle -> handle.createQuery(sql.diff())
                .bind("mode", mode == SyncMode.FULL ? "full" : "changed")
                .bind("only", only)
                .setFetchSize(ROWS_AT_ONCE)
                .map((row, context) -> {
                    found.add(row);
                    return row.getRow();
                })
                .useIterator(rows -> rows.forEachRemaining(counted -> {})));
        return erased.withoutThem(found.changes());
    }

    /** Reads a batch for sending; a customer that left the view meanwhile is missing in the answer. */
    public List<SourceRow> read(Collection<UUID> customers) {
        return jdbi.withHandle(handle -> handle.createQuery(read)
                .bind("ids", customers.toArray(UUID[]::new))
                .map((row, context) -> sourceRow(row))
                .list());
    }

    /** The addresses that customers have in the CRM now; those without one are missing in the answer. */
    public Map<UUID, String> addresses(Collection<UUID> customers) {
        return erased.addresses(customers);
    }

    private SourceRow sourceRow(ResultSet row) throws SQLException {
        Map<String, @Nullable String> columns = new LinkedHashMap<>();
        for (MappedField field : mapping.fields().fields()) {
            columns.put(field.column(), row.getString("c_" + field.column()));
        }
        Customer customer = new Customer(
                row.getObject("customer_id", UUID.class), row.getString("hash"), columns, strings(row, "segments"));
        Integer contactId = row.getObject("mautic_contact_id", Integer.class);
        return new SourceRow(
                customer,
                row.getLong("email_print"),
                contactId == null ? null : contactId.longValue(),
                new SourceRow.LastTime(
                        strings(row, "synced_segments"), row.getBoolean("interrupted"), row.getInt("attempts")));
    }

    public static List<String> strings(ResultSet row, String column) throws SQLException {
        java.sql.Array array = row.getArray(column);
        return array == null
                ? List.of()
                : Arrays.stream((String[]) array.getArray())
                        .filter(name -> name != null)
                        .toList();
    }
}
