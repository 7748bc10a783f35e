package app.gigpigs.mauticsync.inbound.event;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A webhook as a real Mautic 5.1.0 sent it, with its signature. */
public record Recording(String name, String body, String signature, String secret) {
    private static final Path FOLDER = Path.of("sandbox/src/test/resources/webhooks");

    public static List<Recording> all() {
        try (Stream<Path> files = Files.list(FOLDER)) {
            return files.sorted().map(Recording::read).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public static Recording of(String name) {
        return read(FOLDER.resolve(name + ".json"));
    }

    private static Recording read(Path file) {
        try {
            JsonNode json = new ObjectMapper().readTree(file.toFile());
            String signature = "";
            for (JsonNode header : json.get("headers")) {
                signature = header.get(0).asText().equals("Webhook-Signature")
                        ? header.get(1).asText()
                        : signature;
            }
            return new Recording(
                    file.getFileName().toString().replace(".json", ""),
                    json.get("raw_body").asText(),
                    signature,
                    json.get("secret").asText());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public byte[] bytes() {
        return body.getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public String toString() {
        return name;
    }
}
