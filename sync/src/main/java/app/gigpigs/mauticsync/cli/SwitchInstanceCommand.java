package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.SetupWiring;
import app.gigpigs.mauticsync.cli.output.Confirmation;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.instance.InstanceCheck;
import app.gigpigs.mauticsync.instance.InstanceSwitch;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "switch-instance",
        mixinStandardHelpOptions = true,
        description = {
            "Forgets the contact ids of the previous Mautic instance. The next run looks every customer up again.",
            "Use it after Mautic was replaced, installed anew or restored from a backup. Stop serve first.",
            "Opt-outs and events stay."
        },
        footer = {
            "",
            "Example: ./mautic-sync switch-instance",
            "Exit codes: 0 done; 1 failed, or a run or a catch-up is active; 2 wrong usage or configuration; 3 not confirmed"
        })
final class SwitchInstanceCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(names = "--yes", description = "Forget without asking.")
    private boolean yes;

    @Option(names = "--json", description = "Print one JSON object; needs --yes.")
    private boolean json;

    @Override
    public Integer call() {
        if (json && !yes) {
            throw new ParameterException(spec.commandLine(), "--json cannot ask; add --yes");
        }
        try (Connections both = Connections.connect(new Config(Terminal.of(spec).environment()).sync())) {
            return run(SetupWiring.instanceSwitch(both), SetupWiring.instanceCheck(both));
        }
    }

    private int run(InstanceSwitch switchInstance, InstanceCheck mautic) {
        Output output = new Output(spec);
        if (!yes && !confirmed(output, switchInstance.look(), mautic)) {
            output.line("Nothing was forgotten.");
            return ExitCode.PARTLY;
        }
        Optional<InstanceSwitch.Known> forgotten = switchInstance.forget();
        if (forgotten.isEmpty()) {
            return stillRunning(output);
        }
        if (json) {
            output.json(forgotten.get());
        } else {
            output.line(
                    "Forgotten: the contacts of " + forgotten.get().contacts() + " customers. Now ./mautic-sync setup"
                            + " creates what this Mautic lacks, ./mautic-sync plan --against-mautic shows which contacts it has, and"
                            + " the next run looks every customer up.");
        }
        return ExitCode.DONE;
    }

    private static boolean confirmed(Output output, InstanceSwitch.Known known, InstanceCheck mautic) {
        output.line("This would be forgotten:");
        output.line("  the contacts of " + known.contacts() + " customers, and what they were sent");
        output.line("  " + known.segments() + " segments, and who was put into them");
        output.line("  the values of " + known.overwritten() + " contacts that undo could put back");
        output.line("  how far Mautic's tables were read");
        output.line("This stays: all opt-outs, erasures and suppressions, and " + known.events() + " events.");
        output.line(
                "Before that, " + known.deliveries() + " pending deliveries are processed. Those that fail are dead.");
        if (mautic.recognised()) {
            output.line(
                    "Take care: this Mautic has contacts with the stored ids. Go on if it is a copy, or was restored from"
                            + " a backup. If nothing happened to it, answer no: all its opens, clicks and bounces would count a"
                            + " second time.");
        }
        return Confirmation.given(output, "Forget?");
    }

    private int stillRunning(Output output) {
        String message =
                "a run or a catch-up is active; nothing was forgotten: stop ./mautic-sync serve, then call this again";
        output.failed(new Failure(ErrorCode.RUN_ACTIVE, message), json ? Format.JSON : Format.TEXT);
        return ExitCode.FAILED;
    }
}
