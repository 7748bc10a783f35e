package app.gigpigs.mauticsync.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;

/**
 * A folder in memory for the server's files, where there is one. Each test has a database of its own, which is 300 files
 * that are created and deleted again; ext4 looks at every file that was deleted within the last minutes before it creates
 * one, which took a third of the time of all tests.
 */
final class InMemory {
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final String PREFIX = "mautic-sync-test-";
    private static final long ENOUGH = 2_000_000_000;

    private InMemory() {}

    static Optional<Path> folder() {
        try {
            if (!Files.isWritable(MEMORY) || Files.getFileStore(MEMORY).getUsableSpace() < ENOUGH) {
                return Optional.empty();
            }
            removeThoseOfEndedProcesses();
            return Optional.of(MEMORY.resolve(PREFIX + ProcessHandle.current().pid()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A process that was killed left its folder, and what is in memory stays there until somebody deletes it. */
    private static void removeThoseOfEndedProcesses() throws IOException {
        try (Stream<Path> folders = Files.list(MEMORY)) {
            for (Path folder : folders.filter(InMemory::abandoned).toList()) {
                FileUtils.deleteQuietly(folder.toFile());
            }
        }
    }

    private static boolean abandoned(Path folder) {
        String name = folder.getFileName().toString();
        return name.matches(PREFIX + "\\d+")
                && ProcessHandle.of(Long.parseLong(name.substring(PREFIX.length())))
                        .isEmpty();
    }
}
