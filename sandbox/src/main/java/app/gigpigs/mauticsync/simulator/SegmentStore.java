package app.gigpigs.mauticsync.simulator;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/** The segments and their members. */
final class SegmentStore {
    private final Map<Long, Stored> byId = new ConcurrentSkipListMap<>();
    private final Set<Long> unpublished = ConcurrentHashMap.newKeySet();
    private final AtomicLong nextId = new AtomicLong(1);
    private final ContactStore contacts;
    private final Time time;
    private @Nullable Announcer announcer;

    SegmentStore(ContactStore contacts, Time time) {
        this.contacts = contacts;
        this.time = time;
    }

    /** From now on changes of membership are announced. */
    void tell(Announcer other) {
        announcer = other;
    }

    /** A segment; joined holds its members, each with the time of joining. */
    record Stored(long id, Names names, String filters, Instant added, Map<Long, Instant> joined) {
        String name() {
            return names.name();
        }

        String alias() {
            return names.alias();
        }

        Set<Long> members() {
            return joined.keySet();
        }
    }

    /** A segment's names. */
    record Names(String name, String alias) {}

    Map<Long, Stored> all() {
        return byId;
    }

    @Nullable
    Stored get(long id) {
        return byId.get(id);
    }

    @Nullable
    Stored withAlias(String alias) {
        return byId.values().stream()
                .filter(segment -> segment.alias().equals(alias))
                .findFirst()
                .orElse(null);
    }

    Stored add(String name, String alias, String filters) {
        long id = nextId.getAndIncrement();
        Stored segment = new Stored(id, new Names(name, alias), filters, time.now(), new ConcurrentSkipListMap<>());
        byId.put(id, segment);
        return segment;
    }

    void forget(long contactId) {
        byId.values().forEach(segment -> segment.members().remove(contactId));
    }

    /** The winner of a merge is a member where the loser was; no webhook tells (seen). */
    void move(long loserId, long winnerId) {
        for (Stored segment : byId.values()) {
            Instant since = segment.joined().remove(loserId);
            if (since != null) {
                segment.joined().putIfAbsent(winnerId, since);
            }
        }
    }

    void join(long id, long contactId) {
        Stored segment = get(id);
        if (segment != null && segment.joined().putIfAbsent(contactId, time.now()) == null) {
            changed(segment, contactId, "added");
        }
    }

    void leave(long id, long contactId) {
        Stored segment = get(id);
        if (segment != null && segment.members().remove(contactId)) {
            changed(segment, contactId, "removed");
        }
    }

    private void changed(Stored segment, long contactId, String action) {
        StoredContact contact = contacts.get(contactId);
        if (announcer != null && contact != null) {
            announcer.segment(contact, segment, action);
        }
    }

    void unpublish(long id) {
        unpublished.add(id);
    }

    boolean published(Stored segment) {
        return !unpublished.contains(segment.id());
    }
}
