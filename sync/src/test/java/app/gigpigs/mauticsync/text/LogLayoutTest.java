package app.gigpigs.mauticsync.text;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogLayoutTest {
    private final LoggerContext context = new LoggerContext();

    @Test
    void a_line_of_text_has_time_level_class_and_what_it_belongs_to() {
        assertThat(line("text", "MS-201: Mautic at https://mautic.example.test does not work just now", null))
                .isEqualTo("2026-03-01T12:00:00.070Z WARN  OutboundRun [run 17] MS-201: Mautic at"
                        + " https://mautic.example.test does not work just now" + System.lineSeparator());
    }

    @Test
    void a_line_of_json_is_one_object_with_its_code() throws IOException {
        String line = line("json", "MS-201: two\nlines \"quoted\"", null);

        assertThat(line.strip().lines()).hasSize(1);
        JsonNode json = new ObjectMapper().readTree(line);
        assertThat(json.properties().stream().map(Map.Entry::getKey))
                .containsExactly("time", "level", "logger", "run", "errorCode", "message");
        assertThat(json.get("time").asText()).isEqualTo("2026-03-01T12:00:00.070Z");
        assertThat(json.get("level").asText()).isEqualTo("WARN");
        assertThat(json.get("logger").asText()).isEqualTo("OutboundRun");
        assertThat(json.get("run").asText()).isEqualTo("17");
        assertThat(json.get("errorCode").asText()).isEqualTo("MS-201");
        assertThat(json.get("message").asText()).contains("lines \"quoted\"");
    }

    @Test
    void both_show_an_exception_without_addresses_and_secrets() throws IOException {
        RuntimeException thrown =
                new IllegalStateException("jane@example.com did not fit; Authorization: Bearer abcdef0123456789abcdef");

        String text = line("text", "it failed", thrown);
        String json = line("json", "it failed", thrown);

        assertThat(text).contains("IllegalStateException", "at app.gigpigs");
        assertThat(new ObjectMapper().readTree(json).get("exception").asText()).contains("IllegalStateException");
        for (String line : new String[] {text, json}) {
            assertThat(line).doesNotContain("jane@").doesNotContain("abcdef0123456789");
        }
    }

    private String line(String format, String message, @Nullable Throwable thrown) {
        LogLayout layout = new LogLayout();
        layout.setFormat(format);
        layout.setContext(context);
        layout.start();
        LoggingEvent event = new LoggingEvent(
                "",
                context.getLogger("app.gigpigs.mauticsync.outbound.OutboundRun"),
                Level.WARN,
                message,
                thrown,
                null);
        event.setInstant(Instant.parse("2026-03-01T12:00:00.070Z"));
        event.setMDCPropertyMap(Map.of("run", "17"));
        return layout.doLayout(event);
    }
}
