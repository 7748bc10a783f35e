package app.gigpigs.mauticsync.mapping;

import java.util.Set;

/** What sort of value a mapped field holds, and which types Mautic and Postgres may have for it. */
public enum FieldKind {
    /** The e-mail address: the contact's identity. */
    EMAIL(Set.of("email"), PostgresType.TEXT),
    /** The customer's id, as text. */
    ID(Set.of("text"), PostgresType.UUID),
    TEXT(Set.of("text", "textarea", "lookup", "tel", "url", "html"), PostgresType.TEXT),
    /** One of the values that Mautic's field lists. */
    SELECT(Set.of("select"), PostgresType.TEXT),
    /** A country by Mautic's own name. */
    COUNTRY(Set.of("country"), PostgresType.TEXT),
    /** A region by Mautic's own name. */
    STATE(Set.of("region"), PostgresType.TEXT),
    NUMBER(Set.of("number"), PostgresType.NUMBER),
    DATETIME(Set.of("datetime"), PostgresType.TIME),
    BOOLEAN(Set.of("boolean"), PostgresType.BOOLEAN);

    private final Set<String> mauticTypes;
    private final PostgresType postgresType;

    FieldKind(Set<String> mauticTypes, PostgresType postgresType) {
        this.mauticTypes = mauticTypes;
        this.postgresType = postgresType;
    }

    /** The types of Mautic fields that can hold this kind. */
    public Set<String> mauticTypes() {
        return mauticTypes;
    }

    /** The family of Postgres types that a view's column must have. */
    public PostgresType postgresType() {
        return postgresType;
    }

    /** Families of Postgres column types. */
    public enum PostgresType {
        TEXT,
        UUID,
        NUMBER,
        TIME,
        BOOLEAN
    }
}
