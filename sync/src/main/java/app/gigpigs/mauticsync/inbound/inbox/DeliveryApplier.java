package app.gigpigs.mauticsync.inbound.inbox;

import app.gigpigs.mauticsync.inbound.engagement.ApplyResult;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier;
import app.gigpigs.mauticsync.inbound.engagement.EventSource;
import app.gigpigs.mauticsync.inbound.engagement.ReissuedKeys;
import app.gigpigs.mauticsync.inbound.event.Event;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jdbi.v3.core.Handle;

/** Applies the events of one delivery, in the caller's transaction, and counts them. Thread-safe. */
final class DeliveryApplier {
    private final EventApplier applier;
    private final ReissuedKeys keys = new ReissuedKeys();

    DeliveryApplier(EventApplier applier) {
        this.applier = applier;
    }

    DeliveryCounts apply(Handle handle, List<Event> events, EventSource source) {
        List<Event.Recorded> recorded = new ArrayList<>();
        int ignored = 0;
        int unreadable = 0;
        for (Event event : events) {
            if (event instanceof Event.Recorded each) {
                recorded.add(each);
            } else if (event instanceof Event.ContactSaved saved) {
                applier.contactSaved(handle, saved);
                ignored++;
            } else if (event instanceof Event.Ignored) {
                ignored++;
            } else {
                unreadable++;
            }
        }
        int added = applyRecorded(handle, recorded, source);
        return new DeliveryCounts(added, recorded.size() - added, ignored, unreadable);
    }

    /** Sorted by key: two transactions with the same events take their locks in the same order and cannot deadlock. */
    private int applyRecorded(Handle handle, List<Event.Recorded> recorded, EventSource source) {
        List<Event.Recorded> ordered = new ArrayList<>(keys.own(handle, recorded));
        ordered.sort(Comparator.comparing(Event.Recorded::key));
        int added = 0;
        for (Event.Recorded event : ordered) {
            added += applier.apply(handle, event, source) == ApplyResult.NEW ? 1 : 0;
        }
        return added;
    }
}
