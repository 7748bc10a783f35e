package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.ConsentWiring;
import app.gigpigs.mauticsync.cli.output.Confirmation;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.suppression.SuppressionImport;
import app.gigpigs.mauticsync.consent.suppression.SuppressionImport.Report;
import app.gigpigs.mauticsync.consent.suppression.list.SuppressionList;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.mautic.MauticSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "import-suppressions",
        mixinStandardHelpOptions = true,
        description = {
            "Imports a blocklist: addresses that must not be mailed, for example Brevo's.",
            "Keeps a statement about each address, opts customers out in the CRM and sets do-not-contact in Mautic; an"
                    + " address that no customer has is kept for later.",
            "The blocklist is a CSV file as another system exported it. A list of all contacts is read, too, if a column"
                    + " says who opted out. What is not clear is asked for, and nothing is imported until it is said."
        },
        footer = {
            "",
            "Example: ./mautic-sync import-suppressions blocklist.csv --dry-run",
            "Exit codes: 0 done; 1 failed; 2 wrong usage or configuration, or an unusable file; 3 done in part, or not confirmed"
        })
final class ImportSuppressionsCommand implements Callable<Integer> {
    private static final long TOLD_EVERY = 10_000;

    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", arity = "0..1", description = "The list, as it was exported.")
    private @Nullable Path file;

    @Option(
            names = "--from-mautic",
            description =
                    "Import the do-not-contact entries of a previous Mautic instead; needs FROM_MAUTIC_URL and its"
                            + " credentials.")
    private boolean fromMautic;

    @Mixin
    private ListArguments list = new ListArguments();

    @Option(names = "--dry-run", description = "Show how the list is understood, count, and change nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Import without asking.")
    private boolean yes;

    @Option(
            names = "--confirm",
            paramLabel = "N",
            description = "With --yes, pass the safety limit: up to N customers may be opted out.")
    private @Nullable Integer confirm;

    @Option(names = "--json", description = "Print one JSON object; needs --yes or --dry-run.")
    private boolean json;

    @Override
    public Integer call() {
        if (fromMautic == (file != null)) {
            throw new ParameterException(spec.commandLine(), "name a FILE, or --from-mautic");
        }
        // A pipe could be read once only, and would look like an empty list.
        if (file != null && (!Files.isRegularFile(file) || !Files.isReadable(file))) {
            throw new ParameterException(spec.commandLine(), "there is no file " + file + " that can be read");
        }
        if (json && !yes && !dryRun) {
            throw new ParameterException(spec.commandLine(), "--json cannot ask; add --yes or --dry-run");
        }
        Config config = new Config(Terminal.of(spec).environment());
        try {
            return file == null ? importPrevious(config) : importList(config, file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The list is read before anything else: a mistake in it is told even without a connection. */
    private int importList(Config config, Path from) throws IOException {
        SuppressionList read = SuppressionList.of(from, list.options());
        try (Connections both =
                Connections.connect(config.sync(), Terminal.of(spec).stop())) {
            ConsentWiring wiring = new ConsentWiring(both);
            Optional<String> stopped = yes && !dryRun ? wiring.importLimit().stops(read, confirm) : Optional.empty();
            return stopped.isPresent() ? stopped(stopped.get()) : run(wiring.suppressionImport(), read);
        }
    }

    /** By a list in a folder that only this user may read. */
    private int importPrevious(Config config) throws IOException {
        MauticSettings previous = config.previousMautic();
        Path folder = Files.createTempDirectory("mautic-sync");
        Path entries = folder.resolve("do-not-contact.csv");
        try {
            long without = ConsentWiring.previousOptOuts(previous, entries);
            if (without > 0) {
                new Output(spec).error(without + " do-not-contact entries have no usable address and are left out");
            }
            return importList(config, entries);
        } finally {
            Files.deleteIfExists(entries);
            Files.delete(folder);
        }
    }

    private int stopped(String message) {
        Output output = new Output(spec);
        output.failed(new Failure(ErrorCode.SAFETY_LIMIT, message), json ? Format.JSON : Format.TEXT);
        return ExitCode.USAGE;
    }

    private int run(SuppressionImport suppressions, SuppressionList read) throws IOException {
        if (!json) {
            ListSummaryPrinter.text(new Output(spec), read.summary());
        }
        if (dryRun) {
            Report would = suppressions.look(read, this::told);
            print(read, would, "Would be");
            return ended(would);
        }
        if (!yes && !confirmed(suppressions.look(read, this::told))) {
            return ExitCode.PARTLY;
        }
        Report done = suppressions.apply(read, this::told);
        print(read, done, "Were");
        return ended(done);
    }

    private boolean confirmed(Report would) {
        Output output = new Output(spec);
        text(output, would, "Would be");
        boolean confirmed = Confirmation.given(output, "Import?");
        if (!confirmed) {
            output.line("Nothing was imported.");
        }
        return confirmed;
    }

    private void print(SuppressionList read, Report report, String verb) {
        if (json) {
            Map<String, Object> fields = fields(report);
            fields.put("list", ListSummaryPrinter.fields(read.summary()));
            new Output(spec).json(fields);
        } else {
            text(new Output(spec), report, verb);
        }
    }

    private static int ended(Report report) {
        return report.bad().lines() + report.crm().rejected() > 0 ? ExitCode.PARTLY : ExitCode.DONE;
    }

    private void told(long lines) {
        Terminal.of(spec).stop().check();
        if (!json && lines >= TOLD_EVERY && lines % TOLD_EVERY == 0) {
            spec.commandLine().getErr().println(lines + " addresses");
        }
    }

    private static void text(Output output, Report report, String verb) {
        output.line(report.addresses() + " addresses on the list.");
        output.line(verb + " opted out in the CRM: "
                + (verb.equals("Were") ? report.crm().optedOut() + " of " : "at most ")
                + report.crm().customers() + " customers who have such an address.");
        if (report.crm().rejected() > 0) {
            output.line("Rejected by the CRM: " + report.crm().rejected()
                    + " of these; their contacts are set to do-not-contact. doctor says why; fix it and import again.");
        }
        output.line(
                verb + " set to do-not-contact in Mautic: " + report.mautic().entries() + " of "
                        + report.mautic().contacts() + " contacts that have such an address.");
        output.line("Known to no customer yet: " + report.unknown().addresses()
                + (verb.equals("Were")
                        ? ", new statements in the ledger: " + report.unknown().kept()
                        : "") + ".");
        if (report.bad().lines() > 0) {
            output.line("Without a usable address: " + report.bad().lines() + " lines, beginning with "
                    + report.bad().first() + ".");
        }
        output.line(
                "The next run sends the opt-outs of the CRM. If the safety limit stops it, it names the command that lets it go on.");
    }

    private static Map<String, Object> fields(Report report) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("addresses", report.addresses());
        fields.put("customers", report.crm().customers());
        fields.put("optedOut", report.crm().optedOut());
        fields.put("rejected", report.crm().rejected());
        fields.put("contacts", report.mautic().contacts());
        fields.put("doNotContact", report.mautic().entries());
        fields.put("unknown", report.unknown().addresses());
        fields.put("kept", report.unknown().kept());
        fields.put("badLines", report.bad().lines());
        fields.put("firstBadLines", report.bad().first());
        return fields;
    }
}
