package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.setup.check.Finding;
import app.gigpigs.mauticsync.setup.check.Finding.Level;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Findings as lines and as JSON, and the exit code for them. */
public final class FindingPrinter {
    private FindingPrinter() {}

    public static String line(Finding finding) {
        String level = finding.level().name().toLowerCase(Locale.ROOT).replace('_', ' ');
        return String.format(
                Locale.ROOT,
                "%-11s  %s: %s%s",
                level,
                finding.subject(),
                finding.message(),
                finding.fix().isEmpty() ? "" : ". Do: " + finding.fix());
    }

    public static Map<String, Object> fields(Finding finding) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("subject", finding.subject());
        fields.put("level", finding.level().name().toLowerCase(Locale.ROOT));
        fields.put("message", finding.message());
        fields.put("fix", finding.fix());
        return fields;
    }

    public static String summary(List<Finding> findings) {
        return count(findings, Level.OK) + " ok, " + many(count(findings, Level.WARNING), "warning") + ", "
                + many(count(findings, Level.PROBLEM) + count(findings, Level.DOWN), "problem") + ", "
                + count(findings, Level.NOT_CHECKED) + " not checked";
    }

    private static String many(long count, String word) {
        return count + " " + word + (count == 1 ? "" : "s");
    }

    public static int exitCode(List<Finding> findings) {
        if (count(findings, Level.PROBLEM) > 0) {
            return ExitCode.USAGE;
        }
        return count(findings, Level.DOWN) > 0 ? ExitCode.FAILED : ExitCode.DONE;
    }

    private static long count(List<Finding> findings, Level level) {
        return findings.stream().filter(finding -> finding.level() == level).count();
    }
}
