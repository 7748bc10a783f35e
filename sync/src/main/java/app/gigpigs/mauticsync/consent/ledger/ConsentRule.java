package app.gigpigs.mauticsync.consent.ledger;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.util.List;

/**
 * The settings of the rule that decides whether an address may be mailed.
 *
 * @param bouncesUntilInvalid at this many bounces an address takes no mails. Mautic stops mailing a contact after the
 *     first bounce. So three bounces need three e-mails that were already on their way, or a person who removes the
 *     contact's do-not-contact entry in between
 * @param missingOptIn what it means that no customer with an address has either opted in or out
 */
public record ConsentRule(int bouncesUntilInvalid, MissingOptIn missingOptIn) {
    static final Setting BOUNCES = Setting.of(
            "SYNC_BOUNCES_UNTIL_INVALID",
            "3",
            "After this many bounces the CRM's address is flagged as invalid. Mautic stops mailing after the first.",
            new Kind.WholeNumber(1, 100));

    static final Setting MISSING_OPT_IN = Setting.of(
            "SYNC_OPT_IN_NULL",
            "opted-out",
            "What an empty opt-in in the CRM means, where no customer with the address has opted in: `opted-out` sets"
                    + " do-not-contact until one does, since consent must have been given; `mailable` does not.",
            Kind.Choice.of(MissingOptIn.values()));

    public static final List<Setting> SETTINGS = List.of(BOUNCES, MISSING_OPT_IN);

    public static final ConsentRule DEFAULT = from(SettingReader.defaults());

    public static ConsentRule from(SettingReader read) {
        return new ConsentRule(read.number(BOUNCES), read.choice(MISSING_OPT_IN, MissingOptIn.class));
    }

    public ConsentRule {
        if (bouncesUntilInvalid < 1) {
            throw new IllegalArgumentException("an address is invalid after one bounce at the earliest");
        }
    }

    /** The same with another limit of bounces. */
    public ConsentRule withBounces(int bounces) {
        return new ConsentRule(bounces, missingOptIn);
    }

    /** The same with another meaning of an empty opt-in. */
    public ConsentRule with(MissingOptIn meaning) {
        return new ConsentRule(bouncesUntilInvalid, meaning);
    }

    /** What an opt-in that is neither true nor false means. */
    public enum MissingOptIn {
        OPTED_OUT,
        MAILABLE
    }
}
