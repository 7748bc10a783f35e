package app.gigpigs.mauticsync.mautic;

/**
 * An e-mail that Mautic sends.
 *
 * @param name what Mautic's users call it
 * @param subject its subject line, with Mautic's tokens in it
 */
public record Email(long id, String name, String subject) {}
