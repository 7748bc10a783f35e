package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.mapping.FieldChange;
import app.gigpigs.mauticsync.outbound.payload.PlannedWrite;
import app.gigpigs.mauticsync.outbound.safety.Impact;
import app.gigpigs.mauticsync.plan.MatchPreview;
import app.gigpigs.mauticsync.plan.SyncPlan;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Prints a plan: customers as they come, then the counts. */
public final class PlanPrinter {
    private final Output output;
    private final Format format;
    private final int limit;
    private int shown;

    public PlanPrinter(Output output, Format format, int limit) {
        this.output = output;
        this.format = format;
        this.limit = limit;
    }

    public void push(PlannedWrite push) {
        if (shown++ >= limit) {
            return;
        }
        if (format == Format.JSON) {
            output.json(fields(push));
            return;
        }
        output.line((push.contactId() == null ? "new contact for " : "contact " + push.contactId() + " of ")
                + "customer " + push.customer());
        for (FieldChange change : push.changes()) {
            output.line("  " + change.alias() + ": " + shown(change.before()) + " -> " + shown(change.after()));
        }
        push.moves().joins().forEach(segment -> output.line("  joins segment " + segment));
        push.moves().removed().forEach(segment -> output.line("  leaves segment " + segment));
        push.warnings().forEach(warning -> output.line("  warning: " + warning));
    }

    private static String shown(@Nullable String value) {
        return value == null ? "(blank)" : "\"" + value + "\"";
    }

    private static Map<String, @Nullable Object> fields(PlannedWrite push) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("customer", push.customer().toString());
        fields.put("contact", push.contactId());
        List<Map<String, @Nullable String>> changes = push.changes().stream()
                .map(change -> {
                    Map<String, @Nullable String> one = new LinkedHashMap<>();
                    one.put("field", change.alias());
                    one.put("before", change.before());
                    one.put("after", change.after());
                    return one;
                })
                .toList();
        fields.put("changes", changes);
        fields.put("joinsSegments", push.moves().joins());
        fields.put("leavesSegments", push.moves().removed());
        fields.put("warnings", push.warnings());
        return fields;
    }

    public void summary(SyncPlan.Summary summary) {
        if (format == Format.JSON) {
            output.json(summaryFields(summary));
            return;
        }
        if (shown > limit) {
            output.line("… and " + (shown - limit) + " more customers (--limit)");
        }
        output.line("Would create " + summary.counts().create() + ", update "
                + summary.counts().update() + "; unchanged " + summary.counts().unchanged() + ", skipped "
                + summary.counts().skipped() + ", removed " + summary.counts().removed() + ", waiting "
                + summary.counts().waiting() + ". Nothing was written.");
        if (!summary.fields().isEmpty()) {
            output.line("Fields that would change: " + summary.fields());
        }
        summary.warnings().forEach((warning, count) -> output.line("Would warn " + count + " times: " + warning));
        summary.safetyLimit().forEach(output::error);
    }

    private static Map<String, @Nullable Object> summaryFields(SyncPlan.Summary summary) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("create", summary.counts().create());
        fields.put("update", summary.counts().update());
        fields.put("unchanged", summary.counts().unchanged());
        fields.put("skipped", summary.counts().skipped());
        fields.put("removed", summary.counts().removed());
        fields.put("waiting", summary.counts().waiting());
        fields.put("fields", summary.fields());
        fields.put("warnings", summary.warnings());
        fields.put("optOuts", summary.impact().count(Impact.Kind.OPT_OUT));
        fields.put("safetyLimit", summary.safetyLimit());
        return fields;
    }

    public void matchPreview(MatchPreview matchPreview) {
        if (format == Format.JSON) {
            output.json(matchPreviewFields(matchPreview));
            return;
        }
        output.line("Against this Mautic: would create " + matchPreview.create() + ", match "
                + matchPreview.match().size()
                + ", reject " + matchPreview.reject().size() + "; linked contacts deleted in Mautic "
                + matchPreview.deleted().size() + ".");
        matchPreview
                .reject()
                .forEach((customer, message) -> output.line("  would reject customer " + customer + ": " + message));
        matchPreview
                .releases()
                .forEach((customer, contact) -> output.line("  would first release the address of customer " + customer
                        + ": contact " + contact + " uses it, and its own customer has another address now"));
        matchPreview
                .match()
                .forEach((customer, contact) ->
                        output.line("  would match contact " + contact + " for customer " + customer));
        matchPreview
                .optedOutInMautic()
                .forEach((customer, contact) -> output.line("  contact " + contact + " of customer " + customer
                        + " is opted out in Mautic and opted in in the CRM: Mautic still does not mail it"));
        matchPreview
                .longTexts()
                .forEach((field, count) -> output.line("  " + field + ": " + count
                        + " values over 64 characters; Mautic rejects them if the field has its default length"));
    }

    private static Map<String, Object> matchPreviewFields(MatchPreview matchPreview) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("wouldCreate", matchPreview.create());
        fields.put("wouldMatch", matchPreview.match());
        fields.put("wouldReleaseAddress", matchPreview.releases());
        fields.put("wouldReject", matchPreview.reject());
        fields.put("contactsDeleted", matchPreview.deleted());
        fields.put("optedOutInMautic", matchPreview.optedOutInMautic());
        fields.put("valuesOver64", matchPreview.longTexts());
        return fields;
    }
}
