package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.App;
import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.cli.output.Confirmation;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.erasure.Erasure;
import app.gigpigs.mauticsync.consent.erasure.ErasureReversal;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "erase",
        mixinStandardHelpOptions = true,
        description = {
            "Erases a person in Mautic and in the sync's own tables, and keeps the person out from then on.",
            "The CRM's own rows are yours to delete. Needs MAUTIC_SYNC_HASH_KEY."
        },
        footer = {"", "Example: ./mautic-sync erase anna@example.com"})
final class EraseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "EMAIL", description = "The person's e-mail address.")
    private String email = "";

    @Option(names = "--revert", description = "Let the person in again: the next sync sends whoever has the address.")
    private boolean revert;

    @Option(names = "--yes", description = "Do not ask.")
    private boolean yes;

    @Option(names = "--json", description = "Print the receipt as one JSON object; needs --yes.")
    private boolean json;

    @Override
    public Integer call() {
        if (!email.strip().matches("[^@\\s]+@[^@\\s]+")) {
            throw new ParameterException(spec.commandLine(), "EMAIL must be an e-mail address");
        }
        if (json && !yes) {
            throw new ParameterException(spec.commandLine(), "--json does not ask: give --yes, too");
        }
        Output output = new Output(spec);
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        return revert ? App.reversal(config, reversal -> revert(output, reversal)) : erase(output, config);
    }

    private int erase(Output output, Config.Sync config) {
        return App.erasure(config, erasure -> {
            if (!yes && !confirmed(output, erasure.look(email))) {
                output.line("Nothing was erased.");
                return ExitCode.PARTLY;
            }
            Optional<Erasure.Receipt> receipt = erasure.erase(email);
            if (receipt.isEmpty()) {
                return held(output);
            }
            print(output, receipt.get());
            return ExitCode.DONE;
        });
    }

    private int revert(Output output, ErasureReversal reversal) {
        if (!yes && !wantsBack(output, reversal.look(email))) {
            output.line("Nothing was lifted.");
            return ExitCode.PARTLY;
        }
        ErasureReversal.Found reverted = reversal.revert(email);
        if (json) {
            output.json(reverted);
        } else if (reverted.hashes() == 0) {
            output.line("This address is not kept out; there was nothing to lift.");
        } else {
            output.line("Lifted: " + reverted.hashes() + " hashes are forgotten. " + whatNow(reverted));
        }
        return ExitCode.DONE;
    }

    private static boolean wantsBack(Output output, ErasureReversal.Found found) {
        if (found.hashes() == 0) {
            return true;
        }
        output.line("This address is kept out, by " + found.hashes() + " hashes. " + whatNow(found));
        return Confirmation.given(output, "Let this person in again?");
    }

    private static String whatNow(ErasureReversal.Found found) {
        return found.customers() == 0
                ? "No customer has the address now; one that gets it is sent like any other."
                : "The next sync sends the " + found.customers()
                        + " customers who have the address now, with the consent that the CRM has of them: where it"
                        + " says yes, Mautic may mail them.";
    }

    private static boolean confirmed(Output output, Erasure.Findings found) {
        output.line(found.already() ? "This address was erased before." : "This would be erased:");
        output.line("  in Mautic: " + found.contacts().size() + " contacts"
                + (found.contacts().isEmpty() ? "" : " " + found.contacts()));
        found.rows().forEach((table, rows) -> output.line("  " + table + ": " + rows + " rows"));
        output.line("  in the CRM: nothing; " + found.customers()
                + " customers have the address, and are yours to delete. They are not sent any more.");
        return Confirmation.given(output, "Erase for good?");
    }

    private int held(Output output) {
        String message = "another run is pushing and does not end; the person is kept out from the next run on,"
                + " but is not erased yet: call this again when it is over, or ./mautic-sync pause first";
        output.complain(message);
        if (json) {
            output.json(Map.of("error", message));
        }
        return ExitCode.FAILED;
    }

    private void print(Output output, Erasure.Receipt receipt) {
        if (json) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("alreadyErased", receipt.already());
            fields.put("erasedAt", receipt.since().toString());
            fields.put("hash", receipt.hash());
            fields.put("mauticContacts", receipt.removed().contacts());
            fields.put("rows", receipt.removed().rows());
            fields.put("customersLeft", receipt.customersLeft());
            output.json(fields);
            return;
        }
        output.line((receipt.already() ? "Already erased" : "Erased") + "; the hash of the address begins with "
                + receipt.hash() + ", kept since " + receipt.since().truncatedTo(ChronoUnit.SECONDS) + ".");
        output.line("  in Mautic: " + receipt.removed().contacts() + " contacts deleted");
        receipt.removed().rows().forEach((table, rows) -> output.line("  " + table + ": " + rows));
        output.line(
                "  in the CRM: " + receipt.customersLeft() + " customers have the address, and are yours to delete.");
    }
}
