package app.gigpigs.mauticsync.inbound.webhook;

import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.http.Answer;
import app.gigpigs.mauticsync.http.Endpoint;
import app.gigpigs.mauticsync.http.Headers;
import app.gigpigs.mauticsync.http.Route;
import app.gigpigs.mauticsync.inbound.inbox.DeliveryStore;
import app.gigpigs.mauticsync.inbound.webhook.RejectedDeliveries.Cause;
import app.gigpigs.mauticsync.metrics.Meters;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receives Mautic's webhooks. A delivery with a correct signature is on disk before it is answered, whatever its content.
 * It is processed later: Mautic has no time-out for webhooks and sends them while a visitor waits for a page.
 *
 * <p>An error response makes Mautic drop the events of the delivery for good. It keeps them for a retry only when there
 * is no response at all (seen on 5.1.0). So a delivery that cannot be stored gets no response: the connection is closed.
 * A proxy in front must do the same, and must not turn it into a 502.
 */
public final class MauticWebhook implements Endpoint {
    private static final Logger LOG = LoggerFactory.getLogger(MauticWebhook.class);
    /** What Mautic itself sends (seen on 7.0.0); a proxy's headers may hold credentials and addresses. */
    private static final Set<String> STORED =
            Set.of("user-agent", "content-type", "content-length", "webhook-signature", "x-origin-base-url");

    private final WebhookSettings settings;
    private final DeliveryStore store;
    private final Runnable wake;
    private final AtomicLong accepted = new AtomicLong();
    private final RejectedDeliveries rejected = new RejectedDeliveries(InstantSource.system());
    private final AtomicLong tooLong = new AtomicLong();
    private final AtomicLong unanswered = new AtomicLong();

    /**
     * Receives at its routes.
     *
     * @param wake wakes the worker after each stored delivery; must return at once
     */
    public MauticWebhook(WebhookSettings settings, DeliveryStore store, Runnable wake) {
        this.settings = settings;
        this.store = store;
        this.wake = wake;
    }

    /**
     * Where it answers.
     *
     * @param threads where deliveries are stored
     */
    public List<Route> routes(Executor threads) {
        return WebhookContract.PATHS.stream()
                .map(path -> new Route("POST", path, settings.mostBytes(), this, threads))
                .toList();
    }

    /** When a delivery was last rejected. */
    public Optional<Instant> lastRejected() {
        return rejected.last();
    }

    /** What was received so far. */
    public Counts counts() {
        return new Counts(accepted.get(), rejected.count(), tooLong.get(), unanswered.get());
    }

    /** Without a signature the body is not worth reading. */
    @Override
    public Optional<Answer> beforeBody(Headers headers) {
        if (settings.secrets().isEmpty()) {
            return Optional.of(rejected(Cause.NO_SECRET));
        }
        return signature(headers).filter(WebhookSignature::wellFormed).isPresent()
                ? Optional.empty()
                : Optional.of(rejected(Cause.UNSIGNED));
    }

    @Override
    public Answer answer(Headers headers, byte[] body) {
        if (!WebhookSignature.matches(body, signature(headers).orElse(null), settings.secrets())) {
            return rejected(Cause.OTHER_SECRET);
        }
        if (!store.store(inbox -> inbox.add(body, stored(headers)))) {
            closed();
            return Answer.close();
        }
        accepted.incrementAndGet();
        Meters.delivery("accepted");
        wake();
        return Answer.status(204);
    }

    private Answer rejected(Cause cause) {
        rejected.add(cause);
        Meters.delivery("rejected");
        return Answer.status(401);
    }

    @Override
    public void tooLong() {
        tooLong.incrementAndGet();
        Meters.delivery("too_long");
    }

    @Override
    public void closed() {
        unanswered.incrementAndGet();
        Meters.delivery("unanswered");
    }

    /** The delivery is stored. No failure from here on may prevent the response. */
    private void wake() {
        try {
            wake.run();
        } catch (RuntimeException e) {
            LOG.warn(Failure.of(e).with("the inbox worker could not be woken: ").line());
        }
    }

    private static Optional<String> signature(Headers headers) {
        return headers.only(WebhookSignature.HEADER);
    }

    private static Map<String, String> stored(Headers headers) {
        Map<String, String> stored = new TreeMap<>(headers.all());
        stored.keySet().retainAll(STORED);
        return stored;
    }

    /**
     * What was received since the start.
     *
     * @param accepted stored and acknowledged
     * @param rejected without a correct signature
     * @param tooLong longer than the limit
     * @param unanswered not stored, or not received completely
     */
    public record Counts(long accepted, long rejected, long tooLong, long unanswered) {}
}
