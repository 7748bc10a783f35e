package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.RunningServer;
import app.gigpigs.mauticsync.app.ServerWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.runs.StopRequest;
import java.util.concurrent.Callable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "serve",
        mixinStandardHelpOptions = true,
        description =
                "Receives webhooks and runs the sync every 15 minutes, or as SYNC_SCHEDULE says, until it is stopped.",
        footer = {"", "Example: SYNC_SCHEDULE='*/15 * * * *' ./mautic-sync serve"})
final class ServeCommand implements Callable<Integer> {
    private static final Logger LOG = LoggerFactory.getLogger(ServeCommand.class);

    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Config.Serve config = new Config(Terminal.of(spec).environment()).serve();
        StopRequest stop = Terminal.of(spec).stop();
        if (config.serve().receiver().secrets().isEmpty()) {
            LOG.warn(new Failure(
                            ErrorCode.WEBHOOK_UNSIGNED,
                            "MAUTIC_WEBHOOK_SECRET is not set: every webhook will be rejected")
                    .line());
        }
        try (RunningServer serving = ServerWiring.start(config, stop)) {
            new Output(spec)
                    .line("Serving webhooks on port " + serving.port()
                            + " (/webhooks/mautic, /healthz), status on port " + serving.administrationPort()
                            + " (/readyz, /status); stop with Ctrl-C.");
            spec.commandLine().getOut().flush();
            stop.await();
        }
        new Output(spec).line("Stopped.");
        spec.commandLine().getOut().flush();
        return ExitCode.DONE;
    }
}
