package app.gigpigs.mauticsync.inbound.inbox;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.erasure.DeliveryRedaction;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier;
import app.gigpigs.mauticsync.inbound.engagement.EventSource;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventParser;
import app.gigpigs.mauticsync.inbound.event.SesParser;
import app.gigpigs.mauticsync.inbound.inbox.Inbox.Delivery;
import app.gigpigs.mauticsync.runs.StopSignal;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * Processes the inbox. A delivery and everything that it changes are one transaction, so that a process may be killed at
 * any point: the delivery is then either processed or untouched. Any number of processes and threads may run it at the
 * same time. Thread-safe.
 */
public final class InboxProcessor {
    /** The lines of a delivery in the log name it. */
    private static final String MDC_KEY = "delivery";

    private static final Logger LOG = LoggerFactory.getLogger(InboxProcessor.class);

    private final Jdbi jdbi;
    private final Inbox inbox;
    private final ErasureRegister erasures;
    private final DeliveryRedaction redaction;
    private final DeliveryApplier deliveries;
    private final InboundSettings settings;

    /** Processes nothing yet; may be run any number of times. */
    public InboxProcessor(Jdbi jdbi, CrmAccess crm, InboundSettings settings) {
        this.jdbi = jdbi;
        this.inbox = new Inbox(jdbi);
        this.erasures = crm.erased();
        this.redaction = new DeliveryRedaction(erasures);
        this.deliveries = new DeliveryApplier(new EventApplier(crm));
        this.settings = settings;
    }

    /**
     * Processes deliveries until none is due.
     *
     * @throws org.jdbi.v3.core.JdbiException when the database is not available; nothing is lost, run it again
     * @throws app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException when the key is missing that tells who was
     *     erased; the deliveries stay pending
     */
    public Result run() {
        return run(StopSignal.NEVER);
    }

    /**
     * The same.
     *
     * @param stop checked between deliveries
     */
    public Result run(StopSignal stop) {
        ProcessingCounts counts = new ProcessingCounts();
        while (stop.reason().isEmpty() && processNext(counts)) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        return counts.result();
    }

    private boolean processNext(ProcessingCounts counts) {
        AtomicReference<Delivery> claimed = new AtomicReference<>();
        try {
            Optional<Finished> finished = jdbi.inTransaction(handle -> {
                erasures.enter(handle);
                erasures.nobody(handle);
                Optional<Delivery> delivery = inbox.claim(handle);
                delivery.ifPresent(claimed::set);
                delivery.ifPresent(each -> MDC.put(MDC_KEY, String.valueOf(each.id())));
                return delivery.map(each -> process(handle, redacted(handle, each)));
            });
            finished.ifPresent(each -> counts.committed(each.state(), each.events()));
            return finished.isPresent();
        } catch (RuntimeException e) {
            Delivery delivery = claimed.get();
            if (delivery == null) {
                throw e;
            }
            counts.committed(recordFailure(delivery, e), DeliveryCounts.NONE);
            return true;
        } finally {
            MDC.remove(MDC_KEY);
        }
    }

    /** The delivery without the events of people who were erased. */
    private Delivery redacted(Handle handle, Delivery received) {
        Optional<byte[]> kept = redaction.of(handle, received.body());
        kept.ifPresent(body -> Inbox.redact(handle, received.id(), body));
        return kept.map(received::with).orElse(received);
    }

    private Finished process(Handle handle, Delivery delivery) {
        List<Event> events;
        try {
            events = events(delivery);
        } catch (IOException e) {
            // A retry would fail the same way. A later version of this program may read it, after a replay.
            return dead(handle, delivery, DeliveryCounts.NONE, String.valueOf(e.getMessage()));
        }
        DeliveryCounts counts = deliveries.apply(handle, events, source(delivery));
        if (counts.unreadable() > 0) {
            String reason = counts.unreadable() + " of " + events.size() + " events could not be read: "
                    + firstUnreadable(events);
            return dead(handle, delivery, counts, reason);
        }
        logTestPayload(delivery, events);
        inbox.done(handle, delivery, counts);
        return new Finished(Inbox.State.PROCESSED, counts);
    }

    private static List<Event> events(Delivery delivery) throws IOException {
        return switch (delivery.source()) {
            case MAUTIC -> EventParser.parse(delivery.body(), delivery.receivedAt());
            case SES -> SesParser.parse(delivery.body(), delivery.receivedAt());
        };
    }

    private static EventSource source(Delivery delivery) {
        return delivery.source() == Inbox.Source.SES ? EventSource.SES : EventSource.WEBHOOK;
    }

    private Finished dead(Handle handle, Delivery delivery, DeliveryCounts counts, String reason) {
        inbox.dead(handle, delivery, counts, reason);
        LOG.warn(new Failure(ErrorCode.DELIVERY_UNUSABLE, "delivery " + delivery.id() + " is dead: " + reason).line());
        return new Finished(Inbox.State.DEAD, counts);
    }

    private static String firstUnreadable(List<Event> events) {
        return events.stream()
                .filter(Event.Unreadable.class::isInstance)
                .map(event -> ((Event.Unreadable) event).reason())
                .findFirst()
                .orElse("");
    }

    private static void logTestPayload(Delivery delivery, List<Event> events) {
        if (events.contains(EventParser.TEST_PAYLOAD)) {
            LOG.info(
                    "delivery {} is Mautic's test payload: URL and secret are correct, its sample events are ignored",
                    delivery.id());
        }
    }

    /** Counts the attempt, unless the database is not available: then nothing can be written, and it is not the delivery's fault. */
    private Inbox.State recordFailure(Delivery delivery, RuntimeException failure) {
        String reason = reason(failure);
        try {
            Inbox.State state = inbox.failed(delivery, settings, reason);
            LOG.warn(new Failure(
                            ErrorCode.DELIVERY_UNUSABLE,
                            "delivery " + delivery.id() + " failed (" + reason + "), it is " + state.sql() + " now")
                    .line());
            return state;
        } catch (RuntimeException databaseAway) {
            failure.addSuppressed(databaseAway);
            throw failure;
        }
    }

    /** Without Postgres' message: it quotes values, and values are personal data. The code is enough. */
    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return "the database rejected it, SQLSTATE " + sql.getSQLState();
            }
        }
        StackTraceElement[] at = failure.getStackTrace();
        return failure.getClass().getSimpleName() + (at.length == 0 ? "" : " at " + at[0]);
    }

    /**
     * What a run did.
     *
     * @param processed deliveries processed
     * @param dead deliveries that a person has to look at
     * @param retried failed attempts after which the delivery is tried again
     * @param events events that are new in the CRM
     * @param known events that the CRM had before
     */
    public record Result(int processed, int dead, int retried, int events, int known) {}

    private record Finished(Inbox.State state, DeliveryCounts events) {}
}
