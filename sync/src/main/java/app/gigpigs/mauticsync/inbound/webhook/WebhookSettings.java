package app.gigpigs.mauticsync.inbound.webhook;

import app.gigpigs.mauticsync.config.HttpUrl;
import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.ListenAddress;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * How webhooks are received.
 *
 * @param listen address and port; port 0 means any free port
 * @param secrets the webhook's secrets, two during a rotation; without one, every delivery is rejected
 * @param mostBytes the longest body that is accepted; ten of Mautic's events are about 100 kB
 * @param timeout how long a connection may be idle, and how long a client may take to send a body
 */
public record WebhookSettings(InetSocketAddress listen, List<String> secrets, int mostBytes, Duration timeout) {
    static final Setting LISTEN = Setting.of(
            "SYNC_LISTEN",
            "127.0.0.1:8080",
            "The address and port where `serve` receives webhooks. It also answers `/healthz` and the trigger path there,"
                    + " and nothing else.",
            ListenAddress.KIND);
    static final Setting URL = Setting.of(
            "MAUTIC_WEBHOOK_URL",
            "",
            "Where Mautic sends its webhooks. `setup` creates a webhook with this URL, `doctor` and `serve` check it. If"
                    + " not set, any webhook whose URL ends in our path is taken as ours.",
            HttpUrl.KIND);
    static final Setting SECRET = Setting.inEnvironment(
            "MAUTIC_WEBHOOK_SECRET",
            "",
            "The webhook's secret. Without it `serve` rejects every webhook.",
            new Kind.Secret("a secret"));
    static final Setting OLD_SECRET = Setting.inEnvironment(
            "MAUTIC_WEBHOOK_SECRET_OLD",
            "",
            "The previous secret. `serve` accepts it, too; set it while you change the secret.",
            new Kind.Secret("a secret"));
    static final Setting LIMIT = Setting.of(
            "SYNC_WEBHOOK_LIMIT",
            "5242880",
            "The longest webhook body that is accepted, in bytes.",
            new Kind.WholeNumber(1_000, 100_000_000));

    public static final List<Setting> SETTINGS = List.of(LISTEN, URL, SECRET, OLD_SECRET, LIMIT);

    private static final Duration TIMEOUT = Duration.ofSeconds(20);

    public static WebhookSettings from(SettingReader read) {
        return new WebhookSettings(
                read.parsed(LISTEN, ListenAddress::parse), secrets(read), read.number(LIMIT), TIMEOUT);
    }

    /** Two while one replaces the other; with none every webhook is rejected. */
    public static List<String> secrets(SettingReader read) {
        return Stream.of(SECRET, OLD_SECRET)
                .flatMap(setting -> read.text(setting).stream())
                .toList();
    }

    /** Where Mautic sends its webhooks, where that is told. */
    public static Optional<URI> url(SettingReader read) {
        return read.given(URL, HttpUrl::parse);
    }

    public WebhookSettings {
        secrets = secrets.stream().filter(secret -> !secret.isBlank()).toList();
        if (secrets.size() > 2 || mostBytes < 1 || timeout.isNegative() || timeout.isZero()) {
            throw new IllegalArgumentException(
                    "at most two secrets, a longest body of at least 1 byte, a time limit above zero");
        }
    }

    /** The usual limits. */
    public static WebhookSettings of(InetSocketAddress listen, List<String> secrets) {
        return new WebhookSettings(listen, secrets, Integer.parseInt(LIMIT.byDefault()), TIMEOUT);
    }

    @Override
    public String toString() {
        return "WebhookSettings[" + listen + ", " + secrets.size() + " secrets, " + mostBytes + " bytes]";
    }
}
