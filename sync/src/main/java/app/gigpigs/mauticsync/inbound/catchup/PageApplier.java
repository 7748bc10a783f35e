package app.gigpigs.mauticsync.inbound.catchup;

import app.gigpigs.mauticsync.inbound.engagement.ApplyResult;
import app.gigpigs.mauticsync.inbound.engagement.EngagementTable;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier.Views;
import app.gigpigs.mauticsync.inbound.engagement.EventSource;
import app.gigpigs.mauticsync.inbound.engagement.ReissuedKeys;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventDetails.ContactRef;
import app.gigpigs.mauticsync.inbound.event.EventKeys;
import app.gigpigs.mauticsync.inbound.table.MauticTable;
import app.gigpigs.mauticsync.inbound.table.TableEvent;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.runs.WorkLog;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * Applies pages of Mautic's rows to the CRM. The events that the CRM has already cost one query for each page. New ones
 * are completed by look-ups in Mautic, before the transaction that writes them begins. For one thread.
 */
final class PageApplier {
    private final Jdbi jdbi;
    private final EventApplier applier;
    private final ContactDirectory contacts;
    private final CatchUpCounts counts;
    private final WorkLog work;
    private final EngagementTable engagement = new EngagementTable();
    private final ReissuedKeys keys = new ReissuedKeys();

    PageApplier(Jdbi jdbi, EventApplier applier, ContactDirectory contacts, CatchUpCounts counts, WorkLog work) {
        this.work = work;
        this.jdbi = jdbi;
        this.applier = applier;
        this.contacts = contacts;
        this.counts = counts;
    }

    /**
     * Applies a page's events.
     *
     * @param advance moves the cursor, in the same transaction
     */
    void apply(MauticTable table, List<Row> rows, Consumer<Handle> advance) {
        Map<String, String> ownKeys = ownKeys(table, rows);
        Map<String, Instant> found = new LinkedHashMap<>();
        rows.forEach(row -> found.putAll(under(ownKeys, table.events(row))));
        Map<String, Instant> stored = jdbi.withHandle(handle -> engagement.times(handle, found.keySet()));
        List<Row> newRows = rows.stream()
                .filter(row -> !stored.keySet()
                        .containsAll(under(ownKeys, table.events(row)).keySet()))
                .toList();
        List<TableEvent> tableEvents = table.tableEvents(newRows).stream()
                .map(tableEvent -> tableEvent.under(ownKeys))
                .toList();
        List<Event.Recorded> events = events(tableEvents, stored.keySet());
        Map<String, Instant> corrections = corrections(found, stored);
        jdbi.useTransaction(handle -> {
            Views written = write(handle, events);
            corrections.forEach((key, at) -> engagement.correctTime(handle, key, at));
            advance.accept(handle);
            Set<String> kept = new HashSet<>(found.keySet());
            kept.removeAll(written.dropped());
            counts.page(kept, engagement.times(handle, kept).keySet(), written.added());
        });
        work.done(rows.size());
    }

    /** The keys of those entries whose ids Mautic issued twice. */
    private Map<String, String> ownKeys(MauticTable table, List<Row> rows) {
        Map<String, Long> contacts = new HashMap<>();
        for (Row row : rows) {
            Long contact = row.number("lead_id");
            if (contact != null) {
                table.events(row).keySet().stream()
                        .filter(EventKeys::isEntry)
                        .forEach(key -> contacts.put(key, contact));
            }
        }
        return contacts.isEmpty() ? Map.of() : jdbi.withHandle(handle -> keys.own(handle, contacts));
    }

    private static Map<String, Instant> under(Map<String, String> ownKeys, Map<String, Instant> events) {
        Map<String, Instant> renamed = new LinkedHashMap<>();
        events.forEach((key, at) -> renamed.put(ownKeys.getOrDefault(key, key), at));
        return renamed;
    }

    private Views write(Handle handle, List<Event.Recorded> events) {
        int added = 0;
        Set<String> dropped = new HashSet<>();
        List<Event.Recorded> views = new ArrayList<>();
        for (Event.Recorded event : events) {
            if (event instanceof Event.Open || event instanceof Event.Click) {
                views.add(event);
            } else {
                ApplyResult applied = applier.apply(handle, event, EventSource.CATCH_UP);
                added += applied == ApplyResult.NEW ? 1 : 0;
                if (applied == ApplyResult.DROPPED) {
                    dropped.add(event.key());
                }
            }
        }
        Views viewed = applier.applyViews(handle, views, EventSource.CATCH_UP);
        dropped.addAll(viewed.dropped());
        return new Views(added + viewed.added(), dropped);
    }

    /** The new events, each once. Sorted by key: all transactions take their locks in this order and cannot deadlock. */
    private List<Event.Recorded> events(List<TableEvent> tableEvents, Set<String> stored) {
        Map<String, TableEvent> fresh = new HashMap<>();
        tableEvents.stream()
                .filter(tableEvent -> !stored.contains(tableEvent.key()))
                .forEach(tableEvent -> fresh.putIfAbsent(tableEvent.key(), tableEvent));
        Map<Long, ContactRef> refs = refs(fresh.values().stream().toList());
        ContactRef unknown = new ContactRef(null, null, null);
        return fresh.values().stream()
                .map(tableEvent -> tableEvent
                        .event()
                        .apply(
                                tableEvent.contactId() == null
                                        ? unknown
                                        : refs.getOrDefault(tableEvent.contactId(), unknown)))
                .sorted(Comparator.comparing(Event.Recorded::key))
                .toList();
    }

    /**
     * The contacts of these events. Opens and clicks of linked contacts need no look-up. Do-not-contact entries do,
     * because an opt-out applies to all customers with the contact's address.
     */
    private Map<Long, ContactRef> refs(List<TableEvent> tableEvents) {
        Set<Long> ids = new HashSet<>();
        Set<Long> lookUp = new HashSet<>();
        for (TableEvent tableEvent : tableEvents) {
            if (tableEvent.contactId() != null) {
                ids.add(tableEvent.contactId());
                if (EventKeys.isEntry(tableEvent.key())) {
                    lookUp.add(tableEvent.contactId());
                }
            }
        }
        Set<Long> linked = applier.linked(jdbi, ids);
        lookUp.addAll(ids.stream().filter(id -> !linked.contains(id)).collect(Collectors.toSet()));
        Map<Long, ContactRef> refs = new HashMap<>();
        ids.forEach(id -> refs.put(id, new ContactRef(id, null, null)));
        refs.putAll(contacts.of(lookUp));
        return refs;
    }

    /** The times of events from webhooks and push responses, where Mautic's own row has a different time. */
    private static Map<String, Instant> corrections(Map<String, Instant> found, Map<String, Instant> stored) {
        Map<String, Instant> corrections = new LinkedHashMap<>();
        found.forEach((key, at) -> {
            Instant known = stored.get(key);
            if (known != null && !known.equals(EngagementTable.CERTAIN) && !known.equals(at)) {
                corrections.put(key, at);
            }
        });
        return corrections;
    }
}
