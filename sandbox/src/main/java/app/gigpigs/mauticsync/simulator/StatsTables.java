package app.gigpigs.mauticsync.simulator;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/** The tables of the statistics API, which answers errors with 200, too. */
final class StatsTables {
    private static final Table.Columns<Membership> MEMBERSHIPS = Table.Columns.<Membership>none()
            .with("leadlist_id", Membership::segmentId)
            .with("lead_id", Membership::contactId)
            .with("date_added", Membership::joined)
            .with("manually_removed", row -> "0")
            .with("manually_added", row -> "1");

    final Table<MailStat> mails;
    final Table<Opened> opens;
    final Table<PageHit> hits;
    final Table<Redirect> redirects;
    final Table<Logged> logs;
    final Table<Deleted> deletions;
    private final SegmentStore segments;
    private final Map<String, Table<?>> byName;
    private final MauticVersion version;

    /** All tables with their columns, which is Mautic's answer for an unknown table. */
    private final String catalogue;

    StatsTables(ContactStore contacts, DoNotContacts doNotContacts, SegmentStore segments) {
        // The database sets lead_id to NULL when the contact is deleted; a merge sets it to the winner's id.
        LongFunction<@Nullable Object> lead = id -> {
            StoredContact contact = contacts.find(id);
            return contact == null ? null : contact.id;
        };
        this.segments = segments;
        version = contacts.version();
        catalogue = catalogue(version);
        mails = new Table<>(row -> row.id, StatsColumns.mails(lead));
        opens = new Table<>(Opened::id, StatsColumns.opens());
        hits = new Table<>(PageHit::id, StatsColumns.hits(lead, version));
        redirects = new Table<>(row -> row.id, StatsColumns.redirects());
        logs = new Table<>(Logged::id, StatsColumns.logs());
        deletions = new Table<>(Deleted::id, StatsColumns.deletions());
        byName = Map.of(
                "audit_log", deletions,
                "email_stats", mails,
                "email_stats_devices", opens,
                "page_hits", hits,
                "page_redirects", redirects,
                "lead_donotcontact", doNotContacts.table(),
                "webhook_logs", logs);
    }

    private record Membership(long segmentId, long contactId, Instant joined) {}

    /** A row of email_stats_devices: one open. */
    record Opened(long id, MailStat stat, Instant at) {}

    /** A row of webhook_logs. */
    record Logged(long id, long webhookId, String status, Instant at, String note) {}

    /** A row of audit_log: a contact was deleted, perhaps by a merge. Its other rows are left out. */
    record Deleted(long id, long contactId, Instant at) {}

    /** A table with rows; all other tables of Mautic are empty. */
    Table<?> named(String name) {
        return Objects.requireNonNull(byName.get(name), () -> "no table " + name);
    }

    Answer answer(String name, Map<String, String> sent) {
        Query query = Query.of(sent);
        if (name.equals("lead_lists_leads")) {
            return rejection(name, query, MEMBERSHIPS)
                    .orElseGet(() -> StatsAnswer.of(query, MEMBERSHIPS, memberships(query)));
        }
        Table<?> table = byName.get(name);
        if (table != null) {
            return rejection(name, query, table.columns()).orElseGet(() -> table.answer(query));
        }
        return catalogue.contains("\"" + name + "\":[") ? Answer.json(200, "{\"total\":\"0\",\"stats\":[]}") : list();
    }

    private Optional<Answer> rejection(String name, Query query, Table.Columns<?> columns) {
        return query.columnError(columns.byName().keySet())
                .map(error -> version.showsStatement()
                        ? "{\"message\":" + ContactJson.quoted(statement(name, query) + error) + ",\"code\":0}"
                        : "{\"message\":"
                                + ContactJson.quoted("An exception occurred while executing a query: " + error)
                                + ",\"code\":1054}")
                .map(error -> Answer.json(200, "{\"errors\":[" + error + "]}"));
    }

    /** Only seen for one condition. */
    private static String statement(String name, Query query) {
        Where where = query.where().get(0);
        return "An exception occurred while executing 'SELECT count(*) FROM " + name + " e WHERE e." + where.column()
                + " = ?' with params [\"" + where.value() + "\"]:\n\n";
    }

    private List<Membership> memberships(Query query) {
        List<Membership> rows = new ArrayList<>();
        for (SegmentStore.Stored segment : segments.all().values()) {
            boolean wanted = query.where().stream()
                    .filter(where -> where.column().equals("leadlist_id"))
                    .allMatch(where -> where.holds(String.valueOf(segment.id())));
            if (wanted) {
                segment.joined().forEach((contact, since) -> rows.add(new Membership(segment.id(), contact, since)));
            }
        }
        return rows;
    }

    Answer list() {
        return Answer.json(200, catalogue);
    }

    private static String catalogue(MauticVersion version) {
        try (InputStream in = Objects.requireNonNull(StatsTables.class
                .getClassLoader()
                .getResourceAsStream("simulator/stats-tables-" + version.shortName() + ".json"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("the list of tables cannot be read", e);
        }
    }
}
