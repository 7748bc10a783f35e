package app.gigpigs.mauticsync.inbound.table;

import app.gigpigs.mauticsync.mautic.StatsApi;
import app.gigpigs.mauticsync.mautic.StatsApi.Row;
import app.gigpigs.mauticsync.mautic.StatsApi.Select;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;

/**
 * The table email_stats_devices: one row for each open. Mautic deletes the rows together with their contact (seen on
 * 5.1.0). The contact and the e-mail of an open are in email_stats.
 */
public final class DeviceOpens implements MauticTable {
    private static final int AT_ONCE = 500;

    private final StatsApi stats;

    public DeviceOpens(StatsApi stats) {
        this.stats = stats;
    }

    @Override
    public Select select() {
        return Select.from("email_stats_devices");
    }

    @Override
    public String time() {
        return "date_opened";
    }

    @Override
    public Map<String, Instant> events(Row row) {
        Instant at = row.time("date_opened");
        Long stat = row.number("stat_id");
        return at == null || stat == null ? Map.of() : Map.of("open:" + stat + ":" + at.getEpochSecond(), at);
    }

    @Override
    public List<TableEvent> tableEvents(List<Row> rows) {
        Map<Long, Row> emails = emails(rows);
        return rows.stream()
                .map(row -> {
                    long stat = Objects.requireNonNull(row.number("stat_id"));
                    Instant at = Objects.requireNonNull(row.time("date_opened"));
                    return OpenedEmails.open(stat, at, emails.getOrDefault(stat, new Row(Map.of())));
                })
                .toList();
    }

    private Map<Long, Row> emails(List<Row> rows) {
        TreeSet<Long> ids = new TreeSet<>();
        rows.forEach(row -> ids.add(Objects.requireNonNull(row.number("stat_id"))));
        List<Long> wanted = List.copyOf(ids);
        Map<Long, Row> emails = new HashMap<>();
        for (int from = 0; from < wanted.size(); from += AT_ONCE) {
            List<Long> some = wanted.subList(from, Math.min(wanted.size(), from + AT_ONCE));
            stats.rows(Select.from("email_stats").whereIn("id", some).by("id").limit(AT_ONCE))
                    .forEach(email -> emails.put(Objects.requireNonNullElse(email.number("id"), 0L), email));
        }
        return emails;
    }
}
