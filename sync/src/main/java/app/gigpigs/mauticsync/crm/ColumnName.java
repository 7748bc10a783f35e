package app.gigpigs.mauticsync.crm;

import java.util.regex.Pattern;

/** Names of columns as SQL. */
public final class ColumnName {
    /** No quotes, so that a name can stand within quotes of either kind. */
    private static final Pattern NAME = Pattern.compile("[\\p{L}_][\\p{L}\\p{N}_$ -]{0,62}");

    private ColumnName() {}

    /** The name as a quoted identifier. */
    public static String quoted(String name) {
        return '"' + check(name) + '"';
    }

    /**
     * The name, if Postgres can have it.
     *
     * @throws IllegalArgumentException when it has quotes or other signs that no column here may have
     */
    public static String check(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("is \"" + name
                    + "\"; a name begins with a letter and has letters, digits, _, $, - and blanks, 63 at most");
        }
        return name;
    }
}
