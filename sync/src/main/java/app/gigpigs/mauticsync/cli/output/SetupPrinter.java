package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.setup.Setup;
import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Fix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Prints what setup would do, what it did, and what a person has to do. */
public final class SetupPrinter {
    /** The API has no call for these steps, and without them it does not work. */
    public static final List<String> CLICKS = List.of(
            "In Mautic, logged in as an administrator:",
            "  1. Settings > Configuration > API Settings: API enabled? Yes. Apply.",
            "  2. Settings > API Credentials > New: Authorization Protocol OAuth 2, a name such as mautic-sync, Redirect URI https://localhost (it is not used). Save.",
            "  3. Copy its Public Key to MAUTIC_CLIENT_ID and its Secret Key to MAUTIC_CLIENT_SECRET.",
            "     These credentials have the role of the administrator who creates them.");

    private final Output output;

    public SetupPrinter(Output output) {
        this.output = output;
    }

    public static List<Finding> mistakes(List<String> mistakes) {
        return mistakes.isEmpty()
                ? List.of(new Finding(
                        "configuration", Finding.Level.OK, "can be read, nothing is missing", "", Optional.empty()))
                : mistakes.stream()
                        .map(mistake ->
                                new Finding("configuration", Finding.Level.PROBLEM, mistake, "", Optional.empty()))
                        .toList();
    }

    public static String secret(String secret) {
        return "The webhook's secret, shown this once; serve needs it:\n  export MAUTIC_WEBHOOK_SECRET=" + secret;
    }

    public void plan(Setup.Plan plan) {
        output.line(plan.fixes().isEmpty() ? "Nothing to do." : "To do:");
        plan.fixes().forEach(automaticFix -> output.line("  " + automaticFix.message()));
        byHand(plan.byHand());
    }

    public void result(Setup.Result result) {
        result.done().forEach(message -> output.line("done    " + message));
        result.failed().forEach((message, why) -> output.error("failed: " + message + ": " + why));
    }

    public void byHand(List<Finding> findings) {
        if (!findings.isEmpty()) {
            output.line("Left to you:");
            findings.forEach(finding -> output.line("  " + FindingPrinter.line(finding)));
        }
    }

    public static Map<String, Object> fields(Setup.Plan plan) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("plan", plan.fixes().stream().map(Fix::message).toList());
        fields.put("byHand", plan.byHand().stream().map(FindingPrinter::fields).toList());
        return fields;
    }

    public static Map<String, Object> fields(Setup.Plan plan, Setup.Result result) {
        Map<String, Object> fields = fields(plan);
        fields.put("done", new ArrayList<>(result.done()));
        fields.put("failed", new LinkedHashMap<>(result.failed()));
        fields.put(
                "byHand", result.byHand().stream().map(FindingPrinter::fields).toList());
        return fields;
    }
}
