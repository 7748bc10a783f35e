package app.gigpigs.mauticsync.server;

import app.gigpigs.mauticsync.http.HttpPort;
import app.gigpigs.mauticsync.http.Limits;
import app.gigpigs.mauticsync.http.Route;
import app.gigpigs.mauticsync.http.Threads;
import app.gigpigs.mauticsync.inbound.ses.SesWebhook;
import app.gigpigs.mauticsync.inbound.webhook.MauticWebhook;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;

/**
 * The public port, which a proxy may expose, and the port of administration, which listens on this machine alone unless
 * told otherwise.
 */
final class Ports implements AutoCloseable {
    private static final int STORING = 4;
    private static final Duration ADMINISTRATION = Duration.ofSeconds(20);

    private final List<ExecutorService> threads = new ArrayList<>();
    private final HttpPort open;
    private final HttpPort administration;

    /** Does not listen yet. */
    Ports(ServerSettings settings, Webhooks webhooks, SyncTrigger trigger, HealthEndpoints health) {
        List<Route> routes = new ArrayList<>(webhooks.mautic().routes(threads("deliveries", STORING)));
        // On threads of its own: it may have to wait for Amazon, and nobody waits for its answer.
        routes.addAll(webhooks.ses().routes(threads("ses", 2)));
        routes.add(health.alive());
        routes.add(new Route("POST", SyncTrigger.PATH, 0, trigger, threads("trigger", 1)));
        this.open = new HttpPort(
                settings.receiver().listen(),
                Limits.of(settings.receiver().timeout(), settings.receiver().mostBytes()),
                routes);
        this.administration = new HttpPort(
                settings.administration().listen(),
                Limits.of(ADMINISTRATION, 0),
                health.administration(threads("readiness", 2), threads("status", 2)));
    }

    /** Who sends deliveries here. */
    record Webhooks(MauticWebhook mautic, SesWebhook ses) {}

    private ExecutorService threads(String name, int most) {
        ExecutorService made = Threads.of(name, most);
        threads.add(made);
        return made;
    }

    void start() {
        open.start();
        administration.start();
    }

    int open() {
        return open.port();
    }

    int administration() {
        return administration.port();
    }

    @Override
    public void close() {
        open.close();
        administration.close();
        threads.forEach(ExecutorService::shutdown);
    }
}
