package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A contact in the store; guarded by its own monitor. */
final class StoredContact {
    final long id;
    final Instant added = Instant.now();
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
    private final List<DoNotContactEntry> doNotContact = new ArrayList<>();
    private boolean poisoned;

    StoredContact(long id) {
        this.id = id;
    }

    synchronized @Nullable Object get(String alias) {
        return values.get(alias);
    }

    synchronized void put(String alias, @Nullable Object value) {
        if (value == null) {
            values.remove(alias);
        } else {
            values.put(alias, value);
        }
    }

    synchronized Map<String, @Nullable Object> values() {
        return new LinkedHashMap<>(values);
    }

    synchronized List<DoNotContactEntry> doNotContact() {
        return List.copyOf(doNotContact);
    }

    /** An entry of a channel is never changed by another add. */
    synchronized boolean addDoNotContact(DoNotContactEntry entry) {
        if (doNotContact.stream().anyMatch(present -> present.channel().equals(entry.channel()))) {
            return false;
        }
        return doNotContact.add(entry);
    }

    synchronized boolean removeDoNotContact(String channel) {
        return doNotContact.removeIf(entry -> entry.channel().equals(channel));
    }

    synchronized void poison() {
        poisoned = true;
    }

    synchronized boolean poisoned() {
        return poisoned;
    }
}
