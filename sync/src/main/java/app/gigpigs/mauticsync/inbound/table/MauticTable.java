package app.gigpigs.mauticsync.inbound.table;

import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** A table of Mautic whose rows are events; it is read by ascending id. */
public interface MauticTable {
    /** The rows that may be events. */
    Select select();

    /** The column that says when a row was written. */
    String time();

    /** The events of a row: the same keys as in webhooks, and when each one happened. */
    Map<String, Instant> events(Row row);

    /** The complete events of rows that have something new. May look up more in Mautic. */
    List<TableEvent> tableEvents(List<Row> rows);
}
