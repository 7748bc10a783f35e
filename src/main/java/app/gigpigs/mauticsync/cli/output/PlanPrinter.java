package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.mapping.FieldChange;
import app.gigpigs.mauticsync.outbound.payload.PlannedWrite;
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
        push.moves().leaves().forEach(segment -> output.line("  leaves segment " + segment));
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
        fields.put("joins", push.moves().joins());
        fields.put("leaves", push.moves().leaves());
        fields.put("warnings", push.warnings());
        return fields;
    }

    public void summary(SyncPlan.Summary summary) {
        if (format == Format.JSON) {
            Map<String, @Nullable Object> fields = new LinkedHashMap<>();
            fields.put("create", summary.counts().create());
            fields.put("update", summary.counts().update());
            fields.put("unchanged", summary.counts().unchanged());
            fields.put("skipped", summary.counts().skipped());
            fields.put("leaving", summary.counts().leaving());
            fields.put("waiting", summary.counts().waiting());
            fields.put("fields", summary.fields());
            fields.put("warnings", summary.warnings());
            fields.put("optOuts", summary.harm().optsOut());
            fields.put("brake", summary.brake());
            output.json(fields);
            return;
        }
        if (shown > limit) {
            output.line("… and " + (shown - limit) + " more customers (--limit)");
        }
        output.line("Would create " + summary.counts().create() + ", update "
                + summary.counts().update() + "; unchanged " + summary.counts().unchanged() + ", skipped "
                + summary.counts().skipped() + ", leaving " + summary.counts().leaving() + ", waiting "
                + summary.counts().waiting() + ". Nothing was written.");
        if (!summary.fields().isEmpty()) {
            output.line("Fields that would change: " + summary.fields());
        }
        summary.warnings().forEach((warning, count) -> output.line("Would warn " + count + " times: " + warning));
        summary.brake().forEach(output::complain);
    }

    public void encounter(MatchPreview encounter) {
        if (format == Format.JSON) {
            output.json(encounterFields(encounter));
            return;
        }
        output.line("Against this Mautic: would create " + encounter.create() + ", adopt "
                + encounter.adopt().size()
                + ", refuse " + encounter.refuse().size() + "; contacts gone "
                + encounter.gone().size() + ".");
        encounter
                .refuse()
                .forEach((customer, words) -> output.line("  would refuse customer " + customer + ": " + words));
        encounter
                .free()
                .forEach((customer, contact) -> output.line("  would free the address of customer " + customer
                        + " first: contact " + contact + " holds it, whose own customer has another one now"));
        encounter
                .adopt()
                .forEach((customer, contact) ->
                        output.line("  would adopt contact " + contact + " for customer " + customer));
        encounter
                .optedOutInMautic()
                .forEach((customer, contact) -> output.line("  contact " + contact + " of customer " + customer
                        + " said no in Mautic, while the CRM has a yes: it stays unmailable"));
        encounter
                .doubtfulLengths()
                .forEach(
                        (field, count) -> output.line(
                                "  " + field + ": " + count
                                        + " values over 64 characters; Mautic refuses them where the field was made with the usual length"));
    }

    private static Map<String, Object> encounterFields(MatchPreview encounter) {
        Map<String, Object> fields = new LinkedHashMap<>();
        fields.put("wouldCreate", encounter.create());
        fields.put("wouldAdopt", encounter.adopt());
        fields.put("wouldFree", encounter.free());
        fields.put("wouldRefuse", encounter.refuse());
        fields.put("contactsGone", encounter.gone());
        fields.put("optedOutInMautic", encounter.optedOutInMautic());
        fields.put("valuesOver64", encounter.doubtfulLengths());
        return fields;
    }
}
