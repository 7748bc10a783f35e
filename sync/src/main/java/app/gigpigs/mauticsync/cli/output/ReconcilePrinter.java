package app.gigpigs.mauticsync.cli.output;

import app.gigpigs.mauticsync.cli.output.ResultPrinter.Format;
import app.gigpigs.mauticsync.crm.CustomerId;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.failure.Failure;
import app.gigpigs.mauticsync.reconcile.Drift;
import app.gigpigs.mauticsync.reconcile.DuplicateContacts;
import app.gigpigs.mauticsync.reconcile.Reconciliation;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Prints what a reconciliation found: findings as they come, then the counts. */
public final class ReconcilePrinter {
    private final Output output;
    private final Format format;
    private final int limit;
    private int shown;

    public ReconcilePrinter(Output output, Format format, int limit) {
        this.output = output;
        this.format = format;
        this.limit = limit;
    }

    public void drift(Drift drift) {
        if (shown++ >= limit) {
            return;
        }
        if (format == Format.JSON) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("customer", drift.customer().toString());
            fields.put("contact", drift.contactId());
            fields.put(
                    "kinds",
                    drift.kinds().stream().map(ReconcilePrinter::name).sorted().toList());
            fields.put("fields", drift.fields());
            fields.put("message", drift.message());
            output.json(fields);
            return;
        }
        output.line("customer " + drift.customer() + ", contact " + drift.contactId());
        drift.message().forEach(message -> output.line("  " + message));
    }

    public void unknown(CustomerId customer) {
        String message = "customer " + customer + " has no contact that is known; see explain";
        output.failed(new Failure(ErrorCode.NO_CUSTOMER, message), format);
    }

    public void report(Reconciliation.Report report, Reconciliation.Mode fix) {
        Map<String, Integer> kinds = new TreeMap<>();
        report.kinds().forEach((kind, count) -> kinds.put(name(kind), count));
        if (format == Format.JSON) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("compared", report.compared());
            fields.put("changed", report.changed());
            fields.put("drifted", report.drifted());
            fields.put("kinds", kinds);
            fields.put("fields", report.fields());
            fields.put("repaired", report.repaired());
            output.json(fields);
            return;
        }
        more("customers");
        output.line("Compared " + report.compared() + " customers with their contacts: "
                + (report.drifted() == 0 ? "no difference." : report.drifted() + " differ.")
                + (report.changed() == 0
                        ? ""
                        : " Of " + report.changed()
                                + " more, which a run has yet to send, only the consent was compared."));
        kinds.forEach((kind, count) -> output.line("  " + kind + ": " + count));
        report.fields().forEach((alias, count) -> output.line("  field " + alias + ": " + count));
        if (fix == Reconciliation.Mode.REPAIR) {
            output.line(report.repaired() + " will be sent again by the next run.");
        } else if (report.drifted() > 0) {
            output.line("--repair lets the next run send them again.");
        }
    }

    public void group(DuplicateContacts.Group group) {
        if (shown++ >= limit) {
            return;
        }
        if (format == Format.JSON) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("shared", group.alias());
            fields.put("keep", group.keep());
            fields.put(
                    "contacts",
                    group.contacts().stream().map(ReconcilePrinter::member).toList());
            output.json(fields);
            return;
        }
        output.line((group.alias().equals("email") ? "One e-mail address" : "One " + group.alias()) + ", "
                + group.contacts().size() + " contacts: merge the others into " + group.keep() + " in Mautic");
        group.contacts()
                .forEach(one -> output.line("  contact " + one.id()
                        + (one.supabaseId() == null ? ", no supabase_id" : ", supabase_id " + one.supabaseId())
                        + (one.linkedTo() == null ? "" : ", linked to customer " + one.linkedTo())));
    }

    private static Map<String, @Nullable Object> member(DuplicateContacts.Member one) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("id", one.id());
        fields.put("supabaseId", one.supabaseId());
        fields.put("linkedTo", one.linkedTo() == null ? null : one.linkedTo().toString());
        return fields;
    }

    public void duplicates(DuplicateContacts.Report report) {
        if (format == Format.JSON) {
            Map<String, Object> fields = new LinkedHashMap<>();
            fields.put("contacts", report.contacts());
            fields.put("sharedEmails", report.emails());
            fields.put("sharedSupabaseIds", report.customers());
            output.json(fields);
            return;
        }
        more("groups");
        output.line("Looked at " + report.contacts() + " contacts: " + report.emails() + " e-mail addresses and "
                + report.customers() + " supabase_ids belong to more than one contact.");
        if (report.emails() + report.customers() > 0) {
            output.line("Mautic rejects every change of such contacts. In Mautic: open the contact to keep, then"
                    + " Merge in its menu, and choose the other; after that ./mautic-sync retry.");
        }
    }

    private void more(String what) {
        if (shown > limit) {
            output.line("… and " + (shown - limit) + " more " + what + " (--limit)");
        }
    }

    private static String name(Drift.Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT).replace('_', ' ');
    }
}
