package app.gigpigs.mauticsync.mapping;

/**
 * One column of the CRM's view and the Mautic field it fills.
 *
 * @param column the view's column
 * @param alias Mautic's field alias
 * @param kind what sort of value it is
 */
public record MappedField(String column, String alias, FieldKind kind) {}
