package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.consent.ledger.OptOut;
import app.gigpigs.mauticsync.consent.suppression.list.ListOptions;
import app.gigpigs.mauticsync.consent.suppression.list.Meaning;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Spec.Target;

/** What a person says about a list that is not clear by itself. */
final class ListArguments {
    @Spec(Target.MIXEE)
    private @Nullable CommandSpec spec;

    @Option(
            names = "--email-column",
            paramLabel = "COLUMN",
            description = "The column with the addresses, by its name or number. May be given more than once.")
    private List<String> emailColumns = List.of();

    @Option(
            names = "--ignore-column",
            paramLabel = "COLUMN",
            description = "A column that says nothing about opt-outs. May be given more than once.")
    private List<String> ignoredColumns = List.of();

    @Option(
            names = "--word",
            paramLabel = "VALUE=MEANING",
            description = "What a value of the list means: opted-out, unsubscribed, bounced, complained, blocked, or"
                    + " not-opted-out. \"(empty)\" is an empty cell. May be given more than once.")
    private List<String> meanings = List.of();

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "The reason of lines that have none: unsubscribed, bounced, complained, or blocked.")
    private @Nullable String reason;

    ListOptions options() {
        try {
            return new ListOptions(
                    emailColumns,
                    ignoredColumns,
                    meanings(),
                    Optional.ofNullable(reason).map(ListArguments::reason));
        } catch (IllegalArgumentException e) {
            if (spec == null) {
                throw e;
            }
            throw new ParameterException(spec.commandLine(), e.getMessage(), e);
        }
    }

    private Map<String, Meaning> meanings() {
        Map<String, Meaning> named = new LinkedHashMap<>();
        for (String one : meanings) {
            int divided = one.lastIndexOf('=');
            if (divided < 0) {
                throw new IllegalArgumentException("--word needs VALUE=MEANING, such as \"on hold=opted-out\"");
            }
            named.put(one.substring(0, divided), Meaning.named(one.substring(divided + 1)));
        }
        return named;
    }

    private static OptOut.Reason reason(String name) {
        OptOut.Reason reason = Meaning.named(name).reason();
        if (reason == null) {
            throw new IllegalArgumentException("--reason is one of unsubscribed, bounced, complained, blocked");
        }
        return reason;
    }
}
