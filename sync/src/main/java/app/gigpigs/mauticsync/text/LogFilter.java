package app.gigpigs.mauticsync.text;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.pattern.CompositeConverter;

/** Filters what is logged: a library's message or an exception may quote anything. Named in logback.xml. */
public final class LogFilter extends CompositeConverter<ILoggingEvent> {
    @Override
    protected String transform(ILoggingEvent event, String text) {
        return ForeignText.filtered(text);
    }
}
