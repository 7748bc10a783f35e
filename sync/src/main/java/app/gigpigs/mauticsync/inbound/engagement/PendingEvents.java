package app.gigpigs.mauticsync.inbound.engagement;

import app.gigpigs.mauticsync.consent.delivery.CrmAccess;
import app.gigpigs.mauticsync.consent.ledger.CrmStatements;
import app.gigpigs.mauticsync.db.RowRejection;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.inbound.engagement.OptOuts.Said;
import app.gigpigs.mauticsync.inbound.engagement.PendingEventTable.Pending;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Processes pending events: those of contacts that the CRM does not know, as soon as their customer is there, and those
 * whose change the CRM rejected, until it accepts the change.
 */
public final class PendingEvents {
    private static final Logger LOG = LoggerFactory.getLogger(PendingEvents.class);
    private static final int PAGE = 10_000;
    private static final int STATEMENTS = 500;

    /** Less than the id of any event. */
    private static final UUID BEGINNING = new UUID(0, 0);

    private final Jdbi jdbi;
    private final CustomerFinder customers;
    private final CustomerChanges changes;
    private final BounceEffect bounces;
    private final CrmStatements statements;
    private final OptOuts optOuts;
    private final BouncedMails mails = new BouncedMails();
    private final PendingEventTable table = new PendingEventTable();
    private final EngagementTable engagement = new EngagementTable();

    public PendingEvents(Jdbi jdbi, CrmAccess crm) {
        this.jdbi = jdbi;
        this.customers = new CustomerFinder(crm.names());
        this.changes = new CustomerChanges(crm.names(), crm.rule().bouncesUntilInvalid());
        this.bounces = new BounceEffect(customers, changes);
        this.statements = new CrmStatements(crm.names());
        this.optOuts = new OptOuts(customers, statements);
    }

    /**
     * Links the events whose customer is in the CRM now, and makes the changes that are due. It reads the whole table, so
     * do not call it every few seconds.
     *
     * @return how many events are no longer pending
     */
    public int process() {
        takeOver();
        int finished = 0;
        List<UUID> page = after(BEGINNING);
        while (!page.isEmpty()) {
            finished += process(page);
            page = after(page.get(page.size() - 1));
        }
        return finished;
    }

    /** Statements that the CRM rejected, and those of which it got the customer only now. */
    private void takeOver() {
        List<String> due = jdbi.withHandle(statements::due);
        for (int from = 0; from < due.size(); from += STATEMENTS) {
            List<String> some = due.subList(from, Math.min(due.size(), from + STATEMENTS));
            jdbi.useTransaction(handle -> statements.takeOver(handle, some));
        }
    }

    private List<UUID> after(UUID last) {
        return jdbi.withHandle(handle -> table.after(handle, last, PAGE, customers));
    }

    /** By halves where it fails: one event whose customer is locked, or for which a statement fails, holds up no other. */
    private int process(List<UUID> page) {
        try {
            return processTogether(page);
        } catch (JdbiException e) {
            if (!RowRejection.concernsRows(e)) {
                throw e;
            }
            if (page.size() == 1) {
                LOG.warn(Failure.of(e)
                        .with("a pending event is tried again later: ")
                        .line());
                return 0;
            }
            int middle = page.size() / 2;
            return process(page.subList(0, middle)) + process(page.subList(middle, page.size()));
        }
    }

    private int processTogether(List<UUID> page) {
        return jdbi.inTransaction(handle -> {
            mails.lock(handle);
            List<Pending> events = table.lock(handle, page, customers);
            Set<UUID> rejected = makeChanges(handle, events);
            engagement.link(
                    handle,
                    events.stream().map(Pending::event).toList(),
                    events.stream().map(Pending::customer).toList());
            table.waitForCrm(handle, rejected);
            List<UUID> finished = events.stream()
                    .map(Pending::event)
                    .filter(event -> !rejected.contains(event))
                    .toList();
            table.remove(handle, finished);
            return finished.size();
        });
    }

    /** Returns the events whose change the CRM rejected; they stay pending. */
    private Set<UUID> makeChanges(Handle handle, List<Pending> events) {
        Set<UUID> rejected = new HashSet<>();
        for (Pending event : events) {
            if (event.said().isPresent()
                    && makeChange(handle, event, event.said().get()) == EffectResult.REJECTED) {
                rejected.add(event.event());
            }
        }
        return rejected;
    }

    private EffectResult makeChange(Handle handle, Pending event, Said said) {
        String address = event.email() == null ? customers.addressOf(handle, event.customer()) : event.email();
        return switch (event.type()) {
            case "unsubscribe", "complaint" -> optOuts.state(handle, said, address, event.customer());
            case "bounce" -> bounced(handle, event, said, address);
            default -> EffectResult.APPLIED;
        };
    }

    private EffectResult bounced(Handle handle, Pending event, Said said, @Nullable String address) {
        EffectResult made = bounces.makeDue(handle, event, address);
        if (address != null && changes.isInvalid(handle, address)) {
            optOuts.invalid(handle, address, said, event.customer());
        }
        return made;
    }
}
