package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.RunningServer;
import app.gigpigs.mauticsync.app.ServerWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
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
    @Spec
    private CommandSpec spec;

    @Override
    public Integer call() throws InterruptedException {
        Config.Serve config = new Config(Terminal.of(spec).environment()).serve();
        CountDownLatch stopped = new CountDownLatch(1);
        if (config.serve().receiver().secrets().isEmpty()) {
            new Output(spec).error("MAUTIC_WEBHOOK_SECRET is not set: every webhook will be rejected");
        }
        RunningServer serving = ServerWiring.start(config);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            serving.close();
                            stopped.countDown();
                        },
                        "stop"));
        new Output(spec)
                .line("Serving webhooks on port " + serving.port() + " (/webhooks/mautic, /healthz), status on port "
                        + serving.administrationPort() + " (/readyz, /status); stop with Ctrl-C.");
        spec.commandLine().getOut().flush();
        stopped.await();
        return ExitCode.DONE;
    }
}
