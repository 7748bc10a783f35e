package app.gigpigs.mauticsync.consent.suppression.list;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The text of a file. A byte order mark says how it is encoded; without one, UTF-16 shows by its zero bytes, UTF-8 by being
 * valid throughout; what is left is read as Windows-1252, of which Latin-1 is a part.
 */
record ListText(Path file, Charset charset) {
    private static final int HEAD = 65_536;
    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");
    private static final char BOM = '\uFEFF';

    /** Finds out how the file is encoded. */
    static ListText of(Path file) throws IOException {
        byte[] head;
        try (InputStream in = Files.newInputStream(file)) {
            head = in.readNBytes(HEAD);
        }
        FileKind.check(head);
        Optional<Charset> sure = marked(head).or(() -> withZeroBytes(head));
        if (sure.isEmpty()) {
            ListText utf8 = new ListText(file, StandardCharsets.UTF_8);
            return utf8.isValid() ? utf8 : new ListText(file, WINDOWS_1252);
        }
        ListText text = new ListText(file, sure.get());
        if (!text.isValid()) {
            throw new UnusableListException("the file is damaged: it is not valid "
                    + sure.get().name() + " throughout; export it again, as UTF-8");
        }
        return text;
    }

    /** From the first character, without the byte order mark. */
    Reader open() throws IOException {
        boolean guessed = charset.equals(WINDOWS_1252);
        BufferedReader reader = new BufferedReader(
                new InputStreamReader(
                        Files.newInputStream(file),
                        charset.newDecoder()
                                .onMalformedInput(guessed ? CodingErrorAction.REPLACE : CodingErrorAction.REPORT)
                                .onUnmappableCharacter(guessed ? CodingErrorAction.REPLACE : CodingErrorAction.REPORT)),
                HEAD);
        reader.mark(1);
        if (reader.read() != BOM) {
            reader.reset();
        }
        return reader;
    }

    private boolean isValid() throws IOException {
        char[] buffer = new char[HEAD];
        try (Reader reader = open()) {
            while (reader.read(buffer) >= 0) {
                // only to see whether it can be read
            }
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }

    private static Optional<Charset> marked(byte[] head) {
        if (starts(head, 0xEF, 0xBB, 0xBF)) {
            return Optional.of(StandardCharsets.UTF_8);
        }
        if (starts(head, 0xFF, 0xFE, 0, 0)) {
            return Optional.of(Charset.forName("UTF-32LE"));
        }
        if (starts(head, 0, 0, 0xFE, 0xFF)) {
            return Optional.of(Charset.forName("UTF-32BE"));
        }
        if (starts(head, 0xFF, 0xFE)) {
            return Optional.of(StandardCharsets.UTF_16LE);
        }
        return starts(head, 0xFE, 0xFF) ? Optional.of(StandardCharsets.UTF_16BE) : Optional.empty();
    }

    /** Text of Western languages has a zero in every second byte of UTF-16, and none in any other encoding. */
    private static Optional<Charset> withZeroBytes(byte[] head) {
        int[] zeros = new int[2];
        for (int i = 0; i < head.length; i++) {
            zeros[i % 2] += head[i] == 0 ? 1 : 0;
        }
        if (zeros[0] + zeros[1] == 0) {
            return Optional.empty();
        }
        int half = head.length / 2;
        if (zeros[0] == 0 && zeros[1] * 2 >= half) {
            return Optional.of(StandardCharsets.UTF_16LE);
        }
        if (zeros[1] == 0 && zeros[0] * 2 >= half) {
            return Optional.of(StandardCharsets.UTF_16BE);
        }
        throw new UnusableListException("the file is no text: it has zero bytes; export the list as CSV");
    }

    static boolean starts(byte[] head, int... bytes) {
        if (head.length < bytes.length) {
            return false;
        }
        for (int i = 0; i < bytes.length; i++) {
            if ((head[i] & 0xFF) != bytes[i]) {
                return false;
            }
        }
        return true;
    }
}
