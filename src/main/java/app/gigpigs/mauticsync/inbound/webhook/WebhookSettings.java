package app.gigpigs.mauticsync.inbound.webhook;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;

/**
 * How webhooks are received.
 *
 * @param listen address and port; port 0 takes any that is free
 * @param secrets the webhook's secrets, two while one replaces the other; with none everything is refused
 * @param mostBytes the longest body that is taken; ten events of Mautic's are about 100 kB
 * @param patience how long a client may keep silent, and how long it may take to send a body
 */
public record WebhookSettings(InetSocketAddress listen, List<String> secrets, int mostBytes, Duration patience) {
    /** Bodies of 5 MB. */
    public static final int DEFAULT_MOST_BYTES = 5 * 1024 * 1024;

    /** Twenty seconds. */
    public static final Duration DEFAULT_PATIENCE = Duration.ofSeconds(20);

    public WebhookSettings {
        secrets = secrets.stream().filter(secret -> !secret.isBlank()).toList();
        if (secrets.size() > 2 || mostBytes < 1 || patience.isNegative() || patience.isZero()) {
            throw new IllegalArgumentException(
                    "at most two secrets, a longest body of at least 1 byte, a patience above zero");
        }
    }

    /** The usual limits. */
    public static WebhookSettings of(InetSocketAddress listen, List<String> secrets) {
        return new WebhookSettings(listen, secrets, DEFAULT_MOST_BYTES, DEFAULT_PATIENCE);
    }

    @Override
    public String toString() {
        return "ReceiverSettings[" + listen + ", " + secrets.size() + " secrets, " + mostBytes + " bytes]";
    }
}
