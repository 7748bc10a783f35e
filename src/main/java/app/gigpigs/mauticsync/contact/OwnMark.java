package app.gigpigs.mauticsync.contact;

/** How our own writes are recognised when Mautic reports them back. */
public final class OwnMark {
    /** The comment of our manual do-not-contact entries; people read it in Mautic's pages. */
    public static final String DO_NOT_CONTACT_COMMENT = "opted out in the CRM (mautic-sync)";

    private OwnMark() {}
}
