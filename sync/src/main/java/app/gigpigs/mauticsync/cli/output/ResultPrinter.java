package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
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

/** Prints what a run did, for people or scripts, and returns the exit code for it. */
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
            return done(done, format);
        }
        if (result instanceof RunResult.Stopped stopped) {
            return stopped(stopped, format);
        }
        if (result instanceof RunResult.Paused paused) {
            return nothingDone(new Failure(ErrorCode.PAUSED, paused.message()), format);
        }
        return nothingDone(
                new Failure(ErrorCode.RUN_ACTIVE, "another run is already pushing to this Mautic; nothing was done"),
                format);
    }

    private int nothingDone(Failure failure, Format format) {
        err.println("mautic-sync: " + failure.line());
        if (format == Format.JSON) {
            json(failure);
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
            fields.put("removed", preview.removed());
            fields.put("waiting", preview.waiting());
            json(fields);
        } else {
            out.printf(
                    "Would send %,d customers: %,d without a contact yet, %,d to update.%n",
                    preview.create() + preview.update(), preview.create(), preview.update());
            out.printf(
                    "Unchanged %,d, skipped %,d, removed %,d, waiting after a rejection %,d. Nothing was written.%n",
                    preview.unchanged(), preview.skipped(), preview.removed(), preview.waiting());
        }
        return ExitCode.DONE;
    }

    private int done(RunResult.Done done, Format format) {
        RunResult.Report report = done.report();
        if (format == Format.JSON) {
            Map<String, Object> fields = new LinkedHashMap<>(fields(report));
            done.openFor().ifPresent(time -> fields.put("openForSeconds", time.toSeconds()));
            json(fields);
        } else {
            text(report);
            done.openFor()
                    .ifPresent(time -> out.printf(
                            "Mautic may still be working on writes whose answers were lost, for %,d s at most;"
                                    + " their customers are sent again after that.%n",
                            time.toSeconds()));
        }
        return report.counts().rejected() > 0 ? ExitCode.PARTLY : ExitCode.DONE;
    }

    private int stopped(RunResult.Stopped stopped, Format format) {
        for (String line : stopped.failure().line().split("\n")) {
            err.println("mautic-sync: " + line);
        }
        if (format == Format.JSON) {
            Map<String, Object> fields = new LinkedHashMap<>(fields(stopped.report()));
            fields.putAll(stopped.failure().fields());
            json(fields);
        } else if (stopped.report().counts().synced() > 0) {
            text(stopped.report());
        }
        return ExitCode.of(stopped.failure().code());
    }

    private void text(RunResult.Report report) {
        RunCounts counts = report.counts();
        out.printf(
                Locale.ROOT,
                "Created %,d, updated %,d, matched %,d; unchanged %,d, skipped %,d, rejected %,d.%n",
                counts.created(),
                counts.updated(),
                counts.matched(),
                counts.unchanged(),
                counts.skipped(),
                counts.rejected());
        out.printf(
                Locale.ROOT,
                "Segments: %,d added, %,d removed. Warnings: %,d. %,d requests in %.1f s.%n",
                counts.segmentsAdded(),
                counts.segmentsRemoved(),
                counts.warnings(),
                report.requests(),
                seconds(report));
        if (counts.outcomeUnknown() > 0) {
            out.printf("Outcome unknown: %,d; each run looks them up.%n", counts.outcomeUnknown());
        }
        if (report.details().get("rejections") instanceof List<?> rejections) {
            rejections.stream().limit(NAMED).forEach(rejection -> out.println("  rejected " + rejection));
        }
    }

    /** The fields that a script reads of one run. */
    public static Map<String, Object> fields(RunResult.Report report) {
        RunCounts counts = report.counts();
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("run", report.run().toString());
        fields.put("created", counts.created());
        fields.put("updated", counts.updated());
        fields.put("matched", counts.matched());
        fields.put("unchanged", counts.unchanged());
        fields.put("skipped", counts.skipped());
        fields.put("rejected", counts.rejected());
        fields.put("warnings", counts.warnings());
        fields.put("segmentsAdded", counts.segmentsAdded());
        fields.put("segmentsRemoved", counts.segmentsRemoved());
        fields.put("requests", report.requests());
        fields.put("seconds", seconds(report));
        if (counts.outcomeUnknown() > 0) {
            fields.put("outcomeUnknown", counts.outcomeUnknown());
        }
        return fields;
    }

    private static double seconds(RunResult.Report report) {
        return report.took().toMillis() / 1000.0;
    }

    /** A failure as a script reads it. */
    public void json(Failure failure) {
        json(failure.fields());
    }

    public void json(Map<String, ?> fields) {
        try {
            out.println(new ObjectMapper().writeValueAsString(fields));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of numbers and text are JSON", e);
        }
    }

    /** For people or for scripts. */
    public enum Format {
        TEXT,
        JSON
    }
}
