package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.inbound.ses.SesSettings;
import app.gigpigs.mauticsync.setup.check.ContractChecks;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Installation;
import app.gigpigs.mauticsync.setup.check.SesChecks;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the database and Mautic and says what is wrong. A check that fails does not hide the others; a side that does
 * not answer is one finding.
 */
public final class Doctor {
    private final Installation installation;
    private final SesSettings ses;
    private final Duration staleAfter;

    /** Checks nothing yet. */
    public Doctor(Installation installation, DoctorConfig.Receiving receiving) {
        this.installation = installation;
        this.ses = receiving.ses();
        this.staleAfter = receiving.staleAfter();
    }

    /** Everything. */
    public List<Finding> examine() {
        DatabaseDiagnosis database = new DatabaseDiagnosis(installation, staleAfter);
        List<Finding> findings = new ArrayList<>(database.all());
        findings.addAll(amazon(database));
        findings.addAll(new MauticDiagnosis(installation, database).all());
        return findings;
    }

    /** Whether this Mautic answers every kind of reading call as those do that were tried; needs no database. */
    public List<Finding> contract() {
        return installation
                .mautic()
                .map(side -> GuardedCheck.run("Mautic", () -> new ContractChecks(side.client()).findings()))
                .orElse(List.of(Finding.notChecked("Mautic", "MAUTIC_URL or the credentials cannot be used")));
    }

    /** What {@code setup} creates: the schema, the fields, the segments, the webhook. */
    public List<Finding> foundations() {
        DatabaseDiagnosis database = new DatabaseDiagnosis(installation, staleAfter);
        List<Finding> findings = new ArrayList<>(database.foundations());
        findings.addAll(amazon(database));
        findings.addAll(new MauticDiagnosis(installation, database).foundations());
        return findings;
    }

    private List<Finding> amazon(DatabaseDiagnosis database) {
        return ses.topics().isEmpty()
                ? List.of()
                : database.migrated()
                        .map(jdbi -> GuardedCheck.run(
                                SesChecks.SUBJECT, () -> new SesChecks(jdbi, ses, installation.clock()).findings()))
                        .orElse(List.of(Finding.notChecked(SesChecks.SUBJECT, "needs the database")));
    }
}
