package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.InboundWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
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
            print(failed.report(), Map.of("status", "failed", "error", failed.message()));
            new Output(spec).error(failed.message());
            return ExitCode.FAILED;
        }
        if (result instanceof CatchUpResult.Stopped stopped) {
            print(stopped.report(), Map.of("status", "stopped", "error", stopped.message()));
            new Output(spec).error(stopped.message());
            return ExitCode.FAILED;
        }
        if (json) {
            new Output(spec).json(Map.of("status", "already running"));
        }
        new Output(spec).error("another process is catching up; nothing was done");
        return ExitCode.PARTLY;
    }

    private CatchUpResult catchUp() {
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        try (Connections both = Connections.connect(config, Terminal.of(spec).stop())) {
            return new InboundWiring(both).catchUpOnce().run(full ? CatchUp.Extent.EVERYTHING : CatchUp.Extent.DUE);
        }
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
