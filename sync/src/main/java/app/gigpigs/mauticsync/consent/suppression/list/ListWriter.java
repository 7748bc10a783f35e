package app.gigpigs.mauticsync.consent.suppression.list;

import de.siegmar.fastcsv.writer.CsvWriter;
import java.io.Closeable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Writes a list that other systems take: UTF-8, comma, with a header. Only its owner may read the file. */
public final class ListWriter implements Closeable {
    private final CsvWriter csv;

    private ListWriter(CsvWriter csv) {
        this.csv = csv;
        csv.writeRecord("email", "reason", "date");
    }

    /**
     * Creates the file.
     *
     * @throws java.nio.file.FileAlreadyExistsException when there is one
     */
    public static ListWriter create(Path file) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, attributes);
        return new ListWriter(CsvWriter.builder().build(file, StandardCharsets.UTF_8));
    }

    /** Writes one line; answers false for an address that an import would not take. */
    public boolean write(String address, String reason, @Nullable Instant since) {
        Optional<String> valid = ListAddress.of(address);
        valid.ifPresent(one -> csv.writeRecord(one, reason, since == null ? "" : since.toString()));
        return valid.isPresent();
    }

    @Override
    public void close() throws IOException {
        csv.close();
    }
}
