package app.gigpigs.mauticsync.inbound.table;

import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.engagement.ReissuedKeys;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.EventDetails.EmailRef;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An event from one of Mautic's tables, which have at most the id of a contact.
 *
 * @param key the event's key
 * @param contactId the contact; null when it was deleted
 * @param event makes the event when the contact was looked up
 */
public record TableEvent(String key, @Nullable Long contactId, Function<ContactRef, Event.Recorded> event) {
    /** Long texts without information that other columns do not have. */
    private static final Set<String> LEFT_OUT =
            Set.of("open_details", "tokens", "query", "browser_languages", "details", "user_name", "ip_address");

    /** The same event with its key from this map, if it has one there. */
    public TableEvent under(Map<String, String> keys) {
        String own = keys.getOrDefault(key, key);
        return own.equals(key)
                ? this
                : new TableEvent(own, contactId, contact -> ReissuedKeys.under(own, event.apply(contact)));
    }

    /** The row as the event's payload, with the table's name as its key. */
    static String payload(String table, Row row) {
        ObjectNode values = JsonNodeFactory.instance.objectNode();
        row.values().forEach((column, value) -> {
            if (!LEFT_OUT.contains(column)) {
                values.put(column, value);
            }
        });
        return PostgresJson.write(JsonNodeFactory.instance.objectNode().set(table, values));
    }

    static @Nullable EmailRef email(Row row, String column) {
        Long id = row.number(column);
        return id == null ? null : new EmailRef(id, null, null);
    }

    /** The contact, with this address if it has none of its own. */
    static ContactRef orAddress(ContactRef contact, @Nullable String address) {
        return contact.email() == null ? new ContactRef(contact.id(), contact.supabaseId(), address) : contact;
    }
}
