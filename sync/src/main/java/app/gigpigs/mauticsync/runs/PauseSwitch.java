package app.gigpigs.mauticsync.runs;

import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Jdbi;

/** The table mautic_sync.pause: runs that a person has paused, for every process on this database. */
public final class PauseSwitch {
    private final Jdbi jdbi;

    /** Reads and writes the given database. */
    public PauseSwitch(Jdbi jdbi) {
        this.jdbi = jdbi;
    }

    /**
     * Pauses; a run under way ends after its batch in flight.
     *
     * @param reason shown to people
     * @return false when it was paused already; the first reason stays
     */
    public boolean pause(String kind, String reason) {
        return jdbi.withHandle(handle -> handle.createUpdate(
                                "insert into mautic_sync.pause (kind, reason) values (:kind, :reason) on conflict do nothing")
                        .bind("kind", kind)
                        .bind("reason", reason)
                        .execute())
                == 1;
    }

    /** Lets runs go on; answers whether they were paused. */
    public boolean resume(String kind) {
        return jdbi.withHandle(handle -> handle.createUpdate("delete from mautic_sync.pause where kind = :kind")
                        .bind("kind", kind)
                        .execute())
                == 1;
    }

    /** Since when and why; empty when it is not paused. */
    public Optional<Paused> current(String kind) {
        return jdbi.withHandle(handle -> handle.createQuery(
                        "select since, reason from mautic_sync.pause where kind = :kind")
                .bind("kind", kind)
                .map((row, context) -> new Paused(
                        row.getObject("since", OffsetDateTime.class).toInstant(),
                        Optional.ofNullable(row.getString("reason")).orElse("")))
                .findOne());
    }

    /** Since when and why. */
    public record Paused(Instant since, String reason) {
        /** In one sentence, with how to resume. */
        public String message() {
            return "paused since " + since + (reason.isBlank() ? "" : " (" + reason + ")")
                    + ": ./mautic-sync resume lets runs go on";
        }
    }
}
