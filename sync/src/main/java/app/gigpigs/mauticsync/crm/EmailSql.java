package app.gigpigs.mauticsync.crm;

/** How addresses are compared in SQL: the same in any case, and with any blanks, tabs and ends of lines around them. */
public final class EmailSql {
    private EmailSql() {}

    /** What two spellings of one address have in common. The migration's index is over just this expression. */
    public static String same(String address) {
        return "lower(" + trimmed(address) + ")";
    }

    /** The address without what stands around it. */
    public static String trimmed(String address) {
        return "btrim(" + address + "::text, E' \\t\\n\\r\\f')";
    }
}
