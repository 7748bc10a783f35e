package app.gigpigs.mauticsync.inbound.inbox;

import app.gigpigs.mauticsync.db.PostgresJson;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/** The table mautic_sync.inbox: deliveries as they came, and what became of them. Thread-safe. */
public final class Inbox {
    private final Jdbi jdbi;

    public Inbox(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /** Stores a delivery; it is on disk when this returns. */
    public long add(byte[] body, Map<String, String> headers) {
        ObjectNode json = JsonNodeFactory.instance.objectNode();
        headers.forEach(json::put);
        return jdbi.withHandle(handle -> handle.createQuery(
                        "insert into mautic_sync.inbox (body, headers) values (:body, cast(:headers as jsonb)) returning id")
                .bind("body", body)
                .bind("headers", PostgresJson.write(json))
                .mapTo(Long.class)
                .one());
    }

    /** The oldest delivery that is due, locked until the transaction ends; those that others work on are left to them. */
    Optional<Delivery> claim(Handle handle) {
        return handle.createQuery("""
                        select id, body, received_at, attempts from mautic_sync.inbox
                         where state = 'pending' and next_attempt_at <= now()
                         order by id limit 1 for update skip locked
                        """)
                .map((row, context) -> new Delivery(
                        row.getLong("id"),
                        row.getBytes("body"),
                        row.getTimestamp("received_at").toInstant(),
                        row.getInt("attempts")))
                .findOne();
    }

    void done(Handle handle, Delivery delivery, DeliveryCounts counts) {
        finish(handle, delivery, State.DONE, counts, null);
    }

    void dead(Handle handle, Delivery delivery, DeliveryCounts counts, String reason) {
        finish(handle, delivery, State.DEAD, counts, reason);
    }

    private static void finish(
            Handle handle, Delivery delivery, State state, DeliveryCounts counts, @Nullable String reason) {
        handle.createUpdate("""
                        update mautic_sync.inbox
                           set state = :state, applied_at = now(), last_error = :reason, attempts = attempts + 1,
                               events_new = :fresh, events_known = :known, events_ignored = :ignored
                         where id = :id and state = 'pending'
                        """)
                .bind("state", state.sql())
                .bind("reason", reason)
                .bind("fresh", counts.fresh())
                .bind("known", counts.known())
                .bind("ignored", counts.ignored())
                .bind("id", delivery.id())
                .execute();
    }

    /** Puts what may be kept in the place of the body; the signature, which it no longer has, goes. */
    void redact(Handle handle, Delivery delivery, byte[] rest) {
        handle.createUpdate("update mautic_sync.inbox set body = :body, headers = '{}' where id = :id")
                .bind("body", rest)
                .bind("id", delivery.id())
                .execute();
    }

    /** A try failed; nothing of it was kept. Parks the delivery when it was the last one. */
    State failed(Delivery delivery, InboundSettings settings, String reason) {
        int tries = delivery.attempts() + 1;
        State state = tries >= settings.tries() ? State.DEAD : State.PENDING;
        jdbi.useHandle(handle -> handle.createUpdate("""
                        update mautic_sync.inbox
                           set state = :state, attempts = :tries, last_error = :reason,
                               next_attempt_at = now() + make_interval(secs => :pause)
                         where id = :id and state = 'pending' and attempts = :tries - 1
                        """)
                .bind("state", state.sql())
                .bind("tries", tries)
                .bind("reason", reason)
                .bind("pause", settings.pauseAfter(tries).toMillis() / 1000.0)
                .bind("id", delivery.id())
                .execute());
        return state;
    }

    /** The latest deliveries, or the latest in one state. */
    public List<Entry> list(@Nullable State state, int most) {
        return jdbi.withHandle(handle -> handle.createQuery("""
                        select id, received_at, state, attempts, next_attempt_at, last_error, octet_length(body) as bytes
                          from mautic_sync.inbox where cast(:state as text) is null or state = :state
                         order by id desc limit :most
                        """)
                .bind("state", state == null ? null : state.sql())
                .bind("most", most)
                .map((row, context) -> entry(row))
                .list());
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getLong("id"),
                row.getTimestamp("received_at").toInstant(),
                State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                new Trial(
                        row.getInt("attempts"),
                        row.getTimestamp("next_attempt_at").toInstant(),
                        row.getString("last_error")),
                row.getInt("bytes"));
    }

    /** How many deliveries are in each state. */
    public Map<State, Long> counts() {
        Map<State, Long> counts = new EnumMap<>(State.class);
        for (State state : State.values()) {
            counts.put(state, 0L);
        }
        jdbi.useHandle(handle -> handle.createQuery("select state, count(*) as n from mautic_sync.inbox group by state")
                .map((row, context) ->
                        Map.entry(State.valueOf(row.getString("state").toUpperCase(Locale.ROOT)), row.getLong("n")))
                .forEach(each -> counts.put(each.getKey(), each.getValue())));
        return counts;
    }

    /**
     * Puts deliveries back, as if they had just come; events that were applied stay applied once. Those that came before
     * a relink stay where they are: their ids are another Mautic's.
     *
     * @return how many
     */
    public int replay(Replay which) {
        if (which instanceof Replay.One one) {
            return replay("id = :from", one.id(), null);
        }
        if (which instanceof Replay.Between between) {
            return replay(
                    "received_at >= :from and received_at < :until",
                    Timestamp.from(between.from()),
                    Timestamp.from(between.until()));
        }
        return replay("state = 'dead'", null, null);
    }

    private int replay(String condition, @Nullable Object from, @Nullable Object until) {
        return jdbi.withHandle(handle -> {
            var update = handle.createUpdate("""
                    update mautic_sync.inbox
                       set state = 'pending', attempts = 0, next_attempt_at = now(), last_error = null, applied_at = null
                     where received_at > coalesce((select max(relinked_at) from mautic_sync.relink), '-infinity') and\s""" + condition);
            if (from != null) {
                update.bind("from", from);
            }
            if (until != null) {
                update.bind("until", until);
            }
            return update.execute();
        });
    }

    /**
     * Deletes what was applied, or parked and looked at by nobody, longer ago than this; bodies are full of personal
     * data.
     *
     * @return how many
     */
    public int prune(Duration keep) {
        return jdbi.withHandle(handle ->
                handle.createUpdate("""
                        delete from mautic_sync.inbox
                         where state <> 'pending'
                           and coalesce(applied_at, received_at) < now() - make_interval(secs => :keep)
                        """).bind("keep", (double) keep.toSeconds()).execute());
    }

    /** What became of a delivery. */
    public enum State {
        /** It waits, for the first time or again. */
        PENDING,
        /** All that it says is in the CRM. */
        DONE,
        /** It failed too often or cannot be read, and waits for a person. */
        DEAD;

        String sql() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** Which deliveries to work off again. */
    public sealed interface Replay {
        /** This one, whatever its state. */
        record One(long id) implements Replay {}

        /** All parked ones. */
        record AllDead() implements Replay {}

        /** Those received in this time, whatever their state. */
        record Between(Instant from, Instant until) implements Replay {}
    }

    /** A delivery in the list. */
    public record Entry(long id, Instant receivedAt, State state, Trial trial, int bytes) {}

    /**
     * How a delivery fared.
     *
     * @param attempts tries so far
     * @param next not before then
     * @param lastError why the last try failed, without anything personal; null when it did not
     */
    public record Trial(
            int attempts, Instant next, @Nullable String lastError) {}

    /** A delivery being worked on. */
    record Delivery(long id, byte[] body, Instant receivedAt, int attempts) {}
}
