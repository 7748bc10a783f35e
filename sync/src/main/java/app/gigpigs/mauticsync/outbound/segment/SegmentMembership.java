package app.gigpigs.mauticsync.outbound.segment;

import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Which contacts are in which segment, and the calls that change it. The real members of a segment are read once a run, and only
 * when some contact's membership is not known for certain. May be called by several threads: no contact is in two batches.
 */
public final class SegmentMembership {
    private final Mautic mautic;
    private final Map<String, Long> segmentIds;
    private final Map<String, Set<Long>> members = new ConcurrentHashMap<>();
    private final AtomicInteger added = new AtomicInteger();
    private final AtomicInteger removed = new AtomicInteger();

    public SegmentMembership(Mautic mautic, Map<String, Long> segmentIds) {
        this.mautic = mautic;
        this.segmentIds = Map.copyOf(segmentIds);
    }

    /** CRM name to the id of its segment in Mautic. */
    public Map<String, Long> segmentIds() {
        return segmentIds;
    }

    /** The CRM names of the segments that the contact really is in. */
    public Set<String> read(long contactId) {
        Set<String> segments = new TreeSet<>();
        segmentIds.forEach((name, id) -> {
            if (members.computeIfAbsent(name, first -> mautic.segments().members(id))
                    .contains(contactId)) {
                segments.add(name);
            }
        });
        return segments;
    }

    /**
     * Puts contacts into a segment.
     *
     * @return the contacts that Mautic did not add
     */
    public List<Long> add(String segment, List<Long> contacts) {
        Map<Long, Boolean> details = mautic.segments().addContacts(id(segment), contacts);
        List<Long> failed = contacts.stream()
                .filter(contact -> !Boolean.TRUE.equals(details.get(contact)))
                .toList();
        added.addAndGet(contacts.size() - failed.size());
        return failed;
    }

    /** Takes a contact out of a segment; a contact that Mautic no longer has is out as well. */
    public void remove(String segment, long contact) {
        if (segmentIds.containsKey(segment) && mautic.segments().removeContact(id(segment), contact)) {
            removed.incrementAndGet();
        }
    }

    public int added() {
        return added.get();
    }

    public int removed() {
        return removed.get();
    }

    private long id(String segment) {
        Long id = segmentIds.get(segment);
        if (id == null) {
            throw new IllegalArgumentException("no segment for " + segment);
        }
        return id;
    }
}
