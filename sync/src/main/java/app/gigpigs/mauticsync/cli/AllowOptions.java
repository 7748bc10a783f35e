package app.gigpigs.mauticsync.cli;

import app.gigpigs.mauticsync.consent.Operator;
import app.gigpigs.mauticsync.consent.Operator.Complaints;
import app.gigpigs.mauticsync.consent.Selection;
import app.gigpigs.mauticsync.consent.ledger.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options of {@code consent --allow}. */
final class AllowOptions {
    @Option(
            names = "--allow",
            description = "Let EMAIL, the addresses of --file, or those of --reason be mailed again: end what stands"
                    + " against them. Not while the CRM itself has an opt-out. Needs --by and --why.")
    boolean allow;

    @Option(names = "--file", paramLabel = "FILE", description = "With --allow: a text file, one address a line.")
    @Nullable
    Path file;

    @Option(
            names = "--reason",
            paramLabel = "REASON",
            description = "With --allow: all statements with this reason, said between --from and --until:"
                    + " ${COMPLETION-CANDIDATES}.")
    @Nullable
    Reason reason;

    @Option(
            names = "--from",
            paramLabel = "TIME",
            description = "With --reason: said since then, for example 2026-11-24T10:00:00Z or 2026-11-24.")
    @Nullable
    String from;

    @Option(names = "--until", paramLabel = "TIME", description = "With --reason: said before this time.")
    @Nullable
    String until;

    @Option(names = "--by", paramLabel = "NAME", description = "With --allow: who decides so. It is kept.")
    String by = "";

    @Option(names = "--why", paramLabel = "TEXT", description = "With --allow: why. It is kept.")
    String why = "";

    @Option(names = "--complaints", description = "With --allow: end complaints of spam, too.")
    boolean complaints;

    @Option(names = "--yes", description = "With --allow: do not ask.")
    boolean yes;

    Operator operator() {
        if (by.isBlank() || why.isBlank()) {
            throw new IllegalArgumentException(
                    "--allow needs --by NAME and --why TEXT: both are kept with the statements");
        }
        return new Operator(by.strip(), why.strip(), complaints ? Complaints.END : Complaints.STAY);
    }

    /** What is to be allowed. */
    Selection selection(@Nullable String email) {
        if ((email == null ? 0 : 1) + (file == null ? 0 : 1) + (reason == null ? 0 : 1) != 1) {
            throw new IllegalArgumentException("give one of EMAIL, --file FILE, --reason REASON");
        }
        if (email != null) {
            return Selection.Addresses.of(List.of(email));
        }
        return file == null ? said() : Selection.Addresses.of(lines(file));
    }

    private Selection said() {
        if (reason == null || from == null || until == null) {
            throw new IllegalArgumentException("--reason needs --from TIME and --until TIME");
        }
        Instant first = time("--from", from);
        Instant end = time("--until", until);
        if (!first.isBefore(end)) {
            throw new IllegalArgumentException("--from must be before --until");
        }
        return new Selection.Said(reason, first, end);
    }

    private static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file).stream()
                    .map(String::strip)
                    .filter(line -> line.indexOf('@') > 0)
                    .toList();
        } catch (IOException e) {
            throw new IllegalArgumentException("there is no file " + file + " that can be read", e);
        }
    }

    private static Instant time(String option, String text) {
        try {
            return text.length() == "2026-11-24".length()
                    ? LocalDate.parse(text).atStartOfDay().toInstant(ZoneOffset.UTC)
                    : Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    option + " is \"" + text + "\"; write it as 2026-11-24T10:00:00Z or 2026-11-24", e);
        }
    }
}
