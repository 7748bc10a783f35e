package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.suppression.SuppressionExport;
import app.gigpigs.mauticsync.consent.suppression.SuppressionExport.Report;
import app.gigpigs.mauticsync.db.Database;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "export-suppressions",
        mixinStandardHelpOptions = true,
        description = {
            "Writes every address that must not be mailed into a CSV file: email, reason, date.",
            "Other systems take it, and import-suppressions reads it back the same. People who were erased are not in it:"
                    + " only their hash is kept."
        },
        footer = {
            "",
            "Example: ./mautic-sync export-suppressions blocklist.csv",
            "Exit codes: 0 done; 1 failed; 2 wrong usage or configuration; 3 some addresses are malformed and not in the file"
        })
final class ExportSuppressionsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "FILE", description = "The file to write; it must not exist. Only you may read it.")
    private Path file = Path.of("");

    @Option(names = "--json", description = "Print one JSON object with the counts.")
    private boolean json;

    @Override
    public Integer call() {
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        try (Database database = Connections.database(config.database())) {
            Report report = new SuppressionExport(database.jdbi()).write(file);
            print(report);
            return report.malformed() > 0 ? ExitCode.PARTLY : ExitCode.DONE;
        } catch (FileAlreadyExistsException e) {
            throw new ParameterException(spec.commandLine(), file + " exists already; name another file", e);
        } catch (NoSuchFileException e) {
            throw new ParameterException(spec.commandLine(), "there is no folder for " + file, e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void print(Report report) {
        Output output = new Output(spec);
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("addresses", report.addresses());
            fields.put("byReason", reasons(report));
            fields.put("hashOnly", report.hashed());
            fields.put("malformed", report.malformed());
            output.json(fields);
            return;
        }
        output.line(report.addresses() + " addresses: "
                + reasons(report).entrySet().stream()
                        .map(one -> one.getValue() + " " + one.getKey())
                        .collect(Collectors.joining(", "))
                + ".");
        if (report.hashed() > 0) {
            output.line("Not in the file: " + report.hashed() + " addresses of which only the hash is kept.");
        }
        if (report.malformed() > 0) {
            output.line("Not in the file: " + report.malformed() + " lines whose address is malformed.");
        }
    }

    private static Map<String, Long> reasons(Report report) {
        Map<String, Long> counts = new LinkedHashMap<>();
        for (String reason : new String[] {"unsubscribed", "complained", "bounced", "blocked"}) {
            counts.put(reason, report.byReason().getOrDefault(reason, 0L));
        }
        return counts;
    }
}
