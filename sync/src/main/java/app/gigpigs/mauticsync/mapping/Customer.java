package app.gigpigs.mauticsync.mapping;

import app.gigpigs.mauticsync.crm.CustomerId;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row of the CRM's view as it was read for sending.
 *
 * @param id the customer
 * @param hash of everything that decides what is sent
 * @param columns column name to value as text: numbers plain, times as seconds since 1970, booleans true or false
 * @param segments the names as they are in the CRM
 */
public record Customer(CustomerId id, String hash, Map<String, @Nullable String> columns, List<String> segments) {
    public Customer {
        columns = Collections.unmodifiableMap(new LinkedHashMap<>(columns));
        segments = List.copyOf(segments);
    }

    /** The same customer with another value in one column; the hash stays that of the row. */
    public Customer with(String column, String value) {
        Map<String, @Nullable String> changed = new LinkedHashMap<>(columns);
        changed.put(column, value);
        return new Customer(id, hash, changed, segments);
    }
}
