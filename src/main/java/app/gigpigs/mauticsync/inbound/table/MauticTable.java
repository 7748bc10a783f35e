package app.gigpigs.mauticsync.inbound.table;

import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One of Mautic's tables in which events leave their rows; read by ascending id. */
public interface MauticTable {
    /** Its rows that may tell of events. */
    Select select();

    /** The column that says when a row was written. */
    String time();

    /** The events that a row tells of, by the keys that their webhooks have, and when each happened. */
    Map<String, Instant> events(Row row);

    /** The same in full, for rows of which something is new; may ask Mautic for more. */
    List<TableEvent> tableEvents(List<Row> rows);
}
