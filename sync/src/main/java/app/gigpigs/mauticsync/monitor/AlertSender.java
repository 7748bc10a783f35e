package app.gigpigs.mauticsync.monitor;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.failure.FailureException;
import app.gigpigs.mauticsync.text.ForeignText;
import java.io.IOException;
import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** All the ways to tell somebody. Thread-safe. */
public final class AlertSender {
    private final List<AlertChannel> channels;
    private final Optional<AlertChannel> heartbeat;

    AlertSender(List<AlertChannel> channels, Optional<AlertChannel> heartbeat) {
        this.channels = List.copyOf(channels);
        this.heartbeat = heartbeat;
    }

    /**
     * Those of the settings.
     *
     * @param mautic which installation it is
     */
    public static AlertSender of(AlertSettings settings, URI mautic) {
        Calls calls = new Calls();
        List<AlertChannel> channels = new ArrayList<>();
        settings.url().ifPresent(url -> channels.add(new WebhookChannel(url, mautic, calls)));
        settings.mail().ifPresent(mail -> channels.add(new MailChannel(mail, mautic)));
        return new AlertSender(channels, settings.heartbeat().map(url -> new HeartbeatCall(url, calls)));
    }

    /**
     * Tells it everybody.
     *
     * @throws AlertException when nobody could be told. Where one way works, it counts as told: otherwise that one would
     *     get it again and again
     */
    void send(Alert alert) {
        Map<String, String> results = results(channels, alert);
        if (!results.isEmpty() && results.values().stream().noneMatch(String::isEmpty)) {
            throw new AlertException(String.join("; ", results.values()));
        }
    }

    /** Says to the watcher outside that there is no problem. */
    void beat(Instant now) {
        Failure none = new Failure(ErrorCode.TEST, "no problem");
        results(heartbeat.stream().toList(), new Alert(Alert.Change.TEST, none, now)).values().stream()
                .filter(result -> !result.isEmpty())
                .findFirst()
                .ifPresent(result -> {
                    throw new AlertException(result);
                });
    }

    /** Sends a test; the ways, each with why it failed, or an empty text. */
    public Map<String, String> test(Instant now) {
        Failure asked = new Failure(ErrorCode.TEST, "somebody called ./mautic-sync alert --test");
        List<AlertChannel> all = new ArrayList<>(channels);
        heartbeat.ifPresent(all::add);
        return results(all, new Alert(Alert.Change.TEST, asked, now));
    }

    private static Map<String, String> results(List<AlertChannel> channels, Alert alert) {
        Map<String, String> results = new LinkedHashMap<>();
        for (AlertChannel channel : channels) {
            try {
                channel.send(alert);
                results.put(channel.name(), "");
            } catch (IOException e) {
                results.put(channel.name(), ForeignText.line(e.getMessage()));
            }
        }
        return results;
    }

    /** Somebody could not be told. */
    public static final class AlertException extends FailureException {
        AlertException(String message) {
            super(ErrorCode.ALERT_NOT_SENT, message);
        }
    }
}
