package app.gigpigs.mauticsync.outbound.diff;

import app.gigpigs.mauticsync.crm.Relation;
import app.gigpigs.mauticsync.failure.ErrorCode;
import app.gigpigs.mauticsync.mapping.FieldKind.PostgresType;
import app.gigpigs.mauticsync.mapping.MappedField;
import app.gigpigs.mauticsync.mapping.Mapping;
import app.gigpigs.mauticsync.runs.NotReadyException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Jdbi;

/** Checks that the CRM's view has the columns the mapping names, of types that can be sent. */
public final class SourceSchemaCheck {
    private SourceSchemaCheck() {}

    /**
     * Looks at the view's columns.
     *
     * @throws NotReadyException naming every column that is missing or of the wrong type
     */
    public static void check(Jdbi jdbi, Mapping mapping) {
        Relation view = mapping.crm().view();
        Map<String, Column> columns = columns(jdbi, view);
        if (columns.isEmpty()) {
            throw new NotReadyException(
                    ErrorCode.VIEW_UNUSABLE,
                    List.of(
                            "the view " + view
                                    + " was not found, or the login may not see it: create it, then run ./mautic-sync migrate for the grant"));
        }
        List<String> problems = new ArrayList<>();
        for (MappedField field : mapping.fields().fields()) {
            Column column = columns.get(field.column());
            PostgresType wanted = field.kind().postgresType();
            if (column == null) {
                problems.add(view + " has no column \"" + field.column() + "\" (for Mautic's " + field.alias() + ")");
            } else if (!column.is(wanted)) {
                problems.add(wrong(view, field.column(), column, wanted.name().toLowerCase(java.util.Locale.ROOT)));
            }
        }
        String segmentsColumn = mapping.segments().column();
        Column segments = columns.get(segmentsColumn);
        if (segments == null) {
            problems.add(view + " has no column \"" + segmentsColumn + "\" (text[])");
        } else if (segments.category() != 'A') {
            problems.add(wrong(view, segmentsColumn, segments, "text[]"));
        }
        if (!problems.isEmpty()) {
            throw new NotReadyException(ErrorCode.VIEW_UNUSABLE, problems);
        }
    }

    private static String wrong(Relation view, String name, Column column, String wanted) {
        return view + "." + name + " is of type " + column.type() + ", expected " + wanted + ": cast it in the view";
    }

    private static Map<String, Column> columns(Jdbi jdbi, Relation view) {
        return jdbi.withHandle(handle -> {
            Map<String, Column> columns = new LinkedHashMap<>();
            handle.createQuery("""
                            select a.attname as name, t.typcategory as category,
                                   format_type(a.atttypid, a.atttypmod) as type
                              from pg_catalog.pg_attribute a
                              join pg_catalog.pg_type t on t.oid = a.atttypid
                             where a.attrelid = to_regclass(:view) and a.attnum > 0 and not a.attisdropped
                            """)
                    .bind("view", view.sql())
                    .map((row, context) -> Map.entry(
                            row.getString("name"),
                            new Column(row.getString("category").charAt(0), row.getString("type"))))
                    .forEach(entry -> columns.put(entry.getKey(), entry.getValue()));
            return columns;
        });
    }

    /** A column's type, and the category Postgres puts it into. */
    private record Column(char category, String type) {
        boolean is(PostgresType wanted) {
            return switch (wanted) {
                case TEXT -> category == 'S' || category == 'E' || category == 'N' || category == 'U';
                case UUID -> type.equals("uuid");
                case NUMBER -> category == 'N';
                case TIME -> category == 'D' && !type.startsWith("time ") && !type.startsWith("time(");
                case BOOLEAN -> category == 'B';
            };
        }
    }
}
