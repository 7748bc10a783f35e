package app.gigpigs.mauticsync.consent.suppression.list;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What came of a list: an entry or a bad line each, or the message that rejects it. */
public final class ReadList {
    private ReadList() {}

    /** As lines such as {@code a@example.com unsubscribed 2024-01-01T00:00:00Z}, {@code bad 3}, {@code asked: …}. */
    public static List<String> of(Path file, ListOptions options) {
        List<String> lines = new ArrayList<>();
        try {
            SuppressionList list = SuppressionList.of(file, options);
            list.entries(
                    entry -> lines.add(
                            entry.email() + " " + entry.reason().name().toLowerCase(java.util.Locale.ROOT)
                                    + (entry.since() == null ? "" : " " + entry.since())),
                    line -> lines.add("bad " + line));
        } catch (UnusableListException e) {
            return List.of("asked: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return lines;
    }

    static List<String> of(String text) {
        return of(text.getBytes(StandardCharsets.UTF_8), ListOptions.NONE);
    }

    static List<String> of(byte[] bytes, ListOptions options) {
        try {
            Path file = Files.createTempFile("list", ".csv");
            try {
                return of(Files.write(file, bytes), options);
            } finally {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
