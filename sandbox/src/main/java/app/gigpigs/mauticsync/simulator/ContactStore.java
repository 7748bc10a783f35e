package app.gigpigs.mauticsync.simulator;

import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The contacts, found by id and by their unique fields. No two-step operation here is atomic, as in Mautic. */
final class ContactStore {
    private static final List<String> UNIQUE = List.of("email", "supabase_id");

    private final ConcurrentSkipListMap<Long, StoredContact> byId = new ConcurrentSkipListMap<>();
    private final Map<String, Set<Long>> byUnique = new ConcurrentHashMap<>();
    /** In the order of the merges. */
    private final Map<Long, Long> mergedInto = Collections.synchronizedMap(new LinkedHashMap<>());

    private final AtomicLong nextId = new AtomicLong(1);
    private final Time time;
    private final MauticVersion version;

    ContactStore(Time time, MauticVersion version) {
        this.time = time;
        this.version = version;
    }

    MauticVersion version() {
        return version;
    }

    StoredContact create() {
        return create(ConsentChanges.API);
    }

    /** Without an author when Mautic itself makes it. */
    StoredContact create(@Nullable String author) {
        return new StoredContact(nextId.getAndIncrement(), time.now(), author, version.datesCreationOnly());
    }

    /** A contact with the given id; later contacts get higher ids. */
    StoredContact create(long id) {
        nextId.accumulateAndGet(id + 1, Math::max);
        return new StoredContact(id, time.now(), ConsentChanges.API, version.datesCreationOnly());
    }

    void insert(StoredContact contact) {
        byId.put(contact.id, contact);
        UNIQUE.forEach(alias -> index(contact, alias));
    }

    /** Whether that changed anything. */
    boolean set(StoredContact contact, String alias, @Nullable Object value) {
        boolean indexed = UNIQUE.contains(alias) && byId.containsKey(contact.id);
        if (indexed) {
            unindex(contact, alias);
        }
        boolean changed = contact.put(alias, value);
        if (indexed) {
            index(contact, alias);
        }
        return changed;
    }

    boolean delete(long id) {
        StoredContact contact = byId.remove(id);
        if (contact == null) {
            return false;
        }
        UNIQUE.forEach(alias -> unindex(contact, alias));
        return true;
    }

    @Nullable
    StoredContact get(long id) {
        return byId.get(id);
    }

    /** The contact with this id, or the one that it was merged into. */
    @Nullable
    StoredContact find(long id) {
        StoredContact contact = byId.get(id);
        Long winner = contact == null ? mergedInto.get(id) : null;
        return winner == null ? contact : find(winner);
    }

    /** Of the ids of merged contacts, those under which a batch of 7.0 finds the winner: the last loser of each (seen). */
    Map<Long, StoredContact> winners(Collection<Long> loserIds) {
        Map<StoredContact, Long> last = new LinkedHashMap<>();
        synchronized (mergedInto) {
            for (long loser : mergedInto.keySet()) {
                StoredContact winner = loserIds.contains(loser) ? find(loser) : null;
                if (winner != null && winner.id != loser) {
                    last.put(winner, loser);
                }
            }
        }
        Map<Long, StoredContact> winners = new LinkedHashMap<>();
        last.forEach((winner, loser) -> winners.put(loser, winner));
        return winners;
    }

    void merged(long loserId, long winnerId) {
        mergedInto.put(loserId, winnerId);
    }

    Collection<StoredContact> all() {
        return byId.values();
    }

    /** The contacts with this value in a unique field, newest first; letter case is ignored. */
    List<StoredContact> with(String alias, @Nullable Object value) {
        if (value == null || value.toString().isEmpty()) {
            return List.of();
        }
        return byUnique.getOrDefault(key(alias, value), Set.of()).stream()
                .map(byId::get)
                .filter(contact -> contact != null)
                .sorted(Comparator.comparingLong((StoredContact contact) -> contact.id)
                        .reversed())
                .toList();
    }

    private void index(StoredContact contact, String alias) {
        Object value = contact.get(alias);
        if (value != null) {
            byUnique.computeIfAbsent(key(alias, value), first -> ConcurrentHashMap.newKeySet())
                    .add(contact.id);
        }
    }

    private void unindex(StoredContact contact, String alias) {
        Object value = contact.get(alias);
        if (value != null) {
            byUnique.getOrDefault(key(alias, value), Set.of()).remove(contact.id);
        }
    }

    private static String key(String alias, Object value) {
        return alias + "=" + value.toString().toLowerCase(Locale.ROOT);
    }
}
