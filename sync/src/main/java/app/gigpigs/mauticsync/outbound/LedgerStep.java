package app.gigpigs.mauticsync.outbound;

import app.gigpigs.mauticsync.consent.delivery.OptOutDelivery;
import app.gigpigs.mauticsync.consent.erasure.ErasureRegister;
import app.gigpigs.mauticsync.consent.ledger.AddressConsent;
import app.gigpigs.mauticsync.consent.ledger.CrmStatements;
import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.mautic.Mautic;
import java.util.List;
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

    LedgerStep(Jdbi jdbi, Mautic mautic, OutboundSettings settings) {
        this.jdbi = jdbi;
        this.mautic = mautic;
        this.settings = settings;
        CrmNames names = settings.mapping().crm();
        this.crm = new CrmStatements(names);
        this.erased = new ErasureRegister(settings.consent().key());
        this.delivery = new OptOutDelivery(
                jdbi,
                mautic,
                names,
                new AddressConsent(names, settings.mapping().consent()));
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

    /** Contacts that have nothing to do with a customer may have the addresses, too. */
    void deliver() {
        delivery.undelivered();
    }
}
