package app.gigpigs.mauticsync.inbound;

import app.gigpigs.mauticsync.http.HttpPort;
import app.gigpigs.mauticsync.http.Limits;
import app.gigpigs.mauticsync.http.Threads;
import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import app.gigpigs.mauticsync.inbound.webhook.MauticWebhook;
import app.gigpigs.mauticsync.inbound.webhook.WebhookSettings;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ExecutorService;
import org.jdbi.v3.core.Jdbi;

/** Mautic's webhook on a port of its own, without the rest of the server. */
public final class Receiver implements AutoCloseable {
    private final DeliveryStore store;
    private final ExecutorService threads = Threads.of("deliveries", 4);
    private final MauticWebhook webhook;
    private final HttpPort port;

    public Receiver(WebhookSettings settings, Jdbi jdbi, Runnable wake) {
        this(settings, Limits.of(settings.timeout(), settings.mostBytes()), jdbi, wake);
    }

    public Receiver(WebhookSettings settings, Limits limits, Jdbi jdbi, Runnable wake) {
        store = new DeliveryStore(jdbi);
        webhook = new MauticWebhook(settings, store, wake);
        port = new HttpPort(settings.listen(), limits, webhook.routes(threads)).start();
    }

    /** On any free port, with the usual limits. */
    public Receiver(Jdbi jdbi, String secret) {
        this(WebhookSettings.of(new InetSocketAddress("127.0.0.1", 0), List.of(secret)), jdbi, () -> {});
    }

    public int port() {
        return port.port();
    }

    public DeliveryStore store() {
        return store;
    }

    public MauticWebhook.Counts counts() {
        return webhook.counts();
    }

    @Override
    public void close() {
        port.close();
        threads.shutdownNow();
        store.close();
    }
}
