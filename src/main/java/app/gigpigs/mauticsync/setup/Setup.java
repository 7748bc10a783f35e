package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Fix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Carries out what mends findings, one after the other; one that fails holds up no other. */
public final class Setup {
    private final Doctor doctor;
    private final List<Finding> before;

    /** Changes what the doctor finds, and lets the doctor look again. */
    public Setup(Doctor doctor) {
        this(doctor, List.of());
    }

    /** @param before what was found before the doctor looked, such as mistakes in the configuration */
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
     * @param findings all that was looked at
     * @param fixes what will be done, each once
     */
    public record Plan(List<Finding> findings, List<Fix> fixes) {
        static Plan of(List<Finding> findings) {
            Map<String, Fix> fixes = new LinkedHashMap<>();
            findings.forEach(finding -> finding.automaticFix()
                    .ifPresent(automaticFix -> fixes.putIfAbsent(automaticFix.message(), automaticFix)));
            return new Plan(List.copyOf(findings), List.copyOf(fixes.values()));
        }

        private List<String> message() {
            return fixes.stream().map(Fix::message).toList();
        }

        /** What is wrong and has no remedy here. */
        public List<Finding> byHand() {
            return findings.stream()
                    .filter(finding -> finding.automaticFix().isEmpty()
                            && (finding.bad() || finding.level() == Finding.Level.WARNING))
                    .toList();
        }
    }

    /** Does it, then reads everything back: only what is no longer found wanting is done. */
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
            // All could be looked at: what is no longer wanting was done, though its call had no answer.
            failed.keySet().retainAll(left.message());
        }
        left.message()
                .forEach(message -> failed.putIfAbsent(message, "still wanted after Mautic said that it was done"));
        List<String> done = new ArrayList<>(plan.message());
        done.removeAll(failed.keySet());
        return new Result(done, failed, left.byHand());
    }

    /**
     * What was done.
     *
     * @param done and found to be so afterwards
     * @param failed what was to be done, and why it is not
     * @param byHand what only a person can do
     */
    public record Result(List<String> done, Map<String, String> failed, List<Finding> byHand) {}
}
