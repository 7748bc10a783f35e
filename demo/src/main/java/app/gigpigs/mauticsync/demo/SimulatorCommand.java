package app.gigpigs.mauticsync.demo;

import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.simulator.FieldSet;
import app.gigpigs.mauticsync.simulator.MauticSimulator;
import app.gigpigs.mauticsync.simulator.MauticVersion;
import app.gigpigs.mauticsync.simulator.SimulatorSettings;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "simulator",
        mixinStandardHelpOptions = true,
        description = "Runs only the simulated Mautic, on the loopback interface, until it is stopped.",
        footer = {"", "Example: ./mautic-sync simulator --port 8090 --latency 20"})
final class SimulatorCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--port", paramLabel = "PORT", required = true, description = "The port; 0 for any free one.")
    private int port;

    @Option(
            names = "--latency",
            paramLabel = "MS",
            description =
                    "Milliseconds for each contact written (default: ${DEFAULT-VALUE}; a small real server takes 20).",
            defaultValue = "0")
    private int latency;

    @Option(
            names = "--mautic-version",
            paramLabel = "VERSION",
            description = "The simulated Mautic: 4.4, 5.1 or 7.0 (default: ${DEFAULT-VALUE}).",
            defaultValue = "5.1")
    private String version;

    @Option(
            names = "--empty",
            description = "Start without the CRM's contact fields, as after a new installation; setup creates them.")
    private boolean empty;

    @Override
    public Integer call() throws InterruptedException {
        SimulatorSettings settings = SimulatorSettings.defaults()
                .withPort(port)
                .withLatency(Duration.ofMillis(latency))
                .withFields(empty ? FieldSet.NONE : FieldSet.CRM_FIELDS)
                .withVersion(MauticVersion.named(version)
                        .orElseThrow(() -> new ParameterException(
                                spec.commandLine(), "--mautic-version: " + version + " is not 4.4, 5.1 or 7.0.")));
        try (MauticSimulator simulator = MauticSimulator.start(settings)) {
            var out = spec.commandLine().getOut();
            out.println("A simulated Mautic " + settings.version().shortName() + " listens. To push to it:");
            out.println("  export MAUTIC_URL=" + simulator.baseUri() + " MAUTIC_CLIENT_ID=" + settings.clientId()
                    + " MAUTIC_CLIENT_SECRET=" + settings.clientSecret());
            out.flush();
            new CountDownLatch(1).await();
            return ExitCode.DONE;
        }
    }
}
