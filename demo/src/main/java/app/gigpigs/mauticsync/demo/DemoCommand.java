package app.gigpigs.mauticsync.demo;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.OutboundWiring;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.ResultPrinter;
import app.gigpigs.mauticsync.cli.output.TerminalProgress;
import app.gigpigs.mauticsync.db.DatabaseUrl;
import app.gigpigs.mauticsync.inbound.catchup.CatchUpSettings;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import app.gigpigs.mauticsync.outbound.OutboundSettings;
import app.gigpigs.mauticsync.outbound.RunRequest;
import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.outbound.diff.SyncMode;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "demo",
        mixinStandardHelpOptions = true,
        description =
                "Shows the sync on this machine: it starts a Postgres with a sample CRM and a simulated Mautic, syncs three times and compares every contact. Needs no configuration.",
        footer = {"", "Example: ./mautic-sync demo --exit --json"})
final class DemoCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = "--customers",
            paramLabel = "N",
            description = "The number of customers in the sample CRM (default: ${DEFAULT-VALUE}).",
            defaultValue = "18000")
    private int customers;

    @Option(
            names = "--exit",
            description =
                    "End after the comparison. Without it the demo keeps running, so that you can try other commands.")
    private boolean exit;

    @Option(
            names = "--json",
            description = "Print one JSON object on standard output, everything else on standard error.")
    private boolean json;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        try (Demo demo = Demo.start(line -> tell(err, line))) {
            Demo.Result result = demo.run(customers, (database, mautic) -> sync(database, mautic, err));
            ResultPrinter printer = new ResultPrinter(out, err);
            print(result, printer, out);
            out.flush();
            if (!exit) {
                stayUp(demo, out);
            }
            return exitCode(result);
        }
    }

    /** Runs as sync does with default settings. */
    private static RunResult sync(DatabaseUrl database, MauticSettings mautic, PrintWriter err) {
        Config.Sync config = new Config.Sync(database, mautic, OutboundSettings.DEFAULT, CatchUpSettings.DEFAULT);
        try (Connections both = Connections.connect(config);
                TerminalProgress progress = new TerminalProgress(err)) {
            return new OutboundWiring(both).run(progress).run(RunRequest.of(SyncMode.CHANGED));
        }
    }

    private static void tell(PrintWriter err, String line) {
        err.println("demo: " + line);
        err.flush();
    }

    private void print(Demo.Result result, ResultPrinter printer, PrintWriter out) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("customers", result.customers());
            fields.put("runs", result.runs().stream().map(DemoCommand::fields).toList());
            fields.put("compared", result.compared());
            fields.put("mismatches", result.mismatches());
            printer.json(fields);
            return;
        }
        List<String> titles =
                List.of("First run", "Second run, nothing changed", "Third run, " + result.changed() + " changed");
        for (int i = 0; i < titles.size(); i++) {
            out.println(titles.get(i) + ":");
            printer.print(result.runs().get(i), ResultPrinter.Format.TEXT);
        }
        out.printf(
                "Compared %,d contacts with their customers: %,d mismatches.%n",
                result.compared(), result.mismatches());
    }

    private static Map<String, Object> fields(RunResult run) {
        if (run instanceof RunResult.Done done) {
            return ResultPrinter.fields(done.report());
        }
        if (run instanceof RunResult.Stopped stopped) {
            Map<String, Object> fields = new LinkedHashMap<>(ResultPrinter.fields(stopped.report()));
            fields.putAll(stopped.failure().fields());
            return fields;
        }
        return Map.of("error", "another run is already pushing");
    }

    private static int exitCode(Demo.Result result) {
        boolean through = result.runs().stream().allMatch(RunResult.Done.class::isInstance);
        return through && result.mismatches() == 0 ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static void stayUp(Demo demo, PrintWriter out) throws InterruptedException {
        out.println();
        out.println("Still up; Ctrl-C ends it and removes everything. To push by hand from another terminal:");
        demo.environment().forEach((name, value) -> out.println("  export " + name + "='" + value + "'"));
        out.println("  ./mautic-sync sync");
        out.flush();
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            demo.close();
            stopped.countDown();
        }));
        stopped.await();
    }
}
