package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.InboundWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.inbound.catchup.CatchUp;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpReport;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpResult;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "catch-up",
        mixinStandardHelpOptions = true,
        description = "Reads Mautic's own tables for events that its webhooks lost. No event counts twice.",
        footer = {
            "",
            "Example: ./mautic-sync catch-up --json",
            "Exit codes: 0 done; 1 failed, or events are missing; 3 another catch-up is going on"
        })
final class CatchUpCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--full", description = "Read every table from its beginning, not only what is new or due.")
    private boolean full;

    @Option(names = "--json", description = "Print one JSON object.")
    private boolean json;

    @Override
    public Integer call() {
        CatchUpResult result = catchUp();
        if (result instanceof CatchUpResult.Done done) {
            print(done.report(), Map.of("status", "done"));
            return done.report().missing() == 0 ? ExitCode.DONE : ExitCode.FAILED;
        }
        if (result instanceof CatchUpResult.Failed failed) {
            stopped(failed.report(), "failed", failed.failure());
            return ExitCode.FAILED;
        }
        if (result instanceof CatchUpResult.Stopped stopped) {
            stopped(stopped.report(), "stopped", new Failure(ErrorCode.STOPPED, stopped.message()));
            return ExitCode.FAILED;
        }
        Failure active = new Failure(ErrorCode.RUN_ACTIVE, "another process is catching up; nothing was done");
        if (json) {
            new Output(spec).json(fields("already running", active));
        }
        new Output(spec).error(active.line());
        return ExitCode.PARTLY;
    }

    private CatchUpResult catchUp() {
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        try (Connections both = Connections.connect(config, Terminal.of(spec).stop())) {
            return new InboundWiring(both).catchUpOnce().run(full ? CatchUp.Extent.EVERYTHING : CatchUp.Extent.DUE);
        }
    }

    private void stopped(CatchUpReport report, String status, Failure failure) {
        print(report, fields(status, failure));
        new Output(spec).error(failure.line());
    }

    private static Map<String, String> fields(String status, Failure failure) {
        return Map.of(
                "status",
                status,
                "error",
                failure.message(),
                "errorCode",
                failure.code().id());
    }

    private void print(CatchUpReport report, Map<String, String> status) {
        Output output = new Output(spec);
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>(status);
            fields.putAll(report.fields());
            output.json(fields);
        } else {
            report.message().forEach(output::line);
        }
    }
}
