package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.config.Durations;
import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.ListenAddress;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import app.gigpigs.mauticsync.inbound.ses.SesSettings;
import app.gigpigs.mauticsync.inbound.webhook.WebhookSettings;
import app.gigpigs.mauticsync.status.StatusRules;
import com.github.kagkarlsson.scheduler.task.schedule.Schedule;
import com.github.kagkarlsson.scheduler.task.schedule.Schedules;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;

/**
 * How the server runs.
 *
 * @param due when a run is due
 * @param receiver how webhooks are received
 * @param ses from where Amazon reports bounces and complaints
 * @param housekeeping what is deleted and read at intervals, and how often
 * @param administration where the process tells how it is
 */
public record ServerSettings(
        Due due, WebhookSettings receiver, SesSettings ses, Housekeeping housekeeping, Administration administration) {
    static final Setting SCHEDULE = Setting.of(
            "SYNC_SCHEDULE",
            "15m",
            "When `serve` runs: the time between two runs, or a cron expression in UTC such as `*/15 * * * *`.",
            new Kind.Text("a time or a cron expression", ""));
    static final Setting TRIGGER_TOKEN = Setting.inEnvironment(
            "SYNC_TRIGGER_TOKEN",
            "",
            "The token for `POST /functions/v1/mautic-sync` with `Authorization: Bearer …`, which starts the next run of"
                    + " `serve` at once. 16 characters or more; without it every request is rejected.",
            new Kind.Secret("a secret"));
    static final Setting CATCH_UP_EVERY = Setting.of(
            "SYNC_CATCH_UP_EVERY", "5m", "The time between two catch-ups of `serve`; at least `1s`.", new Kind.Time());
    static final Setting ADMIN_LISTEN = Setting.of(
            "SYNC_ADMIN_LISTEN",
            "127.0.0.1:8081",
            "The address and port where `serve` answers `/readyz` and `/status`. There is no password: keep it away from"
                    + " the public.",
            ListenAddress.KIND);
    static final Setting STALE_AFTER = Setting.of(
            "SYNC_STALE_AFTER",
            "1h",
            "How old the last successful run and the last complete catch-up may be before `/status` answers 503 and"
                    + " `doctor` warns; also how long a webhook delivery may wait before `/status` answers 503.",
            new Kind.Time());
    static final Setting FAILURES_IN_ROW = Setting.of(
            "SYNC_FAILURES_IN_ROW",
            "3",
            "After how many runs in a row that did not go through a failure that may pass, such as a Mautic that does not"
                    + " answer, is a problem: `/status` answers 503. A failure that needs a person is one at once.",
            new Kind.WholeNumber(1, 1000));
    public static final List<Setting> SETTINGS =
            List.of(SCHEDULE, TRIGGER_TOKEN, ADMIN_LISTEN, CATCH_UP_EVERY, STALE_AFTER, FAILURES_IN_ROW);

    public static ServerSettings from(SettingReader read) {
        return new ServerSettings(
                Due.from(read),
                WebhookSettings.from(read),
                SesSettings.from(read),
                Housekeeping.from(read),
                new Administration(read.parsed(ADMIN_LISTEN, ListenAddress::parse), rules(read)));
    }

    public static Duration staleAfter(SettingReader read) {
        return read.duration(STALE_AFTER);
    }

    /** What of a report is a problem. */
    public static StatusRules rules(SettingReader read) {
        return new StatusRules(staleAfter(read), read.number(FAILURES_IN_ROW));
    }

    /**
     * Where the process tells how it is.
     *
     * @param rules when {@code /status} answers 503
     */
    public record Administration(InetSocketAddress listen, StatusRules rules) {}

    /**
     * When a run is due, apart from the CRM's refreshes.
     *
     * @param triggerToken with this token a run can be requested over HTTP; without one it cannot
     */
    public record Due(Schedule schedule, Optional<String> triggerToken) {
        private static final int SHORTEST_TOKEN = 16;

        private static Due from(SettingReader read) {
            Optional<String> token = read.text(TRIGGER_TOKEN);
            if (token.filter(text -> text.length() < SHORTEST_TOKEN).isPresent()) {
                read.problem(TRIGGER_TOKEN, "is shorter than 16 characters; make one with openssl rand -base64 32");
            }
            return new Due(read.parsed(SCHEDULE, ServerSettings::schedule), token);
        }

        @Override
        public String toString() {
            return "Due[" + schedule + "]";
        }
    }

    /**
     * The tasks at intervals.
     *
     * @param keep how long what grows with time is kept
     * @param catchUpEvery the pause between two catch-ups
     */
    public record Housekeeping(RetentionSettings keep, Duration catchUpEvery) {
        private static final Duration SHORTEST = Duration.ofSeconds(1);

        private static Housekeeping from(SettingReader read) {
            Duration catchUpEvery = read.duration(CATCH_UP_EVERY);
            if (catchUpEvery.compareTo(SHORTEST) < 0) {
                read.problem(CATCH_UP_EVERY, "is " + catchUpEvery.toMillis() + " ms; it must be at least 1s");
            }
            return new Housekeeping(RetentionSettings.from(read), catchUpEvery);
        }
    }

    /** A time such as 15m, which is the pause between two runs, or a cron expression of five or six fields in UTC. */
    private static Schedule schedule(String text) {
        Optional<Duration> time = Durations.read(text);
        if (time.isPresent()) {
            if (time.get().compareTo(Duration.ofSeconds(1)) < 0) {
                throw new IllegalArgumentException("is \"" + text + "\"; runs need at least a second between them");
            }
            return Schedules.fixedDelay(time.get());
        }
        try {
            String cron = text.strip().split("\\s+").length == 5 ? "0 " + text.strip() : text.strip();
            return Schedules.cron(cron, ZoneOffset.UTC);
        } catch (RuntimeException e) {
            throw new IllegalArgumentException(
                    "is \"" + text + "\"; write a time such as 15m, or a cron expression such as */15 * * * *", e);
        }
    }
}
