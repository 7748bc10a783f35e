package app.gigpigs.mauticsync.inbound.inbox;

import app.gigpigs.mauticsync.consent.erasure.DeliveryRedaction;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.inbound.engagement.ApplyResult;
import app.gigpigs.mauticsync.inbound.engagement.CrmAccess;
import app.gigpigs.mauticsync.inbound.engagement.EventApplier;
import app.gigpigs.mauticsync.inbound.engagement.EventSource;
import app.gigpigs.mauticsync.inbound.engagement.InboundSettings;
import app.gigpigs.mauticsync.inbound.engagement.ReissuedKeys;
import app.gigpigs.mauticsync.inbound.event.Event;
import app.gigpigs.mauticsync.inbound.event.EventParser;
import app.gigpigs.mauticsync.inbound.inbox.Inbox.Delivery;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Works off the inbox: each delivery in one transaction with all that it changes, so that a process may die at any
 * point and the delivery is either done or untouched. Any number of processes and threads may run it. Thread-safe.
 */
public final class InboxProcessor {
    private static final Logger LOG = LoggerFactory.getLogger(InboxProcessor.class);

    private final Jdbi jdbi;
    private final Inbox inbox;
    private final EventApplier applier;
    private final ReissuedKeys keys = new ReissuedKeys();
    private final ErasureRegister erased;
    private final DeliveryRedaction redaction;
    private final InboundSettings settings;

    /** Works nothing off yet; may be run any number of times. */
    public InboxProcessor(Jdbi jdbi, CrmAccess crm, InboundSettings settings) {
        this.jdbi = jdbi;
        this.inbox = new Inbox(jdbi);
        this.erased = crm.erased();
        this.redaction = new DeliveryRedaction(erased);
        this.applier = new EventApplier(crm, settings.bouncesUntilInvalid());
        this.settings = settings;
    }

    /**
     * Works until nothing is due.
     *
     * @throws org.jdbi.v3.core.JdbiException when the database is away; nothing is lost, run it again
     * @throws app.gigpigs.mauticsync.consent.ledger.HashKey.HashKeyException when it cannot be told who was erased; the
     *     deliveries wait
     */
    public Result run() {
        Tally tally = new Tally();
        while (next(tally)) {
            if (Thread.currentThread().isInterrupted()) {
                break;
            }
        }
        return tally.result();
    }

    private boolean next(Tally tally) {
        AtomicReference<Delivery> claimed = new AtomicReference<>();
        try {
            return jdbi.inTransaction(handle -> {
                        erased.enter(handle);
                        erased.nobody(handle);
                        Optional<Delivery> delivery = inbox.claim(handle);
                        delivery.ifPresent(claimed::set);
                        Optional<Finished> finished = delivery.map(each -> finish(handle, each));
                        finished.ifPresent(tally::provisional);
                        return finished.isPresent();
                    })
                    && tally.commit();
        } catch (RuntimeException e) {
            Delivery delivery = claimed.get();
            if (delivery == null) {
                throw e;
            }
            failed(delivery, e, tally);
            return true;
        }
    }

    private Finished finish(Handle handle, Delivery received) {
        Delivery delivery = redaction
                .of(handle, received.body())
                .map(rest -> {
                    inbox.redact(handle, received, rest);
                    return new Delivery(received.id(), rest, received.receivedAt(), received.attempts());
                })
                .orElse(received);
        List<Event> events;
        try {
            events = EventParser.parse(delivery.body(), delivery.receivedAt());
        } catch (IOException e) {
            // No later try would read it; a later version of this program may, by a replay.
            return giveUp(handle, delivery, new DeliveryCounts(0, 0, 0, 0), String.valueOf(e.getMessage()));
        }
        DeliveryCounts counts = apply(handle, events);
        if (counts.unreadable() > 0) {
            String reason = counts.unreadable() + " of " + events.size() + " events could not be read: "
                    + firstUnreadable(events);
            return giveUp(handle, delivery, counts, reason);
        }
        tellOfTest(delivery, events);
        inbox.done(handle, delivery, counts);
        return new Finished(Inbox.State.DONE, counts);
    }

    private static void tellOfTest(Delivery delivery, List<Event> events) {
        if (events.contains(EventParser.TEST_PAYLOAD)) {
            LOG.info(
                    "delivery {} is Mautic's test payload: address and signature are right, nothing of it is taken",
                    delivery.id());
        }
    }

    private Finished giveUp(Handle handle, Delivery delivery, DeliveryCounts counts, String reason) {
        inbox.dead(handle, delivery, counts, reason);
        LOG.warn("delivery {} is parked: {}", delivery.id(), reason);
        return new Finished(Inbox.State.DEAD, counts);
    }

    private DeliveryCounts apply(Handle handle, List<Event> events) {
        List<Event.Recorded> recorded = new ArrayList<>();
        int ignored = 0;
        int unreadable = 0;
        for (Event event : events) {
            if (event instanceof Event.Recorded each) {
                recorded.add(each);
            } else if (event instanceof Event.Ignored) {
                ignored++;
            } else {
                unreadable++;
            }
        }
        int fresh = applyRecorded(handle, recorded);
        return new DeliveryCounts(fresh, recorded.size() - fresh, ignored, unreadable);
    }

    /** In one order everywhere: two deliveries with the same events must not wait for each other. */
    private int applyRecorded(Handle handle, List<Event.Recorded> recorded) {
        List<Event.Recorded> ordered = new ArrayList<>(keys.own(handle, recorded));
        ordered.sort(Comparator.comparing(Event.Recorded::key));
        int fresh = 0;
        for (Event.Recorded event : ordered) {
            fresh += applier.apply(handle, event, EventSource.WEBHOOK) == ApplyResult.NEW ? 1 : 0;
        }
        return fresh;
    }

    private static String firstUnreadable(List<Event> events) {
        return events.stream()
                .filter(Event.Unreadable.class::isInstance)
                .map(event -> ((Event.Unreadable) event).reason())
                .findFirst()
                .orElse("");
    }

    /** Counts the failure, unless the database is away: then nothing can be written and the delivery is not to blame. */
    private void failed(Delivery delivery, RuntimeException failure, Tally tally) {
        String reason = reason(failure);
        try {
            Inbox.State state = inbox.failed(delivery, settings, reason);
            LOG.warn("delivery {} failed ({}), it is {} now", delivery.id(), reason, state.sql());
            tally.failed(state);
        } catch (RuntimeException databaseAway) {
            failure.addSuppressed(databaseAway);
            throw failure;
        }
    }

    /** Postgres quotes values in its messages, and values are personal: the code says enough. */
    private static String reason(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof SQLException sql) {
                return "the database refused it, SQLSTATE " + sql.getSQLState();
            }
        }
        StackTraceElement[] at = failure.getStackTrace();
        return failure.getClass().getSimpleName() + (at.length == 0 ? "" : " at " + at[0]);
    }

    /**
     * What a run did.
     *
     * @param applied deliveries worked off
     * @param dead deliveries that wait for a person
     * @param retried failures after which a delivery will be tried again
     * @param events events that were new
     * @param known events that had come before
     */
    public record Result(int applied, int dead, int retried, int events, int known) {}

    private record Finished(Inbox.State state, DeliveryCounts counts) {}

    /** Counts what is committed, and only that. */
    private static final class Tally {
        private int applied;
        private int dead;
        private int retried;
        private int events;
        private int known;
        private Finished last = new Finished(Inbox.State.PENDING, new DeliveryCounts(0, 0, 0, 0));

        void provisional(Finished finished) {
            last = finished;
        }

        boolean commit() {
            failed(last.state());
            events += last.counts().fresh();
            known += last.counts().known();
            return true;
        }

        void failed(Inbox.State state) {
            switch (state) {
                case DONE -> applied++;
                case DEAD -> dead++;
                case PENDING -> retried++;
            }
        }

        Result result() {
            return new Result(applied, dead, retried, events, known);
        }
    }
}
