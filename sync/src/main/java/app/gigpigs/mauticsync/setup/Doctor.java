package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Installation;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Checks the database and Mautic and says what is wrong. A check that fails does not hide the others; a side that does
 * not answer is one finding.
 */
public final class Doctor {
    private final Installation installation;
    private final Duration staleAfter;

    /**
     * Checks nothing yet.
     *
     * @param staleAfter how old the last successful run may be
     */
    public Doctor(Installation installation, Duration staleAfter) {
        this.installation = installation;
        this.staleAfter = staleAfter;
    }

    /** Everything. */
    public List<Finding> examine() {
        DatabaseDiagnosis database = new DatabaseDiagnosis(installation, staleAfter);
        List<Finding> findings = new ArrayList<>(database.all());
        findings.addAll(new MauticDiagnosis(installation, database).all());
        return findings;
    }

    /** What {@code setup} creates: the schema, the fields, the segments, the webhook. */
    public List<Finding> foundations() {
        DatabaseDiagnosis database = new DatabaseDiagnosis(installation, staleAfter);
        List<Finding> findings = new ArrayList<>(database.foundations());
        findings.addAll(new MauticDiagnosis(installation, database).foundations());
        return findings;
    }
}
