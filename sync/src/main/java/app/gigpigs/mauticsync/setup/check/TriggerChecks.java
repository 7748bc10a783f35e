package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.crm.CrmNames;
import app.gigpigs.mauticsync.db.ChangeTriggers;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Jdbi;

/** The triggers by which opt-outs in the CRM reach Mautic without waiting for a run. */
public final class TriggerChecks {
    private final Jdbi jdbi;
    private final CrmNames crm;
    private final ChangeTriggers triggers;

    public TriggerChecks(Jdbi jdbi, CrmNames crm) {
        this.jdbi = jdbi;
        this.crm = crm;
        this.triggers = new ChangeTriggers(crm);
    }

    /** Whether every table and partition has its own, switched on, and whether they see what the view shows. */
    public List<Finding> triggers() {
        List<Finding> findings = new ArrayList<>();
        List<String> missing = jdbi.withHandle(triggers::missing);
        if (!missing.isEmpty()) {
            findings.add(Finding.warning(
                    "triggers",
                    "missing or switched off on " + String.join(", ", missing)
                            + ": what changes there reaches Mautic with the next run, not within seconds",
                    "SUPABASE_ADMIN_DB_URL=… ./mautic-sync migrate, as the owner of the CRM's tables; if they are switched"
                            + " off: alter table … enable trigger"));
        }
        if (!jdbi.withHandle(triggers::seeTheViewsConsent)) {
            findings.add(Finding.warning(
                    "triggers",
                    crm.view() + "." + crm.person().optIn() + " does not come from "
                            + crm.profiles().table() + "." + crm.profiles().optIn()
                            + ", as far as the database can tell: an opt-out elsewhere reaches Mautic with the next run",
                    "set crm.profiles in mautic-sync.yaml to the table and column that the view's consent comes from"));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok("triggers", "opt-outs in the CRM reach Mautic within seconds while serve runs"))
                : findings;
    }
}
