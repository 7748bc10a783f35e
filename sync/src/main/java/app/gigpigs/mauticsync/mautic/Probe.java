package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mautic.Http.LostAnswerException;
import app.gigpigs.mauticsync.mautic.Http.NotSentException;
import app.gigpigs.mauticsync.text.ForeignText;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.Optional;

/** Calls that show the version, the clock and the latest event of a Mautic, and change nothing there. */
public final class Probe {
    /** The tables whose events webhooks are sent for, and their columns with the time. */
    private static final Map<String, String> EVENTS = Map.of(
            "page_hits", "date_hit",
            "email_stats_devices", "date_opened",
            "lead_donotcontact", "date_added");

    private static final DateTimeFormatter WITHOUT_ZONE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");

    private final Session session;
    private final ApiCalls calls;

    Probe(Session session, ApiCalls calls) {
        this.session = session;
        this.calls = calls;
    }

    /** Makes one small call and reads the headers of the answer. */
    public Greeting greet() {
        Response reply = ApiCalls.expectOk(
                "GET", "/api/contacts", session.callWithRetries("GET", "/api/contacts?limit=1&minimal=1", null));
        Optional<Instant> date = Optional.empty();
        try {
            date = Optional.of(ZonedDateTime.parse(reply.header("Date"), DateTimeFormatter.RFC_1123_DATE_TIME)
                    .toInstant());
        } catch (DateTimeException e) {
            // A proxy removed the header, or there was none.
        }
        return new Greeting(new MauticRelease(reply.header("Mautic-Version")), date);
    }

    /** What the headers show: the version and Mautic's time. */
    public record Greeting(MauticRelease release, Optional<Instant> date) {}

    /** Makes one reading call and answers what came, errors of Mautic included; without JSON the body is missing. */
    public Answer read(String path) {
        Response reply = session.callWithRetries("GET", path, null);
        try {
            return new Answer(reply.status(), Json.read(reply.body()));
        } catch (IOException e) {
            return new Answer(reply.status(), MissingNode.getInstance());
        }
    }

    /** An answer as it came. */
    public record Answer(int status, JsonNode body) {}

    /** When the latest click, open or consent change happened, by Mautic's own tables. */
    public Optional<Instant> latestEvent() {
        Optional<Instant> latest = Optional.empty();
        for (Map.Entry<String, String> table : EVENTS.entrySet()) {
            String only = table.getKey().equals("page_hits") ? "&" + ApiCalls.where("source", "eq", "email") : "";
            String path = "/api/stats/" + table.getKey()
                    + "?order%5B0%5D%5Bcol%5D=id&order%5B0%5D%5Bdir%5D=desc&limit=1" + only;
            JsonNode answer = calls.json("GET", path, null);
            if (!answer.has("stats")) { // the stats API reports its errors as 200 (seen on 5.1.0)
                throw new MauticRejected(
                        ErrorCode.MAUTIC_TABLE,
                        "Mautic does not show its table " + table.getKey() + ": "
                                + ForeignText.line(answer.path("errors")
                                        .path(0)
                                        .path("message")
                                        .asText("no stats in the answer")));
            }
            Optional<Instant> time =
                    time(answer.path("stats").path(0).path(table.getValue()).asText(""));
            if (time.isPresent() && (latest.isEmpty() || time.get().isAfter(latest.get()))) {
                latest = time;
            }
        }
        return latest;
    }

    /** Times are in UTC, without a zone. */
    private static Optional<Instant> time(String text) {
        try {
            return Optional.of(LocalDateTime.parse(text, WITHOUT_ZONE).toInstant(ZoneOffset.UTC));
        } catch (DateTimeException e) {
            return Optional.empty();
        }
    }

    /**
     * Whether a mail transport of Mautic accepts bounce reports. Where none does, Mautic answers 404 (seen on 5.1.0), the
     * same as for an unknown address; the report sent here is empty.
     */
    public boolean takesBounceReports() {
        try {
            Response reply = session.call("POST", "/mailer/callback", Json.write(Map.of()));
            return reply.status() != 404;
        } catch (NotSentException | LostAnswerException e) {
            throw new MauticUnavailable(
                    ErrorCode.MAUTIC_SILENT, "Mautic did not answer POST /mailer/callback: " + e.getMessage());
        }
    }
}
