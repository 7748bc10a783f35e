package app.gigpigs.mauticsync.monitor;

import app.gigpigs.mauticsync.config.HttpUrl;
import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Who is told of a problem, and what else than the problems of {@code /status} is told.
 *
 * @param url gets each alert as JSON
 * @param mail where mails go; empty for no mails
 * @param heartbeat is called every minute while there is no problem
 * @param thresholds what is told beside the problems
 */
public record AlertSettings(
        Optional<URI> url, Optional<MailSettings> mail, Optional<URI> heartbeat, Thresholds thresholds) {
    static final Setting URL = Setting.inEnvironment(
            "SYNC_ALERT_URL",
            "",
            "A URL that gets each alert of `serve` as `{\"text\": …}`, as Slack, Mattermost, Google Chat and others take it.",
            new Kind.Secret("a URL"));
    static final Setting SMTP = Setting.inEnvironment(
            "SYNC_ALERT_SMTP",
            "",
            "The server for alerts by mail: `smtp://user:password@host:587`, or `smtps://` for TLS from the beginning."
                    + " A password is sent only after STARTTLS. Special characters are written as %xx.",
            new Kind.Secret("a URL"));
    static final Setting MAIL_FROM =
            Setting.of("SYNC_ALERT_MAIL_FROM", "", "The sender of alerts by mail.", new Kind.Text("an address", ""));
    static final Setting MAIL_TO = Setting.of(
            "SYNC_ALERT_MAIL_TO",
            "",
            "Who gets alerts by mail; several with commas between them.",
            new Kind.Text("addresses", ""));
    static final Setting HEARTBEAT = Setting.inEnvironment(
            "SYNC_HEARTBEAT_URL",
            "",
            "A URL that `serve` calls every minute while there is no problem, for a watcher outside that notices when the"
                    + " calls stop.",
            new Kind.Secret("a URL"));
    static final Setting REJECTED_PERCENT = Setting.of(
            "SYNC_ALERT_REJECTED_PERCENT",
            "5",
            "An alert is sent when Mautic rejects at least this share of the customers.",
            new Kind.WholeNumber(1, 100));
    static final Setting DATABASE_GB = Setting.of(
            "SYNC_ALERT_DATABASE_GB",
            "0",
            "How large the database may become, for example 8 in Supabase's Pro plan: an alert is sent at 90 per cent of it."
                    + " 0 for no alert.",
            new Kind.WholeNumber(0, 1_000_000));

    public static final List<Setting> SETTINGS =
            List.of(URL, SMTP, MAIL_FROM, MAIL_TO, HEARTBEAT, REJECTED_PERCENT, DATABASE_GB);

    /** What is wrong is noted in the reader. */
    public static AlertSettings from(SettingReader read) {
        return new AlertSettings(
                read.given(URL, HttpUrl::parse),
                mail(read),
                read.given(HEARTBEAT, HttpUrl::parse),
                new Thresholds(read.number(REJECTED_PERCENT), read.number(DATABASE_GB)));
    }

    private static Optional<MailSettings> mail(SettingReader read) {
        Optional<URI> server = read.given(SMTP, MailSettings::server);
        if (!read.isSet(SMTP)) {
            return Optional.empty();
        }
        Optional<String> from = read.required(MAIL_FROM);
        Optional<String> to = read.required(MAIL_TO);
        if (server.isEmpty() || from.isEmpty() || to.isEmpty()) {
            return Optional.empty();
        }
        List<String> all = Arrays.stream(to.get().split(","))
                .map(String::strip)
                .filter(one -> !one.isEmpty())
                .toList();
        return Optional.of(new MailSettings(server.get(), from.get(), all));
    }

    /** Whether anybody is to be told. */
    public boolean wanted() {
        return url.isPresent() || mail.isPresent() || heartbeat.isPresent();
    }

    /**
     * What is told beside the problems.
     *
     * @param rejectedPercent the share of customers that Mautic rejects
     * @param databaseGigabytes how large the database may become; 0 when that is not known
     */
    public record Thresholds(int rejectedPercent, int databaseGigabytes) {}

    @Override
    public String toString() {
        return "AlertSettings";
    }
}
