package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.ResultPrinter;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** The command line: subcommands, and what an exception becomes. */
@Command(
        name = "mautic-sync",
        mixinStandardHelpOptions = true,
        versionProvider = MauticSync.Version.class,
        description = "Synchronizes a Supabase CRM and a self-hosted Mautic in both directions.",
        footer = {
            "",
            "Example: ./mautic-sync demo",
            "Exit codes: 0 done, 1 failed, 2 wrong usage or configuration, 3 done in part"
        })
public final class MauticSync implements Callable<Integer>, Terminal.Owner {
    /** In the order of the help. */
    private static final List<Class<? extends Callable<Integer>>> COMMANDS = List.of(
            SyncCommand.class,
            ServeCommand.class,
            PlanCommand.class,
            StatusCommand.class,
            FailedCommand.class,
            RetryCommand.class,
            PauseCommand.class,
            ResumeCommand.class,
            ExplainCommand.class,
            ReconcileCommand.class,
            UndoCommand.class,
            SwitchInstanceCommand.class,
            CatchUpCommand.class,
            InboxCommand.class,
            ReplayCommand.class,
            ConsentCommand.class,
            ImportSuppressionsCommand.class,
            ExportSuppressionsCommand.class,
            EraseCommand.class,
            SetupCommand.class,
            DoctorCommand.class,
            AlertCommand.class,
            MigrateCommand.class);

    @Spec
    private CommandSpec spec;

    private final Terminal terminal;

    private MauticSync(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Terminal terminal() {
        return terminal;
    }

    /** Without a command only the help is shown. */
    @Override
    public Integer call() {
        spec.commandLine().usage(spec.commandLine().getErr());
        return ExitCode.USAGE;
    }

    /**
     * Commands of another package.
     *
     * @param first listed before ours
     * @param last listed after ours
     */
    public record Further(
            List<Class<? extends Callable<Integer>>> first, List<Class<? extends Callable<Integer>>> last) {
        /** Ours alone. */
        public static final Further NONE = new Further(List.of(), List.of());

        public Further {
            first = List.copyOf(first);
            last = List.copyOf(last);
        }
    }

    /** Runs a command line and answers its exit code. */
    public static int run(Further further, String... arguments) {
        Terminal terminal = Terminal.ofProcess();
        CommandLine line = commandLine(terminal, further);
        Interruption interruption = Interruption.of(terminal.stop(), line.getErr());
        try {
            return line.execute(arguments);
        } finally {
            interruption.ended();
        }
    }

    /** Ready to be run. */
    public static CommandLine commandLine(Terminal terminal, Further further) {
        CommandLine line = new CommandLine(new MauticSync(terminal));
        Stream.of(further.first(), COMMANDS, further.last())
                .flatMap(List::stream)
                .forEach(line::addSubcommand);
        // The lines below apply to the commands added so far.
        return line.addSubcommand(new CommandLine.HelpCommand())
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> explain(failure, command, parsed.originalArgs()))
                .registerConverter(CustomerId.class, MauticSync::customer)
                .setCaseInsensitiveEnumValuesAllowed(true);
    }

    private static CustomerId customer(String text) {
        try {
            return CustomerId.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandLine.TypeConversionException(e.getMessage() + "; explain EMAIL tells it");
        }
    }

    /** Prints one sentence; the stack trace goes to the debug log, but for a defect's. */
    private static int explain(Exception thrown, CommandLine command, List<String> arguments) {
        Failure failure = Failure.of(thrown);
        LoggerFactory.getLogger(MauticSync.class)
                .atLevel(failure.code() == ErrorCode.DEFECT ? Level.ERROR : Level.DEBUG)
                .setCause(thrown)
                .log("the command failed");
        for (String line : failure.line().split("\n")) {
            command.getErr().println("mautic-sync: " + line);
        }
        if (arguments.contains("--json")) {
            new ResultPrinter(command.getOut(), command.getErr()).json(failure);
        }
        return ExitCode.of(failure.code());
    }

    /** The version that the build wrote into the jar. */
    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = MauticSync.class.getPackage().getImplementationVersion();
            return new String[] {"mautic-sync " + (version == null ? "(not packaged)" : version)};
        }
    }
}
