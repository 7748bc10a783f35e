package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Fix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Carries out the automatic fixes of findings, one after the other; one that fails does not stop the others. */
public final class Setup {
    private final Doctor doctor;
    private final List<Finding> before;

    /** Fixes what the doctor finds, and lets the doctor check again. */
    public Setup(Doctor doctor) {
        this(doctor, List.of());
    }

    /** @param before findings from before the doctor's checks, such as errors in the configuration */
    public Setup(Doctor doctor, List<Finding> before) {
        this.doctor = doctor;
        this.before = List.copyOf(before);
    }

    /** What would be done, and what only a person can do. */
    public Plan plan() {
        List<Finding> findings = new ArrayList<>(before);
        findings.addAll(doctor.foundations());
        return Plan.of(findings);
    }

    /**
     * What is to be done.
     *
     * @param findings the results of all checks
     * @param fixes what will be done, each once
     */
    public record Plan(List<Finding> findings, List<Fix> fixes) {
        static Plan of(List<Finding> findings) {
            Map<String, Fix> fixes = new LinkedHashMap<>();
            findings.forEach(finding -> finding.automaticFix()
                    .ifPresent(automaticFix -> fixes.putIfAbsent(automaticFix.message(), automaticFix)));
            return new Plan(List.copyOf(findings), List.copyOf(fixes.values()));
        }

        private List<String> messages() {
            return fixes.stream().map(Fix::message).toList();
        }

        /** What is wrong and has no automatic fix. */
        public List<Finding> byHand() {
            return findings.stream()
                    .filter(finding -> finding.automaticFix().isEmpty()
                            && (finding.bad() || finding.level() == Finding.Level.WARNING))
                    .toList();
        }
    }

    /** Makes the fixes, then checks everything again: a fix is done only when its finding is no longer there. */
    public Result carryOut(Plan plan) {
        Map<String, String> failed = new LinkedHashMap<>();
        for (Fix automaticFix : plan.fixes()) {
            try {
                automaticFix.action().run();
            } catch (RuntimeException e) {
                failed.put(automaticFix.message(), String.valueOf(e.getMessage()));
            }
        }
        Plan left = plan.fixes().isEmpty() ? plan : plan();
        if (left.byHand().stream().noneMatch(Finding::bad)) {
            // All checks worked: a finding that is no longer there was fixed, even though its call had no answer.
            failed.keySet().retainAll(left.messages());
        }
        left.messages()
                .forEach(message ->
                        failed.putIfAbsent(message, "still missing, although Mautic answered that it was done"));
        List<String> done = new ArrayList<>(plan.messages());
        done.removeAll(failed.keySet());
        return new Result(done, failed, left.byHand());
    }

    /**
     * What was done.
     *
     * @param done what was done, as a second check confirmed
     * @param failed what was not done, and why
     * @param byHand what only a person can do
     */
    public record Result(List<String> done, Map<String, String> failed, List<Finding> byHand) {}
}
