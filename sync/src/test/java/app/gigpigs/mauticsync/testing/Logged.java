package app.gigpigs.mauticsync.testing;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What is logged in this JVM, from here on; other tests may log at the same time. */
public final class Logged implements AutoCloseable {
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();
    private final Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            events.add(event);
        }
    };

    /** Begins. */
    public Logged() {
        appender.start();
        root.addAppender(appender);
    }

    /** Whether a message had this in it. */
    public boolean contains(String text) {
        return events.stream().anyMatch(event -> event.getFormattedMessage().contains(text));
    }

    /** What was logged of exceptions. */
    public List<String> stackTraces() {
        return events.stream()
                .filter(event -> event.getThrowableProxy() != null)
                .filter(event -> event.getLoggerName().contains("kagkarlsson")
                        || event.getLoggerName().contains(".server."))
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    @Override
    public void close() {
        root.detachAppender(appender);
    }
}
