package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.config.HttpUrl;
import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.util.List;
import java.util.Optional;

/** A Mautic that was used before this one: only its do-not-contact entries are read. */
public final class PreviousMautic {
    private static final MauticSettings.Login LOGIN = new MauticSettings.Login(
            Setting.inEnvironment(
                    "FROM_MAUTIC_URL",
                    "",
                    "Where the Mautic is whose do-not-contact entries `import-suppressions --from-mautic` imports, without"
                            + " `/api`.",
                    HttpUrl.KIND),
            Setting.inEnvironment(
                    "FROM_MAUTIC_CLIENT_ID",
                    "",
                    "Its public key, or a user and a password.",
                    new Kind.Text("a text", "")),
            Setting.inEnvironment("FROM_MAUTIC_CLIENT_SECRET", "", "Its secret key.", new Kind.Secret("a secret")),
            Setting.inEnvironment("FROM_MAUTIC_USERNAME", "", "A user of it.", new Kind.Text("a text", "")),
            Setting.inEnvironment(
                    "FROM_MAUTIC_PASSWORD", "", "The password of that user.", new Kind.Secret("a secret")));

    public static final List<Setting> SETTINGS =
            List.of(LOGIN.url(), LOGIN.clientId(), LOGIN.clientSecret(), LOGIN.username(), LOGIN.password());

    private PreviousMautic() {}

    /** Empty when the URL or the credentials are missing or wrong, which is noted. */
    public static Optional<MauticSettings> from(SettingReader read) {
        return MauticSettings.from(read, LOGIN);
    }
}
