package app.gigpigs.mauticsync.monitor;

import java.net.URI;
import java.util.List;

/**
 * Where alerts by mail go.
 *
 * @param server smtp or smtps, with user and password where the server wants them
 */
record MailSettings(URI server, String from, List<String> to) {
    MailSettings {
        to = List.copyOf(to);
    }

    /** @throws IllegalArgumentException that goes on after the name of the variable, without the value: it is a secret */
    static URI server(String text) {
        try {
            URI server = URI.create(text);
            if (List.of("smtp", "smtps").contains(String.valueOf(server.getScheme())) && server.getHost() != null) {
                return server;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "cannot be read as a URL; percent-encode special characters in the password, for example # as %23");
        }
        throw new IllegalArgumentException("must be smtp://user:password@host:port or smtps://user:password@host:port");
    }

    @Override
    public String toString() {
        return "MailSettings";
    }
}
