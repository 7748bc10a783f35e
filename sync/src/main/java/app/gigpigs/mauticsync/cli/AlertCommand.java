package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.AlertWiring;
import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.monitor.AlertSettings;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "alert",
        mixinStandardHelpOptions = true,
        description =
                "Sends a test to everybody who is told of problems: SYNC_ALERT_URL, SYNC_ALERT_SMTP, SYNC_HEARTBEAT_URL.",
        footer = {"", "Example: ./mautic-sync alert --test"})
final class AlertCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--test", description = "Send a test.")
    private boolean test;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        if (!test) {
            throw new ParameterException(spec.commandLine(), "add --test: serve sends alerts by itself");
        }
        Config config = new Config(Terminal.of(spec).environment());
        AlertSettings settings = config.alerts();
        Output output = new Output(spec);
        if (!settings.wanted()) {
            output.failed(
                    new Failure(
                            ErrorCode.CONFIGURATION,
                            "nobody is told of problems: set SYNC_ALERT_URL, SYNC_ALERT_SMTP or SYNC_HEARTBEAT_URL"),
                    json ? Format.JSON : Format.TEXT);
            return ExitCode.USAGE;
        }
        Map<String, String> results = AlertWiring.sender(settings, config.sync())
                .test(InstantSource.system().instant());
        if (json) {
            output.json(Map.of("receivers", receivers(results)));
        } else {
            results.forEach((name, failure) -> print(output, name, failure));
        }
        return results.values().stream().allMatch(String::isEmpty) ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static void print(Output output, String name, String failure) {
        if (failure.isEmpty()) {
            output.line(name + ": sent");
        } else {
            output.error(new Failure(ErrorCode.ALERT_NOT_SENT, failure).line());
        }
    }

    private static Map<String, Map<String, Object>> receivers(Map<String, String> results) {
        Map<String, Map<String, Object>> sent = new LinkedHashMap<>();
        results.forEach((name, failure) -> sent.put(
                name,
                failure.isEmpty()
                        ? Map.of("sent", true)
                        : Map.of("sent", false, "error", failure, "errorCode", ErrorCode.ALERT_NOT_SENT.id())));
        return sent;
    }
}
