package app.gigpigs.mauticsync.simulator;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A contact in the store; guarded by its own monitor. */
final class StoredContact {
    final long id;
    final Instant added;
    private final @Nullable String author;
    private final boolean datesCreationOnly;
    private final Map<String, @Nullable Object> values = new LinkedHashMap<>();
    private final List<DoNotContactEntry> doNotContact = new ArrayList<>();
    private Activity activity = new Activity(null, null, null, false);
    private @Nullable Instant identified;
    private boolean poisoned;

    StoredContact(long id, Instant added, @Nullable String author, boolean datesCreationOnly) {
        this.id = id;
        this.added = added;
        this.author = author;
        this.identified = added;
        this.datesCreationOnly = datesCreationOnly;
        if (datesCreationOnly) {
            activity = new Activity(added, author, null, false);
        }
    }

    /** The same contact with other values, as webhooks show it that Mautic sends too early. */
    synchronized StoredContact with(Map<String, @Nullable Object> others) {
        StoredContact shown = new StoredContact(id, added, author, datesCreationOnly);
        shown.values.putAll(others);
        shown.doNotContact.addAll(doNotContact);
        shown.activity = activity;
        shown.identified = identified;
        return shown;
    }

    /** Null when nobody created it through the API. */
    @Nullable
    String author() {
        return author;
    }

    /** Null for a visitor whose address is not known yet. */
    synchronized @Nullable Instant identified() {
        return identified;
    }

    synchronized void identified(@Nullable Instant since) {
        identified = since;
    }

    /**
     * The traces of changes and visits.
     *
     * @param modifiedBy a space when the person did it
     * @param clicked whether an IP address was stored, as a click does
     */
    record Activity(
            @Nullable Instant modified,
            @Nullable String modifiedBy,
            @Nullable Instant active,
            boolean clicked) {}

    synchronized @Nullable Object get(String alias) {
        return values.get(alias);
    }

    /** Whether that changed anything. */
    synchronized boolean put(String alias, @Nullable Object value) {
        Object before = value == null ? values.remove(alias) : values.put(alias, value);
        if (before instanceof BigDecimal old && value instanceof BigDecimal now) {
            return old.compareTo(now) != 0;
        }
        return before == null ? value != null : !before.equals(value);
    }

    synchronized Map<String, @Nullable Object> values() {
        return new LinkedHashMap<>(values);
    }

    synchronized List<DoNotContactEntry> doNotContact() {
        return List.copyOf(doNotContact);
    }

    synchronized Optional<DoNotContactEntry> doNotContact(String channel) {
        return doNotContact.stream()
                .filter(entry -> entry.channel().equals(channel))
                .findFirst();
    }

    synchronized void replaceDoNotContact(DoNotContactEntry entry) {
        doNotContact.replaceAll(old -> old.channel().equals(entry.channel()) ? entry : old);
    }

    /** An existing entry of a channel is not changed. */
    synchronized boolean addDoNotContact(DoNotContactEntry entry) {
        if (doNotContact.stream().anyMatch(present -> present.channel().equals(entry.channel()))) {
            return false;
        }
        return doNotContact.add(entry);
    }

    synchronized Optional<DoNotContactEntry> removeDoNotContact(String channel) {
        Optional<DoNotContactEntry> found = doNotContact.stream()
                .filter(entry -> entry.channel().equals(channel))
                .findFirst();
        found.ifPresent(doNotContact::remove);
        return found;
    }

    synchronized void modified(Instant at, String by) {
        activity = new Activity(datesCreationOnly ? added : at, by, activity.active(), activity.clicked());
    }

    synchronized void active(Instant at) {
        activity = new Activity(activity.modified(), activity.modifiedBy(), at, activity.clicked());
    }

    synchronized void clicked() {
        activity = new Activity(activity.modified(), activity.modifiedBy(), activity.active(), true);
    }

    synchronized Activity activity() {
        return activity;
    }

    synchronized void poison() {
        poisoned = true;
    }

    synchronized boolean poisoned() {
        return poisoned;
    }
}
