package app.gigpigs.mauticsync.db;

import app.gigpigs.mauticsync.config.Kind;
import app.gigpigs.mauticsync.config.Setting;
import app.gigpigs.mauticsync.config.SettingReader;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where a Postgres database is and who logs in, from a {@code postgres://} or {@code jdbc:postgresql://} URL.
 *
 * @param jdbc the URL for the driver, without user and password
 * @param user the login role, or null when the URL names none
 * @param password its password, or null
 */
public record DatabaseUrl(
        String jdbc, @Nullable String user, @Nullable String password) {
    private static final Kind URL = new Kind.Secret("a Postgres URL");

    static final Setting SERVICE = Setting.inEnvironment(
            "SUPABASE_DB_URL",
            "",
            "The CRM's database with the login of the role mautic_sync_service, for example"
                    + " postgres://mautic_sync_service:password@host:5432/postgres. Percent-encode the password. Required.",
            URL);

    static final Setting ADMIN = Setting.inEnvironment(
            "SUPABASE_ADMIN_DB_URL",
            "",
            "The same database with the login of the owner of its tables, for `setup`, `doctor`, `migrate` and"
                    + " `reference-crm`. Without it `migrate` and `reference-crm` use SUPABASE_DB_URL.",
            URL);

    public static final List<Setting> SETTINGS = List.of(SERVICE, ADMIN);

    /** The login of the service; empty when it is missing or wrong, which is noted. */
    public static Optional<DatabaseUrl> service(SettingReader read) {
        return read.required(SERVICE).isEmpty() ? Optional.empty() : read.given(SERVICE, DatabaseUrl::parse);
    }

    /** The login of the owner of the tables, where there is one. */
    public static Optional<DatabaseUrl> admin(SettingReader read) {
        return read.given(ADMIN, DatabaseUrl::parse);
    }

    /** The login of the owner of the tables, or else the service's. */
    public static Optional<DatabaseUrl> adminOrService(SettingReader read) {
        return read.isSet(ADMIN) ? admin(read) : service(read);
    }

    /**
     * Reads a URL as people copy it from Supabase's Connect dialogue (percent-encoded password) or as Java writes it.
     *
     * @throws IllegalArgumentException with the reason, never with the password
     */
    public static DatabaseUrl parse(String text) {
        String url = text.strip();
        if (url.startsWith("jdbc:postgresql://") && url.split("[/?]+", 3)[1].contains("@")) {
            // The driver knows no login before the host: it would take it for the host's name, and show it.
            return fromUri(url.substring("jdbc:".length()));
        }
        if (url.startsWith("jdbc:postgresql:")) {
            return new DatabaseUrl(url, null, null);
        }
        if (!url.startsWith("postgres://") && !url.startsWith("postgresql://")) {
            throw new IllegalArgumentException(
                    "must start with postgres://, postgresql:// or jdbc:postgresql:, for example postgres://role:password@host:5432/postgres");
        }
        return fromUri(url);
    }

    private static DatabaseUrl fromUri(String url) {
        URI uri;
        try {
            uri = URI.create(url);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot be read as a URL; percent-encode special characters in the password, for example # as %23");
        }
        if (uri.getHost() == null) {
            throw new IllegalArgumentException(
                    "names no host; percent-encode special characters in the password, for example @ as %40");
        }
        String database = uri.getRawPath() == null || uri.getRawPath().length() < 2 ? "/postgres" : uri.getRawPath();
        String port = uri.getPort() < 0 ? "" : ":" + uri.getPort();
        String query = uri.getRawQuery() == null ? "" : "?" + uri.getRawQuery();
        String[] login = uri.getRawUserInfo() == null
                ? new String[0]
                : uri.getRawUserInfo().split(":", 2);
        return new DatabaseUrl(
                "jdbc:postgresql://" + uri.getHost() + port + database + query,
                login.length > 0 ? decode(login[0]) : null,
                login.length > 1 ? decode(login[1]) : null);
    }

    private static String decode(String text) {
        // URLDecoder is meant for forms, where a plus is a blank; in a URL's user info it is a plus.
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return "DatabaseUrl[" + jdbc.replaceAll("password=[^&]*", "password=***") + "]";
    }
}
