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
 * Brings pages of Mautic's rows into the CRM. What is there already costs one query a page; what is not is completed by
 * asking Mautic, before the transaction that writes it begins. For one thread.
 */
final class PageApplier {
    private final Jdbi jdbi;
    private final EventApplier applier;
    private final ContactDirectory contacts;
    private final CatchUpReport.Count count;
    private final EngagementTable engagement = new EngagementTable();
    private final ReissuedKeys keys = new ReissuedKeys();

    PageApplier(Jdbi jdbi, EventApplier applier, ContactDirectory contacts, CatchUpReport.Count count) {
        this.jdbi = jdbi;
        this.applier = applier;
        this.contacts = contacts;
        this.count = count;
    }

    /**
     * Applies a page's events.
     *
     * @param advance moves the cursor, in the same transaction
     */
    void apply(MauticTable table, List<Row> rows, Consumer<Handle> advance) {
        Map<String, String> own = own(table, rows);
        Map<String, Instant> told = new LinkedHashMap<>();
        rows.forEach(row -> told.putAll(under(own, table.events(row))));
        Map<String, Instant> there = jdbi.withHandle(handle -> engagement.times(handle, told.keySet()));
        List<Row> fresh = rows.stream()
                .filter(row -> !there.keySet()
                        .containsAll(under(own, table.events(row)).keySet()))
                .toList();
        List<TableEvent> tableEvents = table.tableEvents(fresh).stream()
                .map(tableEvent -> tableEvent.under(own))
                .toList();
        List<Event.Recorded> events = events(tableEvents, there.keySet());
        Map<String, Instant> corrections = corrections(told, there);
        jdbi.useTransaction(handle -> {
            Views written = write(handle, events);
            corrections.forEach((key, at) -> engagement.correctTime(handle, key, at));
            advance.accept(handle);
            Set<String> kept = new HashSet<>(told.keySet());
            kept.removeAll(written.dropped());
            count.page(kept, engagement.times(handle, kept).keySet(), written.added());
        });
    }

    private Map<String, String> own(MauticTable table, List<Row> rows) {
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

    private static Map<String, Instant> under(Map<String, String> own, Map<String, Instant> events) {
        Map<String, Instant> renamed = new LinkedHashMap<>();
        events.forEach((key, at) -> renamed.put(own.getOrDefault(key, key), at));
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
        Views seen = applier.applyViews(handle, views, EventSource.CATCH_UP);
        dropped.addAll(seen.dropped());
        return new Views(added + seen.added(), dropped);
    }

    /** New ones, each once, in the order in which everybody takes locks. */
    private List<Event.Recorded> events(List<TableEvent> tableEvents, Set<String> there) {
        Map<String, TableEvent> fresh = new HashMap<>();
        tableEvents.stream()
                .filter(tableEvent -> !there.contains(tableEvent.key()))
                .forEach(tableEvent -> fresh.putIfAbsent(tableEvent.key(), tableEvent));
        Map<Long, ContactRef> refs = refs(fresh.values().stream().toList());
        ContactRef nobody = new ContactRef(null, null, null);
        return fresh.values().stream()
                .map(tableEvent -> tableEvent
                        .event()
                        .apply(
                                tableEvent.contactId() == null
                                        ? nobody
                                        : refs.getOrDefault(tableEvent.contactId(), nobody)))
                .sorted(Comparator.comparing(Event.Recorded::key))
                .toList();
    }

    /** Linked contacts need no look-up for a view; a no holds for everybody with the address, so that is asked for. */
    private Map<Long, ContactRef> refs(List<TableEvent> tableEvents) {
        Set<Long> ids = new HashSet<>();
        Set<Long> ask = new HashSet<>();
        for (TableEvent tableEvent : tableEvents) {
            if (tableEvent.contactId() != null) {
                ids.add(tableEvent.contactId());
                if (EventKeys.isEntry(tableEvent.key())) {
                    ask.add(tableEvent.contactId());
                }
            }
        }
        Set<Long> linked = applier.linked(jdbi, ids);
        ask.addAll(ids.stream().filter(id -> !linked.contains(id)).collect(Collectors.toSet()));
        Map<Long, ContactRef> refs = new HashMap<>();
        ids.forEach(id -> refs.put(id, new ContactRef(id, null, null)));
        refs.putAll(contacts.of(ask));
        return refs;
    }

    /** The times of those that a webhook or an answer brought, where Mautic's own row tells another. */
    private static Map<String, Instant> corrections(Map<String, Instant> told, Map<String, Instant> there) {
        Map<String, Instant> corrections = new LinkedHashMap<>();
        told.forEach((key, at) -> {
            Instant stands = there.get(key);
            if (stands != null && !stands.equals(EngagementTable.CERTAIN) && !stands.equals(at)) {
                corrections.put(key, at);
            }
        });
        return corrections;
    }
}
