package app.gigpigs.mauticsync.text;

import ch.qos.logback.classic.pattern.ThrowableProxyConverter;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.LayoutBase;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a line of the log looks: one readable line, or one JSON object a line where {@code format} is {@code json}. What a
 * library or an exception quotes is filtered. Named in logback.xml.
 */
public final class LogLayout extends LayoutBase<ILoggingEvent> {
    private static final Pattern CODE = Pattern.compile("^(MS-\\d{3}): ");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ThrowableProxyConverter exception = new ThrowableProxyConverter();
    private boolean json;

    /** Called by logback. */
    public void setFormat(String format) {
        json = format.equalsIgnoreCase("json");
    }

    @Override
    public void start() {
        exception.setOptionList(List.of("short"));
        exception.start();
        super.start();
    }

    @Override
    public String doLayout(ILoggingEvent event) {
        return json ? json(event) : text(event);
    }

    private String text(ILoggingEvent event) {
        StringBuilder line = new StringBuilder(200)
                .append(time(event))
                .append(String.format(" %-5s ", event.getLevel()))
                .append(name(event))
                .append(' ');
        event.getMDCPropertyMap()
                .forEach((key, value) -> line.append('[')
                        .append(key)
                        .append(' ')
                        .append(shortened(value))
                        .append("] "));
        line.append(ForeignText.filtered(event.getFormattedMessage())).append(System.lineSeparator());
        return line.append(ForeignText.filtered(exception.convert(event))).toString();
    }

    /** The beginning of a long id is enough for a person, and for the commands that take one. */
    private static String shortened(String id) {
        return id.length() > 20 ? id.substring(0, 8) : id;
    }

    private String json(ILoggingEvent event) {
        String message = event.getFormattedMessage();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("time", time(event));
        fields.put("level", event.getLevel().toString());
        fields.put("logger", name(event));
        event.getMDCPropertyMap().forEach(fields::put);
        Matcher code = CODE.matcher(message);
        boolean coded = code.find();
        if (coded) {
            fields.put("errorCode", code.group(1));
        }
        fields.put("message", ForeignText.filtered(coded ? message.substring(code.end()) : message));
        String thrown = exception.convert(event);
        if (!thrown.isEmpty()) {
            fields.put("exception", ForeignText.filtered(thrown).strip());
        }
        try {
            return JSON.writeValueAsString(fields) + System.lineSeparator();
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("maps of text are JSON", e);
        }
    }

    private static String time(ILoggingEvent event) {
        Instant at = event.getInstant() == null ? Instant.ofEpochMilli(event.getTimeStamp()) : event.getInstant();
        // Always with milliseconds, so that lines can be sorted as text.
        return at.truncatedTo(ChronoUnit.MILLIS).plusNanos(1).toString().replaceFirst("000001Z$", "Z");
    }

    private static String name(ILoggingEvent event) {
        return event.getLoggerName().substring(event.getLoggerName().lastIndexOf('.') + 1);
    }
}
