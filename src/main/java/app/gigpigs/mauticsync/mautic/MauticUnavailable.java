package app.gigpigs.mauticsync.mautic;

/** Mautic cannot be reached or does not work just now; trying again later makes sense. */
public final class MauticUnavailable extends MauticException {
    /** Says what was seen. */
    public MauticUnavailable(String message) {
        super(message);
    }
}
