package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.outbound.RunResult;
import app.gigpigs.mauticsync.plan.PlannedCounts;
import app.gigpigs.mauticsync.runs.RunCounts;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Tells people and scripts what a run did, and answers the exit code for it. */
public final class ResultPrinter {
    private static final int NAMED = 10;

    private final PrintWriter out;
    private final PrintWriter err;

    public ResultPrinter(PrintWriter out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    public int print(RunResult result, Format format) {
        if (result instanceof RunResult.Done done) {
            return done(done.report(), format);
        }
        if (result instanceof RunResult.Stopped stopped) {
            return stopped(stopped, format);
        }
        if (result instanceof RunResult.Paused paused) {
            return nothingDone(paused.words(), format);
        }
        return nothingDone("another run is already pushing to this Mautic; nothing was done", format);
    }

    private int nothingDone(String words, Format format) {
        err.println("mautic-sync: " + words);
        if (format == Format.JSON) {
            json(Map.of("error", words));
        }
        return ExitCode.PARTLY;
    }

    public int print(PlannedCounts preview, Format format) {
        if (format == Format.JSON) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("dryRun", true);
            fields.put("create", preview.create());
            fields.put("update", preview.update());
            fields.put("unchanged", preview.unchanged());
            fields.put("skipped", preview.skipped());
            fields.put("leaving", preview.leaving());
            fields.put("waiting", preview.waiting());
            json(fields);
        } else {
            out.printf(
                    "Would send %,d customers: %,d without a contact yet, %,d to update.%n",
                    preview.create() + preview.update(), preview.create(), preview.update());
            out.printf(
                    "Unchanged %,d, skipped %,d, leaving our segments %,d, waiting after a refusal %,d. Nothing was written.%n",
                    preview.unchanged(), preview.skipped(), preview.leaving(), preview.waiting());
        }
        return ExitCode.DONE;
    }

    private int done(RunResult.Report report, Format format) {
        if (format == Format.JSON) {
            json(fields(report));
        } else {
            text(report);
        }
        return report.counts().refused() > 0 ? ExitCode.PARTLY : ExitCode.DONE;
    }

    private int stopped(RunResult.Stopped stopped, Format format) {
        for (String line : stopped.words().split("\n")) {
            err.println("mautic-sync: " + line);
        }
        if (format == Format.JSON) {
            Map<String, Object> fields = new LinkedHashMap<>(fields(stopped.report()));
            fields.put("error", stopped.words());
            json(fields);
        } else if (stopped.report().counts().synced() > 0) {
            text(stopped.report());
        }
        return stopped.kind() == RunResult.Kind.PASSING ? ExitCode.FAILED : ExitCode.USAGE;
    }

    private void text(RunResult.Report report) {
        RunCounts counts = report.counts();
        out.printf(
                Locale.ROOT,
                "Created %,d, updated %,d, adopted %,d; unchanged %,d, skipped %,d, refused %,d.%n",
                counts.created(),
                counts.updated(),
                counts.adopted(),
                counts.unchanged(),
                counts.skipped(),
                counts.refused());
        out.printf(
                Locale.ROOT,
                "Segments: %,d added, %,d removed. Warnings: %,d. %,d requests in %.1f s.%n",
                counts.segmentsAdded(),
                counts.segmentsRemoved(),
                counts.warnings(),
                report.requests(),
                seconds(report));
        if (counts.unsettled() > 0) {
            out.printf("Not settled: %,d; the next run looks them up.%n", counts.unsettled());
        }
        if (report.details().get("refusals") instanceof List<?> refusals) {
            refusals.stream().limit(NAMED).forEach(refusal -> out.println("  refused " + refusal));
        }
    }

    /** The fields that a script reads of one run. */
    public static Map<String, Object> fields(RunResult.Report report) {
        RunCounts counts = report.counts();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("created", counts.created());
        fields.put("updated", counts.updated());
        fields.put("adopted", counts.adopted());
        fields.put("unchanged", counts.unchanged());
        fields.put("skipped", counts.skipped());
        fields.put("refused", counts.refused());
        fields.put("warnings", counts.warnings());
        fields.put("segmentsAdded", counts.segmentsAdded());
        fields.put("segmentsRemoved", counts.segmentsRemoved());
        fields.put("requests", report.requests());
        fields.put("seconds", seconds(report));
        if (counts.unsettled() > 0) {
            fields.put("unsettled", counts.unsettled());
        }
        return fields;
    }

    private static double seconds(RunResult.Report report) {
        return report.took().toMillis() / 1000.0;
    }

    public void json(Map<String, ?> fields) {
        try {
            out.println(new ObjectMapper().writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of numbers and text are JSON", e);
        }
    }

    /** For whom it is printed. */
    public enum Format {
        TEXT,
        JSON
    }
}
