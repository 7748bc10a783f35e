package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.delivery.OptOutDelivery;
import app.gigpigs.mauticsync.consent.delivery.Outbox;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.CrmStatements;
import app.gigpigs.mauticsync.consent.ledger.OptInTimes;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mautic.Mautic;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.List;
import java.util.Set;
import org.jdbi.v3.core.Jdbi;

/** What a run does with the ledger before it sends anybody, once the safety limit has let it pass, and after that. */
final class LedgerStep {
    private static final int AT_ONCE = 500;

    private final Jdbi jdbi;
    private final Mautic mautic;
    private final OutboundSettings settings;
    private final CrmStatements crm;
    private final OptOutDelivery delivery;
    private final ErasureRegister erased;
    private final Outbox outbox = new Outbox();

    LedgerStep(Jdbi jdbi, Mautic mautic, OutboundSettings settings) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        CrmNames names = settings.mapping().crm();
        this.crm = new CrmStatements(names);
        this.erased = new ErasureRegister(settings.consent().key());
        this.delivery =
                new OptOutDelivery(jdbi, mautic, names, settings.mapping().consent(), erased);
    }

    /**
     * Records the opt-outs of the CRM, has the CRM take over those that were made elsewhere, and ends the statements that
     * a later opt-in ends by the settings.
     *
     * @return whether anything changed that decides who is sent how
     */
    boolean bringUpToDate(RunContext run) {
        jdbi.useTransaction(handle -> {
            erased.enter(handle);
            crm.record(handle, erased::among);
        });
        int takenOver = takeOver();
        int ended = new Reconsent(jdbi, mautic, settings, run).apply();
        jdbi.useTransaction(crm::markContradicted);
        return takenOver + ended > 0;
    }

    private int takeOver() {
        List<String> due = jdbi.withHandle(crm::due);
        for (int from = 0; from < due.size(); from += AT_ONCE) {
            List<String> some = due.subList(from, Math.min(due.size(), from + AT_ONCE));
            jdbi.useTransaction(handle -> crm.takeOver(handle, some));
        }
        return due.size();
    }

    /**
     * What a run does first.
     *
     * @return the markers of changes beyond the limit, which this run will have delivered
     * @throws NotReadyException when the setting needs to know when customers opted in, and nothing tells
     */
    Set<Long> begin() {
        CrmNames names = settings.mapping().crm();
        return jdbi.withHandle(handle -> {
            new OptInTimes(names)
                    .missing(handle, settings.consent().reconsent())
                    .ifPresent(message -> {
                        throw new NotReadyException(ErrorCode.OPT_IN_TIME, List.of(message));
                    });
            return outbox.overflows(handle);
        });
    }

    /** Tells the triggers how many customers may change at once without a run. */
    void limit(int customers) {
        jdbi.useHandle(handle ->
                outbox.limit(handle, customers, settings.mapping().consent().bouncesUntilInvalid()));
    }

    /**
     * Contacts that have nothing to do with a customer may have the addresses, too.
     *
     * @param overflows markers of changes that are delivered now
     */
    void deliver(Set<Long> overflows) {
        delivery.undelivered();
        jdbi.useHandle(handle -> outbox.clear(handle, overflows));
    }
}
