package app.gigpigs.mauticsync.outbound.batch;

import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.mapping.SegmentMap;
import app.gigpigs.mauticsync.outbound.batch.SendResult.Delivered;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import app.gigpigs.mauticsync.outbound.payload.ContactWrite;
import app.gigpigs.mauticsync.outbound.segment.SegmentMembership;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/** Adds a batch's contacts to the segments that the CRM names, and removes them from ours that it no longer names. */
public final class SegmentSync {
    private final SegmentMembership memberships;
    private final SegmentMap segments;
    private final SyncMode mode;
    private final Consumer<Map<CustomerId, Set<String>>> beforeMatched;

    /** @param beforeMatched is told in which of our segments contacts that were matched have been, before they change */
    public SegmentSync(
            SegmentMembership memberships,
            SegmentMap segments,
            SyncMode mode,
            Consumer<Map<CustomerId, Set<String>>> beforeMatched) {
        this.memberships = memberships;
        this.segments = segments;
        this.mode = mode;
        this.beforeMatched = beforeMatched;
    }

    /** Adds in bulk and removes one by one, as Mautic's API has it; answers the writes whose add failed, and the message. */
    Map<ContactWrite, String> apply(List<Delivered> delivered) {
        Map<Delivered, Set<String>> before = new LinkedHashMap<>();
        delivered.forEach(item -> before.put(item, memberOf(item)));
        keep(before);
        Map<String, List<Delivered>> joining = new LinkedHashMap<>();
        before.forEach((item, now) -> {
            Set<String> wanted = item.write().segments();
            for (String segment : now) {
                if (!wanted.contains(segment)) {
                    memberships.remove(segment, item.contact().id());
                }
            }
            for (String segment : wanted) {
                if (!now.contains(segment)) {
                    joining.computeIfAbsent(segment, first -> new ArrayList<>()).add(item);
                }
            }
        });
        return join(joining);
    }

    private void keep(Map<Delivered, Set<String>> before) {
        Map<CustomerId, Set<String>> matched = new LinkedHashMap<>();
        before.forEach((item, now) -> {
            if (item.write().origin() == ContactWrite.Origin.MATCHED) {
                matched.put(item.write().customer(), now);
            }
        });
        if (!matched.isEmpty()) {
            beforeMatched.accept(matched);
        }
    }

    private Map<ContactWrite, String> join(Map<String, List<Delivered>> joining) {
        Map<ContactWrite, String> outside = new LinkedHashMap<>();
        joining.forEach((segment, items) -> {
            List<Long> rejected = memberships.add(
                    segment, items.stream().map(item -> item.contact().id()).toList());
            items.stream()
                    .filter(item -> rejected.contains(item.contact().id()))
                    .forEach(item ->
                            outside.put(item.write(), "Mautic did not add the contact to segment \"" + segment + "\""));
        });
        return outside;
    }

    /** As remembered, where the last write was complete; read from Mautic where that is not certain. */
    private Set<String> memberOf(Delivered item) {
        Long sentTo = item.write().contactId();
        if (sentTo == null && item.status() == 201) {
            return Set.of();
        }
        boolean sameContact = sentTo != null && sentTo == item.contact().id();
        return !sameContact || item.write().membershipUncertain() || mode == SyncMode.FULL
                ? memberships.read(item.contact().id())
                : segments.known(item.write().row().lastTime().segments());
    }
}
