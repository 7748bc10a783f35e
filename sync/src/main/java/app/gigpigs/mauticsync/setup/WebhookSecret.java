package app.gigpigs.mauticsync.setup;

import app.gigpigs.mauticsync.config.ConfigException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;

/**
 * The webhook's secret: the configured one, else the one in the given file, else one that is generated when it is needed,
 * which is written into that file or shown once.
 */
public final class WebhookSecret {
    private static final int BYTES = 32;

    private final Optional<Path> file;
    private List<String> known;
    private Optional<String> shownOnce = Optional.empty();

    /**
     * Reads the file, if it is there and no secret is configured.
     *
     * @throws ConfigException when the file cannot be read or is empty
     */
    public WebhookSecret(List<String> configured, Optional<Path> file) {
        this.file = file;
        this.known = configured.isEmpty()
                ? file.filter(Files::exists).map(WebhookSecret::read).stream().toList()
                : configured;
    }

    private static String read(Path file) {
        try {
            String secret = Files.readString(file).strip();
            if (secret.isEmpty()) {
                throw new ConfigException(
                        List.of(file + " is empty: delete it, or write the webhook's secret into it"));
            }
            return secret;
        } catch (IOException e) {
            throw new ConfigException(List.of(file + " cannot be read: " + e.getMessage()));
        }
    }

    /** The current one first; empty until one is needed. */
    public List<String> known() {
        return known;
    }

    /** Generates one. Where a file was given, it holds the secret when this returns, readable by its owner alone. */
    public String issue() {
        byte[] bytes = new byte[BYTES];
        new SecureRandom().nextBytes(bytes);
        String secret = HexFormat.of().formatHex(bytes);
        file.ifPresentOrElse(path -> write(path, secret), () -> shownOnce = Optional.of(secret));
        known = List.of(secret);
        return secret;
    }

    private static void write(Path path, String secret) {
        try {
            if (path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.createFile(
                        path, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            }
            Files.writeString(path, secret + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(path + " cannot be written, so no webhook was created", e);
        }
    }

    /** The generated secret, where it is in no file, for the person who started the command. */
    public Optional<String> shownOnce() {
        return shownOnce;
    }
}
