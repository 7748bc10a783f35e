package app.gigpigs.mauticsync.setup.check;

import app.gigpigs.mauticsync.crm.ColumnName;
import app.gigpigs.mauticsync.mapping.FieldKind;
import app.gigpigs.mauticsync.mapping.FieldMap;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.outbound.diff.SourceQuality;
import app.gigpigs.mauticsync.outbound.diff.SourceSchemaCheck;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;

/** The CRM's view: whether it fits the mapping, and how many of its customers cannot be sent. */
public final class SourceChecks {
    private static final int MOST_CHOICES = 100;

    private final Jdbi jdbi;
    private final Mapping mapping;

    public SourceChecks(Jdbi jdbi, Mapping mapping) {
        this.jdbi = jdbi;
        this.mapping = mapping;
    }

    /** Its columns and their types. */
    public List<Finding> view() {
        try {
            SourceSchemaCheck.check(jdbi, mapping);
            return List.of(Finding.ok("view", mapping.crm().view() + " has all columns, of the right types"));
        } catch (NotReadyException e) {
            return String.valueOf(e.getMessage())
                    .lines()
                    .map(line -> Finding.problem("view", line, "fix the view, or set its name in mautic-sync.yaml"))
                    .toList();
        }
    }

    /** How many of its customers have no usable address. */
    public List<Finding> addresses() {
        SourceQuality faults = SourceQuality.of(jdbi, mapping);
        if (faults.customers() == 0) {
            return List.of(Finding.warning(
                    "customers",
                    mapping.crm().view() + " shows no customers",
                    "query the view as this role; Row Level Security hides rows without an error"));
        }
        List<Finding> findings = new ArrayList<>();
        add(findings, faults.without(), "have no e-mail address and are skipped");
        add(findings, faults.malformed(), "have a malformed e-mail address and are skipped");
        add(findings, faults.shared(), "share the e-mail address of another customer and are skipped");
        if (faults.doubled() > 0) {
            findings.add(Finding.warning(
                    "customers",
                    faults.doubled() + " rows of the view repeat a customer; the first by address is used",
                    "fix the view: one row per customer"));
        }
        return findings.isEmpty()
                ? List.of(Finding.ok("customers", faults.customers() + ", each with an e-mail address of its own"))
                : findings;
    }

    private static void add(List<Finding> findings, long number, String message) {
        if (number > 0) {
            findings.add(Finding.warning(
                    "customers",
                    number + " " + message,
                    "fix them in the CRM; after a run ./mautic-sync failed lists them"));
        }
    }

    /**
     * The values that the view has for each select field, by Mautic's alias; the field of the original design also
     * gets the names of the CRM's segments.
     */
    public static Map<String, List<String>> choices(Mapping mapping, java.util.Optional<Jdbi> database) {
        Map<String, List<String>> choices = new HashMap<>();
        for (MappedField field : mapping.fields().fields()) {
            if (field.kind() == FieldKind.SELECT) {
                TreeSet<String> values = new TreeSet<>();
                if (FieldMap.DEFAULT.fields().contains(field)) {
                    values.addAll(mapping.segments().names().keySet());
                }
                database.ifPresent(jdbi -> values.addAll(values(jdbi, mapping, field)));
                choices.put(field.alias(), List.copyOf(values));
            }
        }
        return choices;
    }

    /** Empty when there are too many for a list, or when the view cannot be read, which another check reports. */
    private static List<String> values(Jdbi jdbi, Mapping mapping, MappedField field) {
        String column = ColumnName.quoted(field.column());
        String sql = "select distinct btrim(" + column + "::text) from "
                + mapping.crm().view().sql() + " where btrim(" + column + "::text) <> '' limit " + (MOST_CHOICES + 1);
        try {
            List<String> values = jdbi.withHandle(
                    handle -> handle.createQuery(sql).mapTo(String.class).list());
            return values.size() > MOST_CHOICES ? List.of() : values;
        } catch (JdbiException e) {
            return List.of();
        }
    }
}
