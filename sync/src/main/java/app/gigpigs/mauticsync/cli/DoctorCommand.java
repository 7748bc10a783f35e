package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.SetupWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.FindingPrinter;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.SetupPrinter;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.setup.Doctor;
import app.gigpigs.mauticsync.setup.DoctorConfig;
import app.gigpigs.mauticsync.setup.Setup;
import app.gigpigs.mauticsync.setup.WebhookSecret;
import app.gigpigs.mauticsync.setup.check.Finding;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        mixinStandardHelpOptions = true,
        description =
                "Checks the configuration, the database and Mautic, and says how to fix what is wrong. Changes nothing without --fix.",
        footer = {
            "",
            "Example: ./mautic-sync doctor --fix",
            "Exit codes: 0 no problems; 1 the database or Mautic is down; 2 there are problems; 3 --fix could not fix a warning"
        })
final class DoctorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--fix", description = "First fix what setup can fix.")
    private boolean fix;

    @Option(
            names = "--contract",
            description =
                    "Instead, make every kind of reading call that the sync makes, and say where this Mautic answers"
                            + " otherwise than those that were tried. Writes nothing, and prints no data.")
    private boolean contract;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        DoctorConfig config = new Config(Terminal.of(spec).environment()).doctor();
        WebhookSecret secret = new WebhookSecret(config.receiving().secrets(), Optional.empty());
        try (SetupWiring wiring = SetupWiring.open(config)) {
            Doctor doctor = new Doctor(wiring.installation(secret), config.receiving());
            Map<String, Object> fields = new LinkedHashMap<>();
            boolean unfixed = fix && !fixed(new Setup(doctor), fields);
            secret.shownOnce().ifPresent(shown -> fields.put("webhookSecret", shown));
            List<Finding> findings = new ArrayList<>(contract ? doctor.contract() : doctor.examine());
            if (!contract || wiring.installation(secret).mautic().isEmpty()) { // the database's do not matter for it
                findings.addAll(0, SetupPrinter.mistakes(config.mistakes()));
            }
            print(fields, findings, secret);
            int code = FindingPrinter.exitCode(findings);
            return code == ExitCode.DONE && unfixed ? ExitCode.PARTLY : code;
        }
    }

    /** Whether setup fixed everything that it can fix. */
    private boolean fixed(Setup setup, Map<String, Object> fields) {
        Setup.Result result = setup.carryOut(setup.plan());
        Output output = new Output(spec);
        if (!json) {
            result.done().forEach(message -> output.line("done         " + message));
        }
        result.failed().forEach((message, why) -> output.error("failed: " + message + ": " + why));
        fields.put("fixed", result.done());
        fields.put("failed", result.failed());
        return result.failed().isEmpty();
    }

    private void print(Map<String, Object> fields, List<Finding> findings, WebhookSecret secret) {
        Output output = new Output(spec);
        if (json) {
            fields.put("findings", findings.stream().map(FindingPrinter::fields).toList());
            output.json(fields);
            return;
        }
        secret.shownOnce().ifPresent(shown -> output.line(SetupPrinter.secret(shown)));
        findings.forEach(finding -> output.line(FindingPrinter.line(finding)));
        output.line(FindingPrinter.summary(findings));
    }
}
