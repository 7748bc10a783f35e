package app.gigpigs.mauticsync.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.eclipse.jetty.io.AbstractConnection;
import org.eclipse.jetty.io.ByteArrayEndPoint;
import org.eclipse.jetty.io.Connection;
import org.junit.jupiter.api.Test;

class VisitsTest {
    private final Visits visits = new Visits(new Limits(Duration.ofSeconds(30), 1, 1000));

    private Connection open() {
        Connection connection = new AbstractConnection(new ByteArrayEndPoint(), Runnable::run) {
            @Override
            public void onFillable() {}
        };
        visits.onOpened(connection);
        return connection;
    }

    @Test
    void above_the_limit_the_oldest_connection_is_closed() {
        Connection first = open();
        Connection second = open();

        assertThat(first.getEndPoint().isOpen()).isFalse();
        assertThat(second.getEndPoint().isOpen()).isTrue();
    }

    @Test
    void a_request_handled_after_its_connection_closed_is_not_counted_as_open() {
        Connection closed = open();
        closed.getEndPoint().close();
        visits.onClosed(closed);
        visits.of(closed.getEndPoint());

        Connection second = open();
        Connection third = open();

        assertThat(second.getEndPoint().isOpen()).as("the oldest that is open").isFalse();
        assertThat(third.getEndPoint().isOpen()).isTrue();
    }
}
