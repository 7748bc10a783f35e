package app.gigpigs.mauticsync.consent;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import app.gigpigs.mauticsync.consent.ledger.HashKey;
import app.gigpigs.mauticsync.consent.ledger.ReconsentPolicy;
import java.util.List;
import java.util.Optional;

/**
 * How consent is dealt with.
 *
 * @param key of the hashes of erased people, if the environment has one
 * @param deleted what becomes of the contact of a customer that the CRM deletes
 * @param reconsent what a later opt-in does in Mautic after an opt-out
 */
public record ConsentSettings(Optional<HashKey> key, DeletedCustomers deleted, ReconsentPolicy reconsent) {
    static final Setting HASH_KEY = Setting.inEnvironment(
            HashKey.VARIABLE,
            "",
            "The key of the hashes that are kept of erased people, 16 characters or more: `openssl rand -base64 32`. All"
                    + " processes need the same key; it cannot be changed while the database is in use. Without the"
                    + " variable the program makes a key and keeps it in the database.",
            new Kind.Secret("a secret"));
    static final Setting DELETED_CUSTOMERS = Setting.of(
            "SYNC_DELETED_CUSTOMERS",
            "do-not-contact",
            "What happens to the contact of a customer that the CRM deletes. In any case it leaves our segments.",
            Kind.Choice.of(DeletedCustomers.values()));
    static final Setting RECONSENT = Setting.of(
            "SYNC_RECONSENT",
            "keep",
            "What a later opt-in in the CRM does after an opt-out: `keep` nothing, a person decides; `remove-own` ends an"
                    + " opt-out of the CRM if the entry in Mautic is ours and no mail was ever sent to the address;"
                    + " `newest-wins` ends it, and an unsubscribe that is at least five minutes older, but never a bounce,"
                    + " a complaint or an imported opt-out.",
            Kind.Choice.of(ReconsentPolicy.values()));

    public static final List<Setting> SETTINGS = List.of(HASH_KEY, DELETED_CUSTOMERS, RECONSENT);

    /** No key, no mails to those who were deleted, and nothing ever removed. */
    public static final ConsentSettings DEFAULT = from(SettingReader.defaults());

    public static ConsentSettings from(SettingReader read) {
        return new ConsentSettings(
                read.given(HASH_KEY, HashKey::of),
                read.choice(DELETED_CUSTOMERS, DeletedCustomers.class),
                read.choice(RECONSENT, ReconsentPolicy.class));
    }

    /** What becomes of the contact of a customer that the CRM deletes; it leaves our segments in any case. */
    public enum DeletedCustomers {
        /** Nothing else. */
        KEEP,
        /** Mautic mails it no more. */
        DO_NOT_CONTACT,
        /** Mautic forgets it. */
        DELETE
    }
}
