package app.gigpigs.mauticsync.mautic;

import app.gigpigs.mauticsync.config.HttpUrl;
import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Which Mautic is called, and with which credentials.
 *
 * @param url where Mautic is; a path before /api and /oauth is kept
 * @param credentials never shown
 * @param requestTimeout for a whole call, body included; a batch of 200 took 24 s on a busy server with two cores
 */
public record MauticSettings(URI url, Credentials credentials, Duration requestTimeout) {
    static final Setting URL = Setting.inEnvironment(
            "MAUTIC_URL",
            "",
            "Where Mautic is, without `/api`, for example https://mautic.example.com. Required.",
            HttpUrl.KIND);
    static final Setting CLIENT_ID = Setting.inEnvironment(
            "MAUTIC_CLIENT_ID",
            "",
            "The public key that Mautic shows under Settings > API Credentials (grant type: Client Credentials)."
                    + " Required, or a user and a password.",
            new Kind.Text("a text", ""));
    static final Setting CLIENT_SECRET = Setting.inEnvironment(
            "MAUTIC_CLIENT_SECRET",
            "",
            "The secret key that Mautic shows with the public key.",
            new Kind.Secret("a secret"));
    static final Setting USERNAME = Setting.inEnvironment(
            "MAUTIC_USERNAME",
            "",
            "A Mautic user, for HTTP basic authentication instead of API credentials. It takes Mautic half a second per"
                    + " request, so use it for trials only.",
            new Kind.Text("a text", ""));
    static final Setting PASSWORD =
            Setting.inEnvironment("MAUTIC_PASSWORD", "", "The password of that user.", new Kind.Secret("a secret"));
    static final Setting REQUEST_TIMEOUT = Setting.of(
            "MAUTIC_REQUEST_TIMEOUT",
            "2m",
            "How long one call to Mautic may take. It must be longer than Mautic's slowest batch.",
            new Kind.Time());

    public static final List<Setting> SETTINGS =
            List.of(URL, CLIENT_ID, CLIENT_SECRET, USERNAME, PASSWORD, REQUEST_TIMEOUT);

    /** Empty when the URL or the credentials are missing or wrong, which is noted. */
    public static Optional<MauticSettings> from(SettingReader read) {
        return from(read, LOGIN);
    }

    /** The same of a Mautic with settings of its own. */
    static Optional<MauticSettings> from(SettingReader read, Login login) {
        Optional<URI> url =
                read.required(login.url).isEmpty() ? Optional.empty() : read.given(login.url, HttpUrl::parse);
        Optional<Credentials> credentials = credentials(read, login);
        Duration timeout = read.duration(REQUEST_TIMEOUT);
        return url.isEmpty() || credentials.isEmpty()
                ? Optional.empty()
                : Optional.of(new MauticSettings(url.get(), credentials.get(), timeout));
    }

    /** The settings that say where a Mautic is, and how to log in. */
    record Login(Setting url, Setting clientId, Setting clientSecret, Setting username, Setting password) {}

    private static final Login LOGIN = new Login(URL, CLIENT_ID, CLIENT_SECRET, USERNAME, PASSWORD);

    private static Optional<Credentials> credentials(SettingReader read, Login login) {
        if (!read.isSet(login.username) && !read.isSet(login.password)) {
            Optional<String> id = read.required(login.clientId);
            Optional<String> secret = read.required(login.clientSecret);
            return id.flatMap(present -> secret.map(known -> new Credentials.Client(present, known)));
        }
        if (read.isSet(login.clientId)) {
            read.problem(login.username, "and " + login.clientId.variable() + " are both set; keep one pair");
            return Optional.empty();
        }
        Optional<String> user = read.required(login.username);
        Optional<String> password = read.required(login.password);
        return user.flatMap(present -> password.map(known -> new Credentials.Basic(present, known)));
    }

    /** The address of one of Mautic's paths. */
    URI endpoint(String path) {
        return URI.create(url.toString().replaceFirst("/+$", "") + path);
    }
}
