package app.gigpigs.mauticsync.consent.suppression.list;

import app.gigpigs.mauticsync.consent.ledger.OptOut.Reason;
import app.gigpigs.mauticsync.consent.suppression.list.Meaning.Kind;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Decides how each column counts, by its name and its values. When no column is understood to decide who opted out, no
 * column may be left that perhaps does: such a list must not count as one of opt-outs only.
 */
final class ColumnUses {
    private final Map<Column, Use> uses = new LinkedHashMap<>();
    private final List<ColumnValues> columns;
    private final Set<Column> ignored;

    private ColumnUses(List<ColumnValues> columns, Set<Column> ignored) {
        this.columns = columns.stream()
                .filter(values -> !ignored.contains(values.column()))
                .toList();
        this.ignored = ignored;
    }

    /**
     * Decides.
     *
     * @throws UnusableListException when the list seems to be one of subscribers
     */
    static Map<Column, Use> of(List<ColumnValues> columns, Set<Column> ignored) {
        return new ColumnUses(columns, ignored).decided();
    }

    private Map<Column, Use> decided() {
        columns.forEach(values -> named(values).ifPresent(use -> uses.put(values.column(), use)));
        boolean decided = saysWhoUnsubscribed() || uses.containsValue(Use.REASON);
        for (ColumnValues values : columns) {
            if (values.role() == Role.KIND) {
                uses.put(values.column(), kind(values, decided));
            }
        }
        boolean known = saysWhoUnsubscribed() || uses.containsValue(Use.REASON);
        for (ColumnValues values : columns) {
            uses.computeIfAbsent(values.column(), any -> other(values, known));
        }
        ignored.forEach(column -> uses.put(column, Use.IGNORED));
        if (!known && !decides()) {
            subscribers();
        }
        return uses;
    }

    private boolean decides() {
        return uses.values().stream().anyMatch(Use::decides);
    }

    /** Bounces and complaints of some are not all: a column that is not known may have the unsubscribes. */
    private boolean saysWhoUnsubscribed() {
        return columns.stream().anyMatch(values -> {
            Use use = uses.getOrDefault(values.column(), Use.IGNORED);
            Reason reason = values.column().header().reason();
            boolean partly = (use == Use.OPTED_OUT || use == Use.OPT_OUT_REASON)
                    && (reason == Reason.BOUNCED || reason == Reason.COMPLAINT);
            return use.decides() && (!partly || everyRow(values));
        });
    }

    private static boolean everyRow(ColumnValues values) {
        return !values.has(Kind.EMPTY)
                && values.all(kind -> kind != Kind.NO && kind != Kind.SUBSCRIBED && kind != Kind.NOT_OPTED_OUT);
    }

    /** What the name and the values say together; empty when the name does not decide. */
    private static Optional<Use> named(ColumnValues values) {
        boolean yesNo = values.any(kind -> kind == Kind.YES || kind == Kind.NO)
                && values.all(kind -> kind == Kind.YES || kind == Kind.NO || kind == Kind.DATE);
        Role role = yesNo ? values.column().header().yesNo() : values.role();
        return Optional.ofNullable(
                switch (role) {
                    case OPTED_OUT -> Use.OPTED_OUT;
                    case SUBSCRIBED -> values.all(kind -> kind == Kind.DATE) ? Use.IGNORED : Use.SUBSCRIBED;
                    case STATUS ->
                        values.all(kind -> kind == Kind.EITHER) && !values.isEmpty() ? Use.IGNORED : Use.STATUS;
                    case REASON -> saysOtherwise(values) ? Use.STATUS : Use.REASON;
                    case OPT_OUT_REASON -> saysOtherwise(values) ? Use.STATUS : Use.OPT_OUT_REASON;
                    case DATE -> Use.DATE;
                    case EMAIL, RECIPIENT, SENDER, SUBSCRIBED_AT, KIND, TEXT, DETAIL, NEUTRAL, UNKNOWN -> null;
                });
    }

    /** A reason that says of some that they did not opt out. */
    private static boolean saysOtherwise(ColumnValues values) {
        return values.any(kind -> switch (kind) {
            case YES, NO, SUBSCRIBED, NOT_OPTED_OUT -> true;
            default -> false;
        });
    }

    private static boolean understood(Kind kind) {
        return kind == Kind.SMTP_CODE || Meaning.of(kind).decides();
    }

    /** A type or event, or a status of something: a status of mail only if its values are such. */
    private static Use kind(ColumnValues values, boolean decided) {
        if (values.isEmpty() || values.all(kind -> kind == Kind.EITHER)) {
            return Use.IGNORED;
        }
        if (values.all(ColumnUses::understood)) {
            return Use.STATUS;
        }
        if (decided) {
            return values.hasOptedOut() ? Use.STATUS : values.has(Kind.SMTP_CODE) ? Use.REMARK : Use.IGNORED;
        }
        boolean data = values.all(kind -> kind == Kind.DATA || kind == Kind.DATE || kind == Kind.SMTP_CODE);
        return data ? Use.IGNORED : Use.STATUS;
    }

    private static Use other(ColumnValues values, boolean known) {
        return switch (values.role()) {
            case TEXT -> text(values, known);
            case UNKNOWN, DETAIL, EMAIL -> unknown(values, known);
            default -> Use.IGNORED;
        };
    }

    private static Use text(ColumnValues values, boolean known) {
        boolean optOuts = values.all(kind -> kind == Kind.OPTED_OUT) && !values.has(Kind.EMPTY);
        return known || optOuts || !values.any(kind -> Meaning.of(kind).decides()) ? Use.REMARK : Use.STATUS;
    }

    private static Use unknown(ColumnValues values, boolean known) {
        if (values.isOfNumbers() && (known || values.role() != Role.DETAIL)) {
            return Use.IGNORED;
        }
        boolean yesNo = values.any(kind -> kind == Kind.YES || kind == Kind.NO);
        if (yesNo && values.column().header().aboutMail()) {
            return Use.STATUS;
        }
        if (values.any(kind -> Meaning.of(kind).decides())) {
            return kind(values, known);
        }
        boolean perhaps = yesNo
                || values.has(Kind.EITHER)
                || (values.has(Kind.UNKNOWN) && !values.looksLikeNames())
                || (values.has(Kind.DATE) && values.has(Kind.EMPTY))
                || (values.has(Kind.DATA) && values.role() == Role.DETAIL);
        return !known && perhaps ? Use.STATUS : Use.IGNORED;
    }

    private void subscribers() {
        columns.stream()
                .filter(values -> values.role() == Role.SUBSCRIBED_AT || values.role() == Role.SUBSCRIBED)
                .filter(values -> values.has(Kind.DATE))
                .findFirst()
                .ifPresent(values -> {
                    throw new UnusableListException("the list seems to be one of subscribers: "
                            + values.column().label()
                            + " says when they subscribed, and no column says who opted out; if all of them are to be"
                            + " opted out: --ignore-column " + values.column().option());
                });
    }
}
