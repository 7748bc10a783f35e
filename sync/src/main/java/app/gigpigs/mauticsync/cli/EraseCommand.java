package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.app.Config;
import app.gigpigs.mauticsync.app.Connections;
import app.gigpigs.mauticsync.app.ConsentWiring;
import app.gigpigs.mauticsync.cli.output.Confirmation;
import app.gigpigs.mauticsync.cli.output.ExitCode;
import app.gigpigs.mauticsync.cli.output.Output;
import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.cli.output.Terminal;
import app.gigpigs.mauticsync.consent.erasure.Erasure;
import app.gigpigs.mauticsync.consent.erasure.ErasureReversal;
import app.gigpigs.mauticsync.db.Database;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
            "Erases a person from Mautic and from the sync's own tables, and never sends the address again.",
            "You have to delete the person's rows in the CRM yourself."
        },
        footer = {
            "",
            "Example: ./mautic-sync erase anna@example.com",
            "Exit codes: 0 erased; 1 failed, or a run did not end in time: call it again; 2 wrong usage or configuration; 3 not confirmed"
        })
final class EraseCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(paramLabel = "EMAIL", description = "The person's e-mail address.")
    private String email = "";

    @Option(names = "--revert", description = "Undo the block: the next sync sends the customers who have the address.")
    private boolean revert;

    @Option(names = "--yes", description = "Erase without asking.")
    private boolean yes;

    @Option(names = "--json", description = "Print the receipt as one JSON object; needs --yes.")
    private boolean json;

    @Override
    public Integer call() {
        if (!email.strip().matches("[^@\\s]+@[^@\\s]+")) {
            throw new ParameterException(spec.commandLine(), "EMAIL must be an e-mail address");
        }
        if (json && !yes) {
            throw new ParameterException(spec.commandLine(), "--json cannot ask; add --yes");
        }
        Output output = new Output(spec);
        Config.Sync config = new Config(Terminal.of(spec).environment()).sync();
        if (revert) {
            try (Database database = Connections.database(config.database())) {
                return revert(output, ConsentWiring.erasureReversal(database, config));
            }
        }
        try (Connections both = Connections.connect(config, Terminal.of(spec).stop())) {
            return erase(output, new ConsentWiring(both).erasure());
        }
    }

    private int erase(Output output, Erasure erasure) {
        if (!yes && !confirmed(output, erasure.look(email))) {
            output.line("Nothing was erased.");
            return ExitCode.PARTLY;
        }
        Optional<Erasure.Receipt> receipt = erasure.erase(email);
        if (receipt.isEmpty()) {
            return stillRunning(output);
        }
        print(output, receipt.get());
        return ExitCode.DONE;
    }

    private int revert(Output output, ErasureReversal reversal) {
        if (!yes && !revertConfirmed(output, reversal.look(email))) {
            output.line("Nothing was reverted.");
            return ExitCode.PARTLY;
        }
        ErasureReversal.Found reverted = reversal.revert(email);
        if (json) {
            output.json(reverted);
        } else if (reverted.nothing()) {
            output.line("This address is not blocked; there was nothing to revert.");
        } else {
            output.line("Reverted: " + reverted.hashes() + " hashes were deleted. " + whatNow(reverted));
            if (reverted.statements() > 0) {
                output.line(reverted.statements()
                        + " statements about consent from before the erasure have their address again;"
                        + " ./mautic-sync consent EMAIL shows them.");
            }
        }
        return ExitCode.DONE;
    }

    private static boolean revertConfirmed(Output output, ErasureReversal.Found found) {
        if (found.nothing()) {
            return true;
        }
        output.line("This address is blocked by " + found.hashes() + " hashes. " + whatNow(found));
        return Confirmation.given(output, "Send this address again?");
    }

    private static String whatNow(ErasureReversal.Found found) {
        return found.customers() == 0
                ? "No customer has the address now. A customer who gets it is sent like any other."
                : "The next sync sends the " + found.customers()
                        + " customers who have the address now, with their consent in the CRM. Mautic may mail those who"
                        + " are opted in.";
    }

    private static boolean confirmed(Output output, Erasure.Findings found) {
        output.line(found.already() ? "This address was erased before." : "This would be erased:");
        output.line("  in Mautic: " + found.contacts().size() + " contacts"
                + (found.contacts().isEmpty() ? "" : " " + found.contacts()));
        found.rows().forEach((table, rows) -> output.line("  " + table + ": " + rows + " rows"));
        output.line("  in the CRM: nothing; " + found.customers()
                + " customers have the address. You have to delete them. They are not sent any more.");
        mauticKeeps(found.contacts()).forEach(line -> output.line("  " + line));
        return Confirmation.given(output, "Erase for good?");
    }

    /** Mautic deletes a contact, but keeps what these two tables say about it: neither goes with the contact. */
    private static List<String> mauticKeeps(List<Long> contacts) {
        String ids = contacts.isEmpty()
                ? "the ids of the deleted contacts"
                : contacts.stream().map(String::valueOf).collect(Collectors.joining(", "));
        return List.of(
                "Mautic itself keeps the address of each mail that it sent, and the history of the contact. No call of its"
                        + " API removes them. In Mautic's database, with the prefix of its tables:",
                "  update email_stats set email_address = '', tokens = null where email_address = 'EMAIL';",
                "  delete from audit_log where bundle = 'lead' and object_id in (" + ids + ");");
    }

    private int stillRunning(Output output) {
        String message = "another run is pushing and does not end. The address is blocked from the next run on,"
                + " but the person is not erased yet: call this again after the run, or call ./mautic-sync pause first";
        output.failed(new Failure(ErrorCode.ERASURE_WAITS, message), json ? Format.JSON : Format.TEXT);
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
            fields.put("mauticKeeps", mauticKeeps(receipt.removed().contactIds()));
            output.json(fields);
            return;
        }
        output.line((receipt.already() ? "Already erased" : "Erased") + "; the hash of the address begins with "
                + receipt.hash() + ", kept since " + receipt.since().truncatedTo(ChronoUnit.SECONDS) + ".");
        output.line("  in Mautic: " + receipt.removed().contacts() + " contacts deleted");
        receipt.removed().rows().forEach((table, rows) -> output.line("  " + table + ": " + rows));
        output.line(
                "  in the CRM: " + receipt.customersLeft() + " customers have the address. You have to delete them.");
        mauticKeeps(receipt.removed().contactIds()).forEach(line -> output.line("  " + line));
    }
}
